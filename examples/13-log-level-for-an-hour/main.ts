import { once } from 'node:events';
import { createConfigManager } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';
import { pino } from 'pino';
import { z } from 'zod';
import { LogLines } from './log-lines.ts';
import { HOUR_MS, url } from './server.ts';

await using manager = createConfigManager();
const app = manager.register('app', {
  loader: httpLoader({ url }),
  schema: z.object({ logLevel: z.enum(['debug', 'info', 'warn']) }),
});
await app.ready();

const log = pino({ level: app.current.logLevel }, new LogLines());
app.select('logLevel').onChange((level) => {
  log.level = level;
});

/** The work of the service. */
function serve(request: string): void {
  log.debug(`${request} begins`);
  log.warn(`${request} was slow`);
}

console.log('As the config server says:');
serve('GET /');

console.log('An operator looks for something:');
await app.override(
  { logLevel: 'debug' },
  { by: 'ann@example.com', reason: 'slow requests', ttlMs: HOUR_MS },
);
serve('GET /');
for (const { by, reason } of await app.overrides()) console.log(`  (set by ${by}: ${reason})`);

const ended = new EventTarget();
manager.on('override.cleared', () => ended.dispatchEvent(new Event('ended')));
// a service has better things to hold it open than a timer
const open = setInterval(() => {}, HOUR_MS);
await once(ended, 'ended');
clearInterval(open);

console.log('An hour later, by itself:');
serve('GET /');
