// The application: a process of its own, started by application-process.ts. What it does with Holdfast is what any
// application does. It prints nothing: it tells the story what happens, so that one process writes the lines.
import { createConfigManager } from '@holdfast/core';
import { toCloudEvent } from '@holdfast/core/cloud-events';
import { fileCache } from '@holdfast/loaders/file-cache';
import { httpLoader } from '@holdfast/loaders/http';
import { countingClock } from '../../tools/counting-clock.ts';
import { schema } from './schema.ts';
import type { Told } from './told.ts';
import { fallbackAfter, polling, updates } from './tuning.ts';
import { WorkerPool } from './worker-pool.ts';

const [url, directory] = process.argv.slice(2) as [string, string];

const clock = countingClock();
const manager = createConfigManager({ cache: fileCache({ directory }), clock });
manager.on('*', (event) => {
  // as plain data, which a message can carry
  const { data } = toCloudEvent(event, '/demo');
  tell(event.type, { ...data, config: event.config, at: event.at } as never);
});

const begin = performance.now();
const app = manager.register('app', {
  loader: httpLoader({ url }),
  schema,
  defaults: { pool: { size: 2 }, rateLimit: 50, features: { search: false } },
  polling,
  updates,
  fallbackAfter,
});

const first = app.current;
tell('app.registered', { tookMs: performance.now() - begin });

const pool = new WorkerPool(first.pool.size);

app.select('pool.size').onChange(async (size) => {
  const before = pool.size;
  await pool.resize(size);
  tell('pool.resized', { before, after: pool.size });
});

const { from } = await app.ready();
tell('app.ready', { from });

async function close(): Promise<void> {
  await manager.close();
  await pool.resize(0);
}

async function stop(): Promise<void> {
  await close();
  tell('app.closed', { timers: clock.waiting() });
  process.disconnect(); // nothing else keeps this process alive
}

process.once('message', () => void stop());
// the story is gone, and nobody is left to say stop
process.once('disconnect', () => void close());

function tell<K extends keyof Told>(type: K, data: Told[K]): void {
  if (!process.connected) return;
  const { state, version } = app.status;
  process.send?.({ type, data, serving: { value: app.current, state, version } });
}
