import { mkdtemp, rm } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A folder of its own, removed at the end. */
export async function tempFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-cache-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Makes `writer.fixture.ts` one plain file, so that dozens of processes start fast. */
export async function bundleWriter(folder: string): Promise<string> {
  const outfile = join(folder, 'writer.mjs');
  const entry = fileURLToPath(new URL('writer.fixture.ts', import.meta.url));
  const options = { bundle: true, platform: 'node', format: 'esm', packages: 'bundle' } as const;
  await build({
    ...options,
    entryPoints: [entry],
    outfile,
    external: ['p-retry', 'lru-cache', 'json-stable-stringify'],
  });
  return outfile;
}

/** What a writer process is to do; see `writer.fixture.ts`. */
export type WriterOrder = {
  readonly directory: string;
  readonly key: string;
} & (
  | {
      readonly text: string;
      readonly killAt?: number;
      readonly when?: 'before' | 'after';
      /** As on a file system without hard links. */
      readonly noLinks?: boolean;
    }
  | { readonly from: number; readonly count: number }
);

/** A writer process under way. */
export interface Writer {
  /** Resolves with its output when it ends; `signal` when it was killed. */
  readonly ended: Promise<{ readonly output: string; readonly signal: string | null }>;
  /** Resolves when it has begun to write. */
  readonly begun: Promise<void>;
  kill(): void;
}

/** Starts a process that writes. */
export function startWriter(
  script: string,
  order: WriterOrder,
  user: { readonly uid?: number } = {},
): Writer {
  const child = spawn(process.execPath, [script, JSON.stringify(order)], user);
  let output = '';
  const begun = new Promise<void>((resolve) => void child.stdout.once('data', () => resolve()));
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<{ output: string; signal: string | null }>((resolve) => {
    child.on('close', (_code, signal) => resolve({ output, signal }));
  });
  return { ended, begun, kill: () => void child.kill('SIGKILL') };
}
