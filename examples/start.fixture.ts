import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** An example that takes longer has failed. */
const LIMIT_MS = 60_000;

/** How an example ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts an example as its package.json does. */
export function startExample(name: string): ChildProcess {
  const cwd = fileURLToPath(new URL(name, import.meta.url));
  const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
  const [command, ...args] = (scripts.start as string).split(' ');
  const folders = [join(cwd, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']];
  const env = { ...process.env, PATH: folders.join(delimiter), NO_COLOR: '1' };
  return spawn(command!, args, { cwd, env, timeout: LIMIT_MS, killSignal: 'SIGKILL' });
}

/** Runs an example to its end. */
export async function runExample(name: string): Promise<Ended> {
  const child = startExample(name);
  child.stdin!.end();
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}
