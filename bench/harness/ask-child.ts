import { fork } from 'node:child_process';
import { join } from 'node:path';

/** Runs a script of `bench/` in a process of its own and gives the one message that it sends. */
export function askChild<T>(
  script: string,
  args: readonly string[],
  nodeFlags: readonly string[] = [],
): Promise<T> {
  const path = join(import.meta.dirname, '..', script.replace(/\.ts$/, '.mjs'));
  const child = fork(path, args, { execArgv: ['--expose-gc', ...nodeFlags] });
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`${script} ${args[0]} ended with ${code}`)));
  });
}
