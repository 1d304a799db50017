import { expect, test } from 'vitest';
import { chartOf } from './chart-of.ts';
import { pageOf, type RowOnPage } from './page.ts';
import type { RunReport } from './run-report.ts';

const report: RunReport = {
  date: '2026-01-02',
  machine: { cpu: 'a CPU', cores: 2, memoryGb: 8, os: 'an OS', node: 'v20.0.0', load: 0.5 },
  versions: { rival: '1.2.3' },
  rows: {},
};

const figure = { id: 'row', value: 2, target: 1, unit: '× bare', detail: 'twice' };
const other = { id: 'row-b', value: 1, target: 4, unit: 'kB', detail: 'one' };
const row = (peers: RowOnPage['findings']['peers'] = []): RowOnPage => ({
  id: 'row',
  row: { title: 'a title', why: 'Because.' },
  findings: { figures: [figure, other], peers },
});

test('pageOf() names what is short, the machine, the versions and the reason', () => {
  const page = pageOf(report, [row()]);
  expect(page).toContain('1 are not (`short`): `row`.');
  expect(page).toContain('a CPU, 2 cores, 8 GB, an OS, Node 20.0.0');
  expect(page).toContain('`rival` 1.2.3');
  expect(page).toContain('\nBecause.\n');
  expect(page).toContain('No peer has a lower number in any figure.');
});

test('pageOf() says at the top where a peer is better, and counts no limit as one', () => {
  const page = pageOf(report, [
    row([
      { name: 'Quick', value: 1.5, detail: '' },
      { name: 'Slow', value: 9, detail: '' },
      { name: 'a bare request', value: 1, limit: true, detail: '' },
      { name: 'Small', value: 0.25, figure: 'row-b', detail: '' },
      { name: 'a word', detail: 'that has no number' },
    ]),
  ]);
  expect(page).toContain(
    '- `row`: ours 2; Quick 1.5 (× bare)\n- `row-b`: ours 1; Small 0.25 (kB)\n',
  );
  expect(page).toContain('| short | Quick 1.5 · Slow 9 · a bare request 1 |');
});

test('chartOf() shows the first figure beside its peers, in their order', () => {
  const { bars, target } = chartOf(row([{ name: 'Quick', value: 1.5, detail: '' }]).findings);
  expect(bars.map(({ name, kind }) => [name, kind])).toEqual([
    ['Quick', 'peer'],
    ['Holdfast', 'ours'],
  ]);
  expect(target).toBe(1);
});

test('chartOf() shows shares of what is asked when a row has no peers', () => {
  const { bars, target } = chartOf(row().findings);
  expect(bars.map(({ name, value }) => [name, value])).toEqual([
    ['row', 200],
    ['row-b', 25],
  ]);
  expect(target).toBe(100);
});
