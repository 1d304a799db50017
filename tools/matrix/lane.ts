import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../workspace.ts';

/** One thing that the packages must work with. */
export interface Lane {
  readonly name: string;
  /** `quick`: as CI runs it, without what is not of the runtime. */
  readonly run: (quick: boolean) => Promise<Tally>;
}

/** What came of a lane. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Test files that were left out, each with its reason. */
  readonly files?: ReadonlyMap<string, string>;
  /** All that was printed, shown when something failed. */
  readonly output: string;
}

/** What the matrix has installed. */
export const installed = (path: string): string => join(root, 'tools/matrix/node_modules', path);

/** A command, and what it may need beside itself. */
export interface Command {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What came of a command. */
export interface Executed {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a command for ten minutes at most. */
export function execute({ command, cwd = root, env }: Command): Promise<Executed> {
  const [file, ...args] = command;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn(file!, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 600_000,
      killSignal: 'SIGKILL',
      env: { ...process.env, NO_COLOR: '1', ...env },
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
    const end = (ok: boolean, more = ''): void =>
      resolve({ ok, output: `${Buffer.concat(chunks).toString()}${more}`.trim() });
    child.once('error', ({ message }) => end(false, message));
    child.once('close', (code, signal) => end(code === 0, signal === null ? '' : `\n${signal}`));
  });
}

/** A lane whose steps pass or fail as a whole. */
export function steps(name: string, commands: () => Promise<readonly Command[]>): Lane {
  return {
    name,
    async run() {
      const failures: string[] = [];
      const all = await commands();
      for (const each of all) {
        // oxlint-disable-next-line no-await-in-loop -- a bundle is run after it was made
        const { ok, output } = await execute(each);
        if (!ok) failures.push(output);
      }
      const failed = failures.length;
      return { passed: all.length - failed, failed, skipped: 0, output: failures.join('\n\n') };
    },
  };
}

/** What a run of tests says at its end. */
export async function tests(command: Command, closing: RegExp): Promise<Tally> {
  const { ok, output } = await execute(command);
  const found = closing.exec(output)?.groups ?? {};
  const count = (what: string): number => Number(found[what] ?? 0);
  const failed = Math.max(count('failed'), ok ? 0 : 1);
  return { passed: count('passed'), failed, skipped: count('skipped'), output };
}
