import { type Cache, createConfigManager } from '@holdfast/core';
import { fileCache } from '@holdfast/loaders/file-cache';
import { mockLoader } from '@holdfast/testing';
import { setImmediate as turn } from 'node:timers/promises';

/**
 * A process that is killed. It starts from what the cache holds while its source is down, says which document that is,
 * and then takes one document after the other.
 */
const [directory = '', from = '1', killAtWrite = 'never'] = process.argv.slice(2);

/** Big enough for a write to take several system calls, and telling whether it is whole. */
const numbered = (n: number) => ({ n, fill: `${n} `.repeat(3_000), end: n });

let writes = 0;
const files = fileCache({ directory });
const cache: Cache = {
  ...files,
  async write(key, bytes) {
    writes += 1;
    // between the commit and the first system call of its write
    if (String(writes) === killAtWrite) process.kill(process.pid, 'SIGKILL');
    await files.write(key, bytes);
  },
};
const loader = mockLoader();
loader.fail(Infinity);
const manager = createConfigManager({ cache });
const app = manager.register<ReturnType<typeof numbered>>('app', {
  loader,
  updates: false,
  defaults: { n: 0, fill: '', end: 0 },
});
const ready = await app.ready();
const { n, fill, end } = app.current;
const whole = n === end && fill === (n === 0 ? '' : numbered(n).fill);
process.stdout.write(`${JSON.stringify({ from: ready.from, n, whole })}\n`);
loader.heal();
for (let next = Number(from); next < Number(from) + 100_000; next++) {
  loader.next(numbered(next));
  await turn(); // as a load over a network would
  await app.refresh();
  if (app.current.n !== next) throw new Error(`${next} is not in force`);
  process.stdout.write(`in force ${next}\n`);
}
