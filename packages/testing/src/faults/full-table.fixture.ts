import { readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createConfigManager } from '@holdfast/core';
import { fileLoader } from '@holdfast/loaders/file';

/** A program in a namespace of its own, whose table of watches is full, and has room later. Tells what it serves. */
const [path = '', table = ''] = process.argv.slice(2);
const limit = `/proc/sys/user/${table}`;
const before = readFileSync(limit, 'utf8');
writeFileSync(limit, '0');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Whether this process has a place in the table, by what the kernel says. */
function isWatching(): boolean {
  return readdirSync('/proc/self/fdinfo').some((fd) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').includes('inotify wd');
    } catch {
      return false; // that was the handle of the listing itself
    }
  });
}

const refused = ((): unknown => {
  try {
    watch(dirname(path)).close();
    return undefined;
  } catch (error) {
    return error;
  }
})();
if (refused === undefined) throw new Error('the table is not full');

const held = setInterval(() => {}, 60_000); // nothing else keeps this process alive
const manager = createConfigManager();
const app = manager.register<{ n: number }>('app', {
  loader: fileLoader({ path, statIntervalMs: 100 }),
  polling: { intervalMs: 3_600_000, minIntervalMs: 1 },
});
const current = (): number => app.current.n;
const changes = app.changes()[Symbol.asyncIterator]();
await app.ready();
say(`full: ${JSON.stringify(app.current)}`);
while (current() !== 2) await changes.next();
say(`found: ${JSON.stringify(app.current)}`);
if (isWatching()) throw new Error('the table was not full');
writeFileSync(limit, before);
say('room');
while (current() !== 3) await changes.next();
say(`then: ${JSON.stringify(app.current)}`);
// the watch takes its place in the table at its next look
while (!isWatching()) await new Promise((resolve) => setTimeout(resolve, 10));
say('heard of again');
await manager.close();
clearInterval(held);
