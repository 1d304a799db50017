import { createConfigManager } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';
import { z } from 'zod';
import { publish, url } from './server.ts';

const schema = z.object({
  logLevel: z.enum(['debug', 'info', 'warn']).default('info'),
  pool: z.object({ size: z.int().positive().max(64) }),
  features: z.record(z.string(), z.boolean()).default({}),
});

const manager = createConfigManager();
const app = manager.register('app', { loader: httpLoader({ url }), schema });

/** What the schema makes of a document: typed, deeply readonly, its own defaults filled in. */
type AppConfig = typeof app.current;

function describe({ logLevel, pool }: AppConfig): string {
  return `log level ${logLevel}, ${pool.size} workers`;
}

await app.ready();
console.log(`At first: ${describe(app.current)}`);

for (const document of [
  { pool: { size: 1_000 } },
  { pool: { size: '16' } },
  '{ "pool": { "size": 16 }',
  { pool: { size: 16 }, logLevel: 'debug', features: { search: true } },
]) {
  publish(document);
  const outcome = await app.refresh();
  if (outcome.kind === 'refused') console.log(`\nRefused: ${outcome.error.message}`);
  else console.log(`\nThe document was ${outcome.kind}.`);
  console.log(`In force: ${describe(app.current)}`);
}

// the compiler knows the paths and their types: `app.get('pool.sise')` does not compile
const search: boolean | undefined = app.get('features.search');
console.log(`Search is ${search ? 'on' : 'off'}.`);

await manager.close();
