import { existsSync } from 'node:fs';
import { type Command, installed, type Lane, tests } from './lane.ts';
import { LEFT_OUT } from './left-out.ts';

const VITEST = 'node_modules/vitest/vitest.mjs';
const CLOSING = /^vitest: (?<passed>\d+) passed, (?<failed>\d+) failed, (?<skipped>\d+) skipped$/m;

/** The suite under another runtime, without what it has no means for. */
function suite(name: string, runtime: readonly string[], options: readonly string[] = []): Lane {
  const { files = {}, names = {} } = LEFT_OUT[name] ?? {};
  const excluded = Object.keys(files).flatMap((file) => ['--exclude', file]);
  const unwanted = Object.keys(names).join('|');
  const filter = unwanted === '' ? [] : ['--testNamePattern', `^(?!.*(?:${unwanted}))`];
  const command = [...runtime, VITEST, 'run', ...options, ...excluded, ...filter];
  return tests(name, () => ({ command }), CLOSING);
}

/** Node's options that forbid what libraries like to do; the suite runs as it is. */
function flagged(name: string, flag: string): Lane {
  const command: Command = {
    command: [process.execPath, VITEST, 'run'],
    env: { NODE_OPTIONS: flag },
  };
  return tests(name, () => command, CLOSING);
}

function elsewhere(name: string): Lane {
  const config = `tools/matrix/vitest.${name}.config.mjs`;
  return tests(name, () => ({ command: [process.execPath, VITEST, 'run', '-c', config] }), CLOSING);
}

const node = (version: number): Lane =>
  suite(`node${version}`, [installed(`node${version}/bin/node`)]);

function chromium(): Lane {
  const lane = elsewhere('chromium');
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
  // zod's namespace export is lost between vitest and Bun unless vitest bundles it
  suite('bun', [installed('.bin/bun'), '--bun'], ['--server.deps.inline=zod']),
  suite('deno', [installed('.bin/deno'), 'run', '-A'], ['--pool=forks']),
  elsewhere('workerd'),
  chromium(),
  flagged('no-proto', '--disable-proto=throw'),
];
