import { createConfigManager } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';
import { webhook } from '@holdfast/loaders/webhook';
import { Hono } from 'hono';
import { configServer } from './server.ts';

interface AppConfig {
  readonly greeting: string;
}

const server = await configServer({ greeting: 'Hello' });
const hooks = webhook({ secrets: [server.secret] });

const manager = createConfigManager();
const app = manager.register<AppConfig>('app', {
  loader: hooks.watched('app', httpLoader({ url: server.url })),
  polling: { minIntervalMs: 100 }, // reads follow webhooks this closely; the default is 10 s
});

const service = new Hono();
service.get('/', (c) => c.text(app.current.greeting));
service.post('/hooks/:config', (c) => hooks.handle(c.req.raw, c.req.param('config')));

await app.ready();
console.log(`At first: ${await (await service.request('/')).text()}`);

const changes = app.changes();
const request = server.publish({ greeting: 'Hello again' }); // the next poll is a minute away
console.log(`The webhook is answered with ${(await service.request(request)).status}`);
await changes.next();
console.log(`Then: ${await (await service.request('/')).text()}`);

const forged = new Request(request, { method: 'POST', body: '{"all":"forged"}' });
console.log(`A forged one is answered with ${(await service.request(forged)).status}`);

await manager.close();
