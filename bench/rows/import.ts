import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { interleaved } from '../harness/measure.ts';
import type { Row } from '../harness/row.ts';

const ROUNDS = 15;
const TIMED =
  'const t = performance.now(); await import(process.argv[1]); console.log(performance.now() - t);';
const PEERS = [
  'configcat-node',
  '@growthbook/growthbook',
  '@launchdarkly/node-server-sdk',
  'unleash-client',
];

const bench = join(import.meta.dirname, '..', '..');
const core = join(bench, '../packages/core/dist/index.js');

/** Milliseconds that a new process takes to import `path`. */
function importTime(path: string): number {
  const args = ['--input-type=module', '--eval', TIMED, pathToFileURL(path).href];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

async function run(): ReturnType<Row['run']> {
  const empty = join(import.meta.dirname, 'empty.mjs');
  writeFileSync(empty, '');
  const { resolve } = createRequire(join(bench, 'package.json'));
  const paths = { empty, core, ...Object.fromEntries(PEERS.map((name) => [name, resolve(name)])) };
  const subjects = Object.fromEntries(
    Object.entries(paths).map(([name, path]) => [name, () => importTime(path)]),
  );
  const times = await interleaved(ROUNDS, subjects);
  const over = (name: string): number => times.of(name) - times.of('empty');
  return {
    figures: [
      {
        id: 'import',
        value: over('core'),
        target: 8,
        unit: 'ms over an empty module',
        detail: `core ${times.of('core').toFixed(1)} ms, empty ${times.of('empty').toFixed(1)} ms`,
      },
    ],
    peers: PEERS.map((name) => ({
      name,
      detail: `${over(name).toFixed(1)} ms over an empty module`,
    })),
  };
}

/** What a start pays for having us in it. */
export const row: Row = { title: "import('@holdfast/core')", run };
