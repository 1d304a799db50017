// Measures each row in a process of its own: `pnpm bench`, or some of them: `pnpm bench read import`. With --write all of
// them, and docs/performance.md anew; with --page the page alone, of what the last such run found.
import { fork } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tools/workspace.ts';
import { rounded } from './harness/bar-chart.ts';
import { bundleRows } from './harness/bundle.ts';
import { layOut } from './harness/installed.ts';
import { type Findings, type Row, verdictOf } from './harness/row.ts';
import { installedVersions, type RunReport, thisMachine } from './harness/run-report.ts';
import { writePage } from './harness/write-page.ts';

const folder = join(root, 'bench/.rows');
const RESULTS = join(folder, 'results.json');

/** What the row's file says, as it was bundled. */
async function rowOf(id: string): Promise<Row> {
  return ((await import(join(folder, 'rows', `${id}.mjs`))) as { row: Row }).row;
}

/** Runs one row, with the flags that it asks for. */
async function measure(id: string): Promise<Findings | undefined> {
  const { title, nodeFlags = [] } = await rowOf(id);
  const child = fork(join(folder, 'harness/child.mjs'), [join(folder, 'rows', `${id}.mjs`)], {
    execArgv: ['--expose-gc', ...nodeFlags],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const findings = await new Promise<Findings | undefined>((resolve) => {
    child.once('message', (message) => resolve(message as Findings));
    child.once('exit', () => resolve(undefined));
  });
  console.log(`\n${id}: ${title}`);
  if (findings === undefined) console.log('  could not be measured, see above');
  else print(findings);
  return findings;
}

/** The part of the table that people read. */
function print({ figures, peers = [] }: Findings): void {
  for (const figure of figures) {
    const judged = `${verdictOf(figure)}, at most ${figure.target} is asked`;
    console.log(
      `  ${figure.id.padEnd(20)} ${rounded(figure.value, 4).padStart(8)} ${figure.unit} (${judged})`,
    );
    console.log(`  ${''.padEnd(29)} ${figure.detail}`);
  }
  for (const { name, detail } of peers) console.log(`  ${name.padEnd(29)} ${detail}`);
}

async function page(report: RunReport): Promise<void> {
  const ids = Object.keys(report.rows).filter((id) => known.includes(id));
  const rows = ids.map(async (id) => ({ id, row: await rowOf(id), findings: report.rows[id]! }));
  await writePage(report, await Promise.all(rows));
  console.log('docs/performance.md is written');
}

/** Measures them one after the other, prints what was found, and tells of rows that could not be measured. */
async function measureAll(ids: readonly string[]): Promise<RunReport> {
  console.log(`node ${process.version}, medians of interleaved rounds`);
  const machine = thisMachine();
  const rows: Record<string, Findings> = {};
  for (const id of ids) {
    const findings = await measure(id);
    if (findings !== undefined) rows[id] = findings;
  }
  console.log();
  for (const figure of Object.values(rows).flatMap(({ figures }) => figures)) {
    console.log(
      `ratio ${figure.id} ${rounded(figure.value, 4)} ${figure.target} ${verdictOf(figure)}`,
    );
  }
  // falling short of a target is a finding; only a row that cannot be measured is an error
  process.exitCode = Object.keys(rows).length < ids.length ? 1 : 0;
  return {
    date: new Date().toISOString().slice(0, 10),
    machine,
    versions: installedVersions(),
    rows,
  };
}

const known = readdirSync(join(root, 'bench/rows'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));
const args = process.argv.slice(2);
const asked = args.filter((arg) => !arg.startsWith('--'));
const flags = args.filter((arg) => arg.startsWith('--'));
const unknown = [
  ...asked.filter((id) => !known.includes(id)),
  ...flags.filter((flag) => !['--write', '--page'].includes(flag)),
];
if (unknown.length > 0 || (flags.length > 0 && asked.length > 0)) {
  console.error(
    unknown.length > 0
      ? `No row is called ${unknown.join(', ')}. There are: ${known.join(', ')}`
      : `${flags.join(' ')} is about all rows: name none.`,
  );
  process.exit(2);
}
const ids = asked.length > 0 ? asked : known;
await bundleRows(ids);
if (flags.includes('--page')) {
  await page(JSON.parse(readFileSync(RESULTS, 'utf8')) as RunReport);
} else {
  if (ids.includes('first-value')) await layOut();
  const report = await measureAll(ids);
  if (flags.includes('--write')) {
    writeFileSync(RESULTS, JSON.stringify(report, undefined, 2));
    await page(report);
  }
}
