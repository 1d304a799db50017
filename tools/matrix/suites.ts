import { existsSync } from 'node:fs';
import { filesLeftOut } from './files.ts';
import { installed, type Lane, tests } from './lane.ts';
import { leftOut } from './left-out.ts';

const VITEST = 'node_modules/vitest/vitest.mjs';
const CLOSING = /^vitest: (?<passed>\d+) passed, (?<failed>\d+) failed, (?<skipped>\d+) skipped$/m;

/** How vitest is begun. */
interface Vitest {
  /** Its configuration, and what else it is told. */
  readonly args: readonly string[];
  /** What it runs on. */
  readonly runtime?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Tests by vitest, without what the lane leaves out. */
function vitest(name: string, { args, runtime = [process.execPath], env }: Vitest): Lane {
  return {
    name,
    async run(quick) {
      const unwanted = Object.keys(leftOut(name, quick).names).join('|');
      const filter = unwanted === '' ? [] : ['--testNamePattern', `^(?!.*(?:${unwanted}))`];
      const command = [...runtime, VITEST, 'run', ...args, ...filter];
      const lane = { MATRIX_LANE: name, MATRIX_QUICK: quick ? '1' : '0' };
      const tally = await tests({ command, env: { ...lane, ...env } }, CLOSING);
      return { ...tally, files: filesLeftOut(name, quick) };
    },
  };
}

const config = (name: string): string[] => ['-c', `tools/matrix/vitest.${name}.config.mjs`];

/** The suite under a runtime. */
const suite = (
  name: string,
  runtime: readonly string[],
  { more = [], env = {} }: { more?: readonly string[]; env?: Vitest['env'] } = {},
): Lane => vitest(name, { runtime, args: [...config('suite'), ...more], env });

/** What asks nothing of Node, under a runtime that vitest begins: that is quick as it is. */
function portable(name: string): Lane {
  const { run } = vitest(name, { args: config(name) });
  return { name, run: () => run(false) };
}

/** Node with options that forbid what libraries like to do. */
const flagged = (name: string, flag: string): Lane =>
  vitest(name, {
    args: [
      ...config('suite'),
      ...['core', 'loaders', 'testing'].flatMap((each) => ['--project', each]),
    ],
    env: { NODE_OPTIONS: flag },
  });

function node(version: number): Lane {
  const { name, run } = suite(`node${version}`, [installed(`node${version}/bin/node`)]);
  const ours = process.version.startsWith(`v${version}.`);
  const files = new Map([['all', '`pnpm test` has run them on this very Node']]);
  const nothing = { passed: 0, failed: 0, skipped: 0, files, output: '' };
  return { name, run: async (quick) => (quick && ours ? nothing : run(quick)) };
}

function chromium(): Lane {
  const lane = portable('chromium');
  const path = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  if (existsSync(path)) return lane;
  const output = `There is no ${path}: install chromium, or name another one in CHROMIUM`;
  return { ...lane, run: async () => ({ passed: 0, failed: 1, skipped: 0, output }) };
}

/** The suite, runtime by runtime. */
export const SUITES: readonly Lane[] = [
  node(20),
  node(22),
  node(24),
  node(26),
  suite('bun', [installed('.bin/bun'), '--bun']),
  suite('deno', [installed('.bin/deno'), 'run', '-A'], {
    more: ['--pool=forks'],
    // it would ask for its newest version, through whatever proxy a test names
    env: { DENO_NO_UPDATE_CHECK: '1' },
  }),
  portable('workerd'),
  chromium(),
  flagged('no-proto', '--disable-proto=throw'),
];
