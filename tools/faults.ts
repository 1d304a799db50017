// Shows every fault of docs/faults.md with its tests and how they ended: `pnpm faults`, or some rows: `pnpm faults D2 P6`.
// `--results <file>` shows a run that was made before with vitest's JSON reporter, as CI does.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { faultsIn, idOf, idsIn, type Judged, judge, mismatches } from './faults-table.ts';
import type { TestResult } from './faults-table.ts';
import { root, testFiles } from './workspace.ts';

/** What is read of the report of vitest's JSON reporter. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Runs the tests of `ids`, or of all, and gives the report. */
function runTests(ids: readonly string[]): Report {
  const files = testFiles().filter((file) =>
    idsIn(readFileSync(join(root, file), 'utf8')).some((id) => ids.includes(id)),
  );
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-faults-'));
  try {
    const outputFile = join(folder, 'results.json');
    const names = ['-t', `^(${ids.join('|')}) `];
    const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${outputFile}`];
    const args = ['node_modules/vitest/vitest.mjs', 'run', ...names, ...reporters, ...files];
    spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    return JSON.parse(readFileSync(outputFile, 'utf8')) as Report;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A report has more states; a test that has not ended counts as skipped. */
function resultsOf({ testResults }: Report): TestResult[] {
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({
      name: fullName.trim(),
      state: status === 'passed' || status === 'failed' ? status : 'skipped',
    })),
  );
}

/** Files that could not be loaded: none of their tests is in the report. */
function brokenFiles({ testResults }: Report): string[] {
  return testResults
    .filter(({ assertionResults }) => assertionResults.length === 0)
    .map(({ name, message }) => `${relative(root, name)} could not be run: ${message}`);
}

const SIGNS = { passed: '✓', failed: '✗', skipped: '↓' } as const;

function show({ fault, tests, verdict }: Judged): void {
  const { id, star, title } = fault;
  console.log(`${id.padEnd(4)}${star ? '★' : ' '} ${verdict.padEnd(8)} ${title}`);
  for (const { name, state } of tests) console.log(`       ${SIGNS[state]} ${name}`);
}

const { values, positionals: picked } = parseArgs({
  allowPositionals: true,
  options: { results: { type: 'string' } },
});
const all = faultsIn(readFileSync(join(root, 'docs/faults.md'), 'utf8'));
const faults = all.filter(({ id }) => picked.length === 0 || picked.includes(id));
const report = values.results
  ? (JSON.parse(readFileSync(values.results, 'utf8')) as Report)
  : runTests(faults.map(({ id }) => id));
const results = resultsOf(report);
const judged = judge(faults, results);
judged.forEach(show);

const strict = Boolean(process.env['CI']);
const held = judged.filter(({ verdict }) => verdict === 'holds').length;
const skipped = judged.filter(({ verdict }) => verdict === 'skipped').length;
const tested = results.flatMap(({ name }) => idOf(name) ?? []);
const problems = [
  ...brokenFiles(report),
  ...mismatches(all, picked.length === 0 ? tested : all.map(({ id }) => id)),
  ...judged
    .filter(({ verdict }) => verdict === 'FAILS' || (strict && verdict === 'skipped'))
    .map(({ fault, verdict }) => `${fault.id} ${verdict === 'skipped' ? 'is skipped' : 'fails'}`),
];
for (const problem of problems) console.error(`- ${problem}`);
console.log(`faults: ${held} of ${judged.length} rows hold, ${skipped} skipped`);
process.exitCode = problems.length > 0 ? 1 : 0;
