import { readFile } from 'node:fs/promises';
import { createConfigManager } from '@holdfast/core';
import { functionLoader } from '@holdfast/loaders/function';
import { httpLoader } from '@holdfast/loaders/http';
import { staticLoader } from '@holdfast/loaders/static';
import { z } from 'zod';
import * as server from './server.ts';

const readBytes = () => readFile(new URL('file.json', import.meta.url));

// as `LOG_LEVEL=warn node main.ts` would set it
const environment = { logLevel: 'warn' };

await using manager = createConfigManager();
const app = manager.register('app', {
  schema: z.object({
    logLevel: z.enum(['debug', 'info', 'warn']),
    region: z.string(),
    pool: z.object({ size: z.int().positive(), hosts: z.array(z.string()) }),
    search: z.object({ fast: z.boolean() }).optional(),
  }),
  defaults: { region: 'eu' },
  // the lowest first: objects merge key by key, arrays and null replace
  sources: [
    { name: 'file', loader: functionLoader(readBytes, { name: 'file' }) },
    { name: 'remote', loader: httpLoader({ url: server.url }), optional: true },
    { name: 'environment', loader: staticLoader(environment, { name: 'environment' }) },
  ],
});
await app.ready();
console.log(JSON.stringify(app.current));

/** Who gave a value, and what the layers below have. */
async function explain(path: string): Promise<void> {
  const { value, from, layers } = await app.explain(path);
  const said = layers.filter((layer) => layer.value !== undefined);
  const all = said.map((layer) => `${layer.name}: ${JSON.stringify(layer.value)}`).join(', ');
  console.log(`${path} is ${JSON.stringify(value)}, by ${from} (${all})`);
}

for (const path of ['region', 'logLevel', 'pool.size', 'pool.hosts']) await explain(path);

console.log('\nThe config server goes down: its layer keeps its place.');
await server.goDown();
await app.refresh();
await explain('pool.size');
for (const { name, state, from } of app.status.sources) console.log(`  ${name}: ${state}, ${from}`);
