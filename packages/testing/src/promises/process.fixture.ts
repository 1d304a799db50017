import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How a child process ended, and all that it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

/** How to run a fixture. */
export interface RunOptions {
  /** Options of Node. */
  readonly node?: readonly string[];
  readonly args?: readonly string[];
  /** A command that runs it, such as `unshare --user`. */
  readonly through?: readonly string[];
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A child process under way. */
export interface Running {
  /** Resolves when it ended, however. */
  readonly ended: Promise<Ended>;
  /** Resolves when it has printed `line`, or has ended. */
  printed(line: string): Promise<void>;
  /** `kill -9`, or another signal. */
  kill(signal?: NodeJS.Signals): void;
}

/** Starts a fixture of this folder as a process of its own. */
export function startFixture(name: string, options: RunOptions = {}): Running {
  const { node = [], args = [], through = [], env = {} } = options;
  const script = fileURLToPath(new URL(name, import.meta.url));
  const began = performance.now();
  // in the repository, so that `tsx` is found
  const own = [process.execPath, ...node, '--import', 'tsx', script, ...args];
  const [command = '', ...rest] = [...through, ...own];
  const child = spawn(command, rest, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  const look = (): void => waiting.forEach((wake) => wake());
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
      look();
    });
  }
  let over = false;
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      over = true;
      look();
      resolve({ code, signal, ...said, tookMs: performance.now() - began });
    });
  });
  return {
    ended,
    printed: (line) =>
      new Promise((resolve) => {
        const wake = (): void => {
          if (!over && !said.stdout.includes(`${line}\n`)) return;
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
        wake();
      }),
    kill: (signal = 'SIGKILL') => void child.kill(signal),
  };
}

/** Runs a fixture of this folder to its end. */
export function runFixture(name: string, options: RunOptions = {}): Promise<Ended> {
  return startFixture(name, options).ended;
}

/** A folder of its own, removed at the end. */
export async function tempFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-promise-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
