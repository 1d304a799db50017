import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { interleaved, type Rounds } from '../harness/measure.ts';
import type { Figure, Row } from '../harness/row.ts';
import { PEERS } from '../peers/all.ts';
import { configcat } from '../peers/configcat.ts';

const ROUNDS = 15;
const TIMED =
  'const t = performance.now(); await import(process.argv[1]); console.log(performance.now() - t);';
const EMPTY = 'empty';
const QUICK_ROUNDS = 5;

const bench = join(import.meta.dirname, '..', '..');
const core = join(bench, '../packages/core/dist/index.js');

/** What `import` of a peer's package loads, not `require`: some have both. */
function resolvedFor(name: string): string {
  const asked = `console.log(import.meta.resolve(${JSON.stringify(name)}))`;
  const args = ['--input-type=module', '--eval', asked];
  const url = execFileSync(process.execPath, args, { encoding: 'utf8', cwd: bench });
  return fileURLToPath(url.trim());
}

/** Milliseconds that a new process takes to import `path`. */
function importTime(path: string): number {
  const args = ['--input-type=module', '--eval', TIMED, pathToFileURL(path).href];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

/** Imports ours, an empty module and these, each in new processes. */
function importAll(
  rounds: number,
  peers: readonly (readonly [name: string, path: string])[],
): Promise<Rounds<string>> {
  const empty = join(import.meta.dirname, 'empty.mjs');
  writeFileSync(empty, '');
  const paths = { [EMPTY]: empty, core, ...Object.fromEntries(peers) };
  const subjects = Object.entries(paths).map(([name, path]) => [name, () => importTime(path)]);
  return interleaved(rounds, Object.fromEntries(subjects) as Record<string, () => number>);
}

function figureOf(times: Rounds<string>): Figure {
  return {
    id: 'import',
    value: times.of('core') - times.of(EMPTY),
    target: 8,
    unit: 'ms over an empty module',
    detail: `core ${times.of('core').toFixed(1)} ms, empty ${times.of(EMPTY).toFixed(1)} ms`,
  };
}

async function run(): ReturnType<Row['run']> {
  const packages = PEERS.map((peer) => [peer.label, resolvedFor(peer.package)] as const);
  const times = await importAll(ROUNDS, packages);
  const over = (name: string): number => times.of(name) - times.of(EMPTY);
  return {
    figures: [
      figureOf(times),
      {
        id: 'import-configcat',
        value: over('core') / over(configcat.label),
        target: 0.34,
        unit: "× ConfigCat's, both over an empty module",
        detail: 'what a slow or busy machine does to both cancels out',
      },
    ],
    peers: [
      {
        name: 'an empty module',
        value: 0,
        limit: true,
        detail: `${times.of(EMPTY).toFixed(1)} ms`,
      },
      ...PEERS.map(({ label }) => ({
        name: label,
        value: over(label),
        detail: `${over(label).toFixed(1)} ms over an empty module`,
      })),
    ],
  };
}

/** What a start pays for having us in it. */
export const row: Row = {
  title: "import('@holdfast/core')",
  why: `What is needed at once is bundled into a few files, since each file costs some of a millisecond, and no library is imported before it
is needed: the way of a document, retries, history and the rest come with the first call that uses them. \`first-value\` says what
all of it takes together. The peers import their HTTP clients, loggers and evaluators at once; GrowthBook, on the
platform's fetch, is the lightest of them.`,
  run,
  quick: async () => figureOf(await importAll(QUICK_ROUNDS, [])),
};
