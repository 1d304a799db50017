// Measures each row in a process of its own: `pnpm bench`, or some of them: `pnpm bench read import`.
import { fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tools/workspace.ts';
import { bundleRows } from './harness/bundle.ts';
import { layOut } from './harness/installed.ts';
import type { Figure, Findings, Row } from './harness/row.ts';

const folder = join(root, 'bench/.rows');

/** Runs one row, with the flags that it asks for. */
async function measure(id: string): Promise<void> {
  const path = join(folder, 'rows', `${id}.mjs`);
  const { row } = (await import(path)) as { row: Row };
  const child = fork(join(folder, 'harness/child.mjs'), [path], {
    execArgv: ['--expose-gc', ...(row.nodeFlags ?? [])],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const findings = await new Promise<Findings | undefined>((resolve) => {
    child.once('message', (message) => resolve(message as Findings));
    child.once('exit', () => resolve(undefined));
  });
  console.log(`\n${id}: ${row.title}`);
  if (findings === undefined) {
    failed.push(id);
    console.log('  could not be measured, see above');
    return;
  }
  figures.push(...findings.figures);
  print(findings);
}

/** The part of the table that people read. */
function print({ figures: found, peers = [] }: Findings): void {
  for (const figure of found) {
    const judged = `${verdict(figure)}, at most ${figure.target} is asked`;
    console.log(
      `  ${figure.id.padEnd(20)} ${rounded(figure.value).padStart(8)} ${figure.unit} (${judged})`,
    );
    console.log(`  ${''.padEnd(29)} ${figure.detail}`);
  }
  for (const { name, detail } of peers) console.log(`  ${name.padEnd(29)} ${detail}`);
}

function verdict({ value, target }: Figure): 'ok' | 'short' {
  return value <= target ? 'ok' : 'short';
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}

const known = readdirSync(join(root, 'bench/rows'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));
const asked = process.argv.slice(2);
const unknown = asked.filter((id) => !known.includes(id));
if (unknown.length > 0) {
  console.error(`No row is called ${unknown.join(', ')}. There are: ${known.join(', ')}`);
  process.exit(2);
}
const ids = asked.length > 0 ? asked : known;
const figures: Figure[] = [];
const failed: string[] = [];
await bundleRows(ids);
if (ids.includes('first-value')) await layOut();
console.log(`node ${process.version}, medians of interleaved rounds`);
for (const id of ids) await measure(id);
console.log();
for (const figure of figures) {
  console.log(`ratio ${figure.id} ${rounded(figure.value)} ${figure.target} ${verdict(figure)}`);
}
// falling short of a target is a finding; only a row that cannot be measured is an error
process.exitCode = failed.length > 0 ? 1 : 0;
