import { setImmediate as turn } from 'node:timers/promises';
import { createConfigManager } from '@holdfast/core';
import { fileCache } from '@holdfast/loaders/file-cache';
import { mockLoader } from '@holdfast/testing';

/** A program that takes one document after the other until a signal comes; then it closes, and ends with code 7. */
const [directory = ''] = process.argv.slice(2);
const loader = mockLoader();
const manager = createConfigManager({ cache: fileCache({ directory }) });
const app = manager.register<{ n: number; fill: string }>('app', { loader, updates: false });
const state = { over: false };
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    state.over = true;
    process.exitCode = 7;
    void manager.close().then(() => process.stdout.write(`closed at ${app.current.n}\n`));
  });
}
for (let n = 1; !state.over; n++) {
  loader.next({ n, fill: `${n} `.repeat(3_000) });
  await turn(); // as a load over a network would
  await app.refresh();
  if (!state.over) process.stdout.write(`in force ${n}\n`);
}
