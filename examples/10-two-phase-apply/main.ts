import { createConfigManager, type Outcome } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';
import { z } from 'zod';
import { Pool } from './database.ts';
import * as server from './server.ts';

await using manager = createConfigManager();
const app = manager.register('app', {
  loader: httpLoader({ url: server.url }),
  schema: z.object({ pool: z.object({ size: z.int().positive() }) }),
});
await app.ready();

const pool = new Pool();
await pool.resize(app.current.pool.size);

app.rule('pool.size', (size) => size % 2 === 0, 'our hosts come in pairs');

app.attach({
  name: 'database pool',
  paths: ['pool'],
  // before anybody sees the new value: what throws, vetoes it
  apply: ({ next }) => pool.resize(next.pool.size),
  // afterwards: without consent the old value is in force again
  healthCheck: () => pool.ping(),
});
app.onChange(({ pool: { size } }) => console.log(`  everybody hears of ${size}`));

/** Publishes a size, and says what became of it. */
async function publish(size: number): Promise<void> {
  console.log(`Published: ${size}`);
  server.publish({ pool: { size } });
  const outcome: Outcome = await app.refresh();
  const why = 'error' in outcome ? `: ${outcome.error.message}` : '';
  console.log(`  ${outcome.kind}${why}`);
  console.log(`  in force: ${app.current.pool.size}, open: ${pool.connections}`);
}

await publish(6);
await publish(7);
await publish(16);
await publish(10);
