// Every runtime, runner, compiler and bundler: `pnpm matrix`, or some of it by name: `pnpm matrix node24 deno typescript`.
// `--quick` leaves out what tells nothing of a runtime, as CI does.
import { availableParallelism } from 'node:os';
import { CONSUMERS } from './consumers.ts';
import type { Lane, Tally } from './lane.ts';
import { SUITES } from './suites.ts';

const LANES: readonly Lane[] = [...SUITES, ...CONSUMERS];
const COLUMNS = [16, 8, 8, 8, 9, 12, 9];
/** Each lane is one worker that waits now and then. */
const AT_ONCE = Math.min(2, availableParallelism());

function row(...cells: readonly unknown[]): string {
  return cells
    .map((cell, at) => String(cell)[at === 0 ? 'padEnd' : 'padStart'](COLUMNS[at]!))
    .join('');
}

async function attempt({ run }: Lane): Promise<Tally> {
  try {
    return await run(quick);
  } catch (error) {
    const output = error instanceof Error ? error.message : String(error);
    return { passed: 0, failed: 1, skipped: 0, output };
  }
}

const quick = process.argv.includes('--quick');
const names = process.argv.slice(2).filter((name) => name !== '--quick');
// `typescript` stands for every version of it
const isNamed = ({ name }: Lane, by: string): boolean => name === by || name.startsWith(`${by}-`);
const unknown = names.filter((each) => !LANES.some((lane) => isNamed(lane, each)));
if (unknown.length > 0) {
  const known = LANES.map(({ name }) => name).join(', ');
  console.error(`No lane is called ${unknown.join(', ')}. There are: ${known}`);
  process.exit(2);
}

const lines = new Map<Lane, string>();
const reasons = new Map<string, Set<string>>();
let failures = 0;

async function runLane(lane: Lane): Promise<void> {
  const start = performance.now();
  const { passed, failed, skipped, output, files = new Map() } = await attempt(lane);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (failed > 0) {
    failures += 1;
    console.log(`\n${lane.name} failed:\n${output.split('\n').slice(-120).join('\n')}\n`);
  }
  const result = failed > 0 ? 'FAILED' : 'ok';
  const line = row(lane.name, result, passed, failed, skipped, files.size, seconds);
  console.log(line);
  lines.set(lane, line);
  for (const [file, reason] of files) {
    const where = `${file}: ${reason}`;
    reasons.set(where, (reasons.get(where) ?? new Set()).add(lane.name));
  }
}

const wanted = LANES.filter((lane) => names.length === 0 || names.some((by) => isNamed(lane, by)));
const queue = wanted.values();
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    // oxlint-disable-next-line no-await-in-loop -- the next one of the queue when this one has ended
    for (const lane of queue) await runLane(lane);
  }),
);

if (reasons.size > 0) console.log('\nFiles left out:');
for (const [where, lanes] of reasons) console.log(`  ${where} (${[...lanes].join(', ')})`);
console.log(`\n${row('lane', 'result', 'passed', 'failed', 'skipped', 'files out', 'seconds')}`);
for (const lane of wanted) console.log(lines.get(lane));
console.log(
  failures === 0
    ? `matrix: all ${wanted.length} hold`
    : `matrix: ${failures} of ${wanted.length} failed`,
);
process.exitCode = failures > 0 ? 1 : 0;
