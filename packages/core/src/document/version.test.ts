import fc from 'fast-check';
import { expect, test } from 'vitest';
import { json } from './json.fixture.ts';
import { majorOf, markOf, versionOf } from './version.ts';

test.each([
  [{ version: 2 }, 2],
  [{ version: null }, null],
  [{}, undefined],
  [[], undefined],
  ['version', undefined],
  [null, undefined],
  [JSON.parse('{"__proto__":{"version":2}}'), undefined],
])('versionOf(%j) is %j', (document, version) => {
  expect(versionOf(document)).toEqual(version);
});

test.each([
  [undefined, 0],
  [0, 0],
  [2, 2],
  [2.1, 2],
  ['2', 2],
  ['2.1.0', 2],
  ['2.0.0-rc.1', 2],
  ['2+build', 2],
  ['02', 2],
  ['20', 20],
  ['v2', undefined],
  ['2x', undefined],
  ['two', undefined],
  ['', undefined],
  [' 2', undefined],
  ['-2', undefined],
  [-2, undefined],
  [null, undefined],
  [true, undefined],
  [{ major: 2 }, undefined],
  [[2], undefined],
  ['9'.repeat(16), undefined],
])('majorOf(%j) is %j', (version, major) => {
  expect(majorOf(version)).toBe(major);
});

test('majorOf() gives a whole number or nothing of any JSON', () => {
  fc.assert(
    fc.property(json, (version) => {
      const major = majorOf(version) ?? 0;
      expect(Number.isSafeInteger(major) && major >= 0).toBe(true);
    }),
  );
});

test.each([
  [5, 'number', 5],
  [-7.5, 'number', -7.5],
  ['42', 'number', 42n],
  ['+42', 'number', 42n],
  ['-42', 'number', -42n],
  ['007', 'number', 7n],
  ['1.25', 'number', 1.25],
  ['2026-01-02', 'date', Date.UTC(2026, 0, 2)],
  ['2026-01-02T03:04Z', 'date', Date.UTC(2026, 0, 2, 3, 4)],
  ['2026-01-02T03:04:05', 'date', Date.UTC(2026, 0, 2, 3, 4, 5)],
  ['2026-01-02T03:04:05.678Z', 'date', Date.UTC(2026, 0, 2, 3, 4, 5, 678)],
  ['2026-01-02T03:04:05.678901234Z', 'date', Date.UTC(2026, 0, 2, 3, 4, 5, 678)],
  ['2026-01-02T03:04:05+02:00', 'date', Date.UTC(2026, 0, 2, 1, 4, 5)],
  ['2026-01-02 03:04:05', 'date', Date.UTC(2026, 0, 2, 3, 4, 5)],
])('markOf(%j) is the %s %s', (value, kind, mark) => {
  expect(markOf(value)).toEqual({ kind, value: mark });
});

test.each([
  undefined,
  null,
  true,
  '',
  'abc',
  '1.2.3',
  '12a',
  '1e5',
  'Infinity',
  Infinity,
  NaN,
  '2026-13-01',
  '2026',
  '2026-01',
  'Fri, 02 Jan 2026',
  {},
  [1],
  '9'.repeat(101),
])('markOf(%j) is none, or a plain number', (value) => {
  expect(markOf(value)).toEqual(value === '2026' ? { kind: 'number', value: 2026n } : undefined);
});

test('markOf() compares counters of 64 bits, whatever they are written as', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n }), fc.nat({ max: 1e9 }), (big, small) => {
      const higher = markOf(String(big + BigInt(small) + 1n))!;
      expect(markOf(String(big))!.value < higher.value).toBe(true);
      expect(markOf(small)!.value < markOf(String(small + 1))!.value).toBe(true);
    }),
  );
});
