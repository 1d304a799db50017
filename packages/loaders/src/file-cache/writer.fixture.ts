/**
 * Run as a process of its own, with a `WriterOrder` as JSON. Writes one text and kills itself before or after the n-th
 * call to the file system, or writes numbered records one after the other. Each call of `write` takes 1000 bytes at
 * most, as systems may. Prints "begun", and at the end how many calls there were.
 */
import type { FileHandle } from 'node:fs/promises';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { fileCache } from '../file-cache.ts';
import type { WriterOrder } from './process.fixture.ts';
import { numbered } from './whole.fixture.ts';

type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;

const FUNCTIONS = ['link', 'lstat', 'mkdir', 'open', 'readdir', 'rename', 'unlink'];
const HANDLE_METHODS = ['stat', 'sync', 'utimes', 'write'];
const SHORT_WRITE = 1_000;

const order = JSON.parse(process.argv[2]!) as WriterOrder;
const noLinks = 'text' in order && order.noLinks === true;
let calls = 0;

function die(when: 'before' | 'after'): void {
  if (!('text' in order) || order.when !== when || order.killAt !== calls) return;
  process.kill(process.pid, 'SIGKILL');
}

function count(target: Methods, name: string): void {
  const original = target[name]!;
  target[name] = async function counted(this: unknown, ...args) {
    calls += 1;
    die('before');
    try {
      if (name === 'link' && noLinks) throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
      const result = await Reflect.apply(original, this, name === 'write' ? shortened(args) : args);
      if (name === 'open') count(result as Methods, 'close'); // each handle has a `close` of its own
      return result;
    } finally {
      die('after');
    }
  };
}

function shortened([bytes, offset, length]: unknown[]): unknown[] {
  return [bytes, offset, Math.min(Number(length), SHORT_WRITE)];
}

const handle: FileHandle = await fs.open(process.execPath);
const handleMethods = Object.getPrototypeOf(handle) as Methods;
await handle.close();
for (const name of FUNCTIONS) count(fs as unknown as Methods, name);
for (const name of HANDLE_METHODS) count(handleMethods, name);
syncBuiltinESMExports();

const { directory, key } = order;
const cache = fileCache({ directory });
process.stdout.write('begun\n');
if ('text' in order) {
  await cache.write(key, Buffer.from(order.text));
} else {
  // oxlint-disable-next-line no-await-in-loop -- one record after the other
  for (let i = 0; i < order.count; i++)
    await cache.write(key, Buffer.from(numbered(order.from + i)));
}
process.stdout.write(`${calls}\n`);
