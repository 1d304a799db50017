import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { root } from '../../tools/workspace.ts';
import type { Findings } from './row.ts';

/** All that a run found, and where; as it is kept in `bench/.rows/results.json`. */
export interface RunReport {
  readonly date: string;
  readonly machine: Machine;
  /** Name to version, as installed. */
  readonly versions: Readonly<Record<string, string>>;
  /** What each row found, by its id; a row that could not be measured is not there. */
  readonly rows: Readonly<Record<string, Findings>>;
}

/** What numbers depend on; nothing that names a machine. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly os: string;
  readonly node: string;
  /** The load when the run began: what else the machine had to do. */
  readonly load: number;
}

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1e9),
    os: `${type()}${distribution()}, ${process.arch}`,
    node: process.version,
    load: loadavg()[0]!,
  };
}

function distribution(): string {
  if (process.platform !== 'linux') return '';
  const args = ['-c', '. /etc/os-release && echo "$PRETTY_NAME"'];
  const name = execFileSync('sh', args, { encoding: 'utf8' }).trim();
  return name === '' ? '' : ` (${name})`;
}

/** What is measured: the peers as `bench/package.json` pins them, and the HTTP client that we share with the bare request. */
export function installedVersions(): Record<string, string> {
  const bench = JSON.parse(readFileSync(join(root, 'bench/package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const undici = createRequire(join(root, 'packages/loaders/package.json'))(
    'undici/package.json',
  ) as { version: string };
  return { ...bench.dependencies, undici: undici.version };
}
