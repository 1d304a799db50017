import childProcess from 'node:child_process';
import dns from 'node:dns';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/**
 * A program of its own: imports what it is told to, and prints what that did beside being imported. Reading is not
 * watched, since that is how modules are loaded.
 */
const specifiers = process.argv.slice(2);
const done: string[] = [];

/** Notes each call of these methods. */
function watch(name: string, target: object, methods: readonly string[]): void {
  for (const method of methods) {
    const original: unknown = Reflect.get(target, method);
    if (typeof original !== 'function') throw new Error(`Cannot watch ${name}.${method}`);
    Reflect.set(target, method, function watched(this: unknown, ...args: unknown[]): unknown {
      done.push(`${name}.${method}()`);
      return Reflect.apply(original, this, args);
    });
  }
}

const state = () => ({
  globals: Reflect.ownKeys(globalThis).map(String),
  resources: process.getActiveResourcesInfo().toSorted(),
  listeners: process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`),
  environment: { ...process.env },
  directory: fs.readdirSync('.').toSorted(),
});

await import('node:path'); // what the first import of all sets up is none of ours
// nor is this: from Node 22 on, whoever imports it gets Node's own undici and its `Symbol(undici.…)` on globalThis
await import('node:http');
watch('fs', fs, ['writeFile', 'writeFileSync', 'mkdir', 'mkdirSync', 'watch', 'createWriteStream']);
watch('fs.promises', fs.promises, ['writeFile', 'mkdir', 'mkdtemp', 'readFile', 'open', 'readdir']);
watch('net', net, ['connect', 'createServer']);
watch('dns', dns, ['lookup', 'resolve']);
watch('child_process', childProcess, ['spawn', 'exec', 'fork']);
syncBuiltinESMExports();
watch('globalThis', globalThis, ['setTimeout', 'setInterval', 'setImmediate', 'fetch']);
const before = state();
const modules = await Promise.all(specifiers.map((each): Promise<object> => import(each)));
const after = state();
const exports = modules.flatMap(Object.keys).length;
process.stdout.write(JSON.stringify({ done, before, after, exports }));
