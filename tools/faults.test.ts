import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { faultsIn, idOf, idsIn, judge, mismatches, type TestResult } from './faults-table.ts';
import { root, testFiles } from './workspace.ts';

const page = `
| id   | fault           | what Holdfast does |
| ---- | --------------- | ------------------ |
| N1   | refused         | backs off          |
| N6 ★ | closed | idle   | asks again         |
`;
const faults = faultsIn(page);
const passed = (name: string): TestResult => ({ name, state: 'passed' });

describe('docs/faults.md', () => {
  test('has a test for every row, and a row for every test', () => {
    const rows = faultsIn(readFileSync(join(root, 'docs/faults.md'), 'utf8'));
    const tested = testFiles().flatMap((file) => idsIn(readFileSync(join(root, file), 'utf8')));
    expect(rows.length).toBeGreaterThan(80);
    expect(mismatches(rows, tested)).toEqual([]);
  });
});

test('faultsIn() reads id, star and title of every row, and no other line', () => {
  expect(faults).toEqual([
    { id: 'N1', star: false, title: 'refused' },
    { id: 'N6', star: true, title: 'closed' },
  ]);
});

test.each([
  ['H1 304 with nothing stored', 'H1'],
  ['H1: 304', undefined],
  ['promise 6: H1 304', undefined],
  ['UTF8 text', undefined],
  ['H100 304', undefined],
])('idOf(%j) is %s', (name, id) => expect(idOf(name)).toBe(id));

test('idsIn() finds the ids of tests, describes and tables, however they are quoted', () => {
  const source = [
    "test('H1 a', () => {});",
    'test.skipIf(isRoot)(\n  "D2 b", () => {});',
    'test.each(rows)(`P6 %s`, () => {});',
    "describe('O1 c', () => { test('starts', () => {}); });",
    "test('starts with H2 later', () => {});",
  ].join('\n');
  expect(idsIn(source)).toEqual(['H1', 'D2', 'P6', 'O1']);
});

test.each<[string, readonly TestResult['state'][]]>([
  ['holds', ['passed', 'passed']],
  ['skipped', ['passed', 'skipped']],
  ['FAILS', ['skipped', 'failed', 'passed']],
  ['NO TEST', []],
])('judge() says %s of a row whose tests are %j', (verdict, states) => {
  const results = states.map((state, index) => ({ name: `N1 ${index}`, state }));
  expect(judge(faults, [...results, passed('N6 x'), passed('N10 x'), passed('none')])[0]).toEqual({
    fault: faults[0],
    tests: results,
    verdict,
  });
});

test('mismatches() names rows that are twice or untested, and tests without a row', () => {
  expect(mismatches([...faults, ...faults.slice(0, 1)], ['N6', 'H9', 'H9'])).toEqual([
    'N1 is there twice',
    'N1 has no test',
    'H9 has a test and no row',
  ]);
});
