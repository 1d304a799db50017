import { createConfigManager } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';
import { publish, url } from './server.ts';

interface AppConfig {
  readonly greeting: string;
  readonly pool: { readonly size: number };
}

const manager = createConfigManager();
const app = manager.register<AppConfig>('app', { loader: httpLoader({ url }) });

await app.ready();
console.log(`${app.current.greeting}! The pool has ${app.current.pool.size} workers.`);

app.select('pool.size').onChange((size, { previous }) => {
  console.log(`The pool is resized from ${previous} to ${size} workers.`);
});

publish({ greeting: 'Hello', pool: { size: 16 } });
await app.refresh(); // now; by itself it polls about once a minute

await manager.close();
