import { existsSync } from 'node:fs';
import { type Command, installed, type Lane, tests } from './lane.ts';
import { LEFT_OUT } from './left-out.ts';

const VITEST = 'node_modules/vitest/vitest.mjs';
const CLOSING = /^vitest: (?<passed>\d+) passed, (?<failed>\d+) failed, (?<skipped>\d+) skipped$/m;

/** The suite under a runtime, without what it has no means for. */
function suite(name: string, runtime: readonly string[], options: readonly string[] = []): Lane {
  const unwanted = Object.keys(LEFT_OUT[name]?.names ?? {}).join('|');
  const filter = unwanted === '' ? [] : ['--testNamePattern', `^(?!.*(?:${unwanted}))`];
  const command = [...runtime, VITEST, 'run', ...config('suite'), ...options, ...filter];
  return tests(name, () => ({ command, env: { MATRIX_LANE: name } }), CLOSING);
}

/** What asks nothing of Node, under a runtime that vitest begins. */
function portable(name: string): Lane {
  const unwanted = Object.keys(LEFT_OUT[name]?.names ?? {}).join('|');
  const filter = ['--testNamePattern', `^(?!.*(?:${unwanted}))`];
  const command = [process.execPath, VITEST, 'run', ...config(name), ...filter];
  return tests(name, () => ({ command }), CLOSING);
}

/** Node's options that forbid what libraries like to do; the suite runs as it is. */
function flagged(name: string, flag: string): Lane {
  const command: Command = {
    command: [process.execPath, VITEST, 'run', '--project', 'core', '--project', 'loaders'],
    env: { NODE_OPTIONS: flag },
  };
  return tests(name, () => command, CLOSING);
}

const config = (name: string): string[] => ['-c', `tools/matrix/vitest.${name}.config.mjs`];

const node = (version: number): Lane =>
  suite(`node${version}`, [installed(`node${version}/bin/node`)]);

function chromium(): Lane {
  const lane = portable('chromium');
  const path = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  if (existsSync(path)) return lane;
  const output = `There is no ${path}: install chromium, or name another one in CHROMIUM`;
  return { ...lane, run: () => ({ passed: 0, failed: 1, skipped: 0, output }) };
}

/** The suite, runtime by runtime. */
export const SUITES: readonly Lane[] = [
  node(20),
  node(22),
  node(24),
  node(26),
  suite('bun', [installed('.bin/bun'), '--bun']),
  suite('deno', [installed('.bin/deno'), 'run', '-A'], ['--pool=forks']),
  portable('workerd'),
  chromium(),
  flagged('no-proto', '--disable-proto=throw'),
];
