import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfigManager } from '@holdfast/core';
import { fileCache } from '@holdfast/loaders/file-cache';
import { httpLoader } from '@holdfast/loaders/http';
import * as server from './server.ts';

interface AppConfig {
  readonly greeting: string;
}

// yours is a folder that outlives the process; this one is new for each run of the example
const directory = await mkdtemp(join(tmpdir(), 'holdfast-example-'));

/** What the application does when it starts. */
async function startApplication() {
  const manager = createConfigManager({ cache: fileCache({ directory }) });
  manager.on('status.changed', ({ previous, state }) => console.log(`  ${previous} → ${state}`));
  const app = manager.register<AppConfig>('app', {
    loader: httpLoader({ url: server.url }),
    polling: { intervalMs: 200 }, // so that the story is short; the default is a minute
  });
  const { from } = await app.ready();
  console.log(`Started from the ${from}: ${app.current.greeting}`);
  return { manager, app };
}

const before = await startApplication();

console.log('\nThe server goes down: what was served is served on.');
await server.goDown();
await before.app.refresh();
console.log(`Still served: ${before.app.current.greeting}`);

console.log('\nThe application restarts while the server is down: it starts from its disk.');
await before.manager.close();
const { manager, app } = await startApplication();

console.log('\nThe server comes back with another document: a poll finds it.');
const changes = app.changes();
server.publish({ greeting: 'Hello again' });
await server.comeBack();
for await (const { value } of changes) {
  console.log(`Served now: ${value.greeting}`);
  break;
}

await manager.close();
await rm(directory, { recursive: true });
await server.close();
