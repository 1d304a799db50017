import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../workspace.ts';

/** One thing that the packages must work with. */
export interface Lane {
  readonly name: string;
  readonly run: () => Tally;
}

/** What came of a lane. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
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

/** Runs a command for five minutes at most. */
export function execute({ command, cwd = root, env }: Command): { ok: boolean; output: string } {
  const [file, ...args] = command;
  const { status, stdout, stderr, error } = spawnSync(file!, args, {
    cwd,
    encoding: 'utf8',
    timeout: 300_000,
    killSignal: 'SIGKILL',
    maxBuffer: 2 ** 28,
    // what tsx writes down would count as work of the packages that it loads
    env: { ...process.env, NO_COLOR: '1', TSX_DISABLE_CACHE: '1', ...env },
  });
  return { ok: status === 0, output: `${stdout}${stderr}${error?.message ?? ''}`.trim() };
}

/** A lane whose steps pass or fail as a whole. */
export function steps(name: string, commands: () => readonly Command[]): Lane {
  return {
    name,
    run() {
      const results = commands().map(execute);
      const failed = results.filter(({ ok }) => !ok);
      return {
        passed: results.length - failed.length,
        failed: failed.length,
        skipped: 0,
        output: failed.map(({ output }) => output).join('\n\n'),
      };
    },
  };
}

/** A lane that runs tests, and ends with a line of their number. */
export function tests(name: string, command: () => Command, closing: RegExp): Lane {
  return {
    name,
    run() {
      const { ok, output } = execute(command());
      const found = closing.exec(output)?.groups ?? {};
      const count = (what: string): number => Number(found[what] ?? 0);
      const failed = Math.max(count('failed'), ok ? 0 : 1);
      return { passed: count('passed'), failed, skipped: count('skipped'), output };
    },
  };
}
