// Every runtime, runner, compiler and bundler: `pnpm matrix`, or some of it by name: `pnpm matrix node24 deno typescript`.
import { CONSUMERS } from './consumers.ts';
import type { Lane, Tally } from './lane.ts';
import { SUITES } from './suites.ts';

const LANES: readonly Lane[] = [...SUITES, ...CONSUMERS];
const COLUMNS = [16, 8, 8, 8, 8, 9];

function row(...cells: readonly unknown[]): string {
  return cells
    .map((cell, at) => String(cell)[at === 0 ? 'padEnd' : 'padStart'](COLUMNS[at]!))
    .join('');
}

function attempt({ run }: Lane): Tally {
  try {
    return run();
  } catch (error) {
    const output = error instanceof Error ? error.message : String(error);
    return { passed: 0, failed: 1, skipped: 0, output };
  }
}

const names = process.argv.slice(2);
// `typescript` stands for every version of it
const wanted = ({ name }: Lane): boolean =>
  names.length === 0 || names.some((each) => name === each || name.startsWith(`${each}-`));
const unknown = names.filter(
  (each) => !LANES.some(({ name }) => name === each || name.startsWith(`${each}-`)),
);
if (unknown.length > 0) {
  const known = LANES.map(({ name }) => name).join(', ');
  console.error(`No lane is called ${unknown.join(', ')}. There are: ${known}`);
  process.exit(2);
}
const lines: string[] = [];
let failures = 0;
for (const lane of LANES.filter(wanted)) {
  const start = performance.now();
  const { passed, failed, skipped, output } = attempt(lane);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (failed > 0) {
    failures += 1;
    console.log(`\n${lane.name} failed:\n${output.split('\n').slice(-120).join('\n')}\n`);
  }
  const line = row(lane.name, failed > 0 ? 'FAILED' : 'ok', passed, failed, skipped, seconds);
  console.log(line);
  lines.push(line);
}
console.log(
  `\n${row('lane', 'result', 'passed', 'failed', 'skipped', 'seconds')}\n${lines.join('\n')}`,
);
console.log(
  failures === 0
    ? `matrix: all ${lines.length} hold`
    : `matrix: ${failures} of ${lines.length} failed`,
);
process.exitCode = failures > 0 ? 1 : 0;
