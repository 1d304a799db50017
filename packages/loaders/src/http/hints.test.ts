import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hintsOf, isYoung } from './hints.ts';

test.each([
  [{}, undefined],
  [{ age: '3' }, { ageMs: 3000 }],
  [{ age: ['3', '4'] }, undefined],
  [{ age: '-3' }, undefined],
  [{ 'cache-control': 'max-age=60' }, { freshForMs: 60_000 }],
  [
    { 'cache-control': 'max-age=60', age: '50' },
    { freshForMs: 10_000, ageMs: 50_000 },
  ],
  [
    { 'cache-control': 'max-age=60', age: '90' },
    { freshForMs: 0, ageMs: 90_000 },
  ],
  [{ 'cache-control': 'max-age=60, no-cache' }, {}],
  [{ 'cache-control': ['max-age=60', 'no-store'] }, { freshForMs: 60_000, doNotStore: true }],
  [{ 'cache-control': 's-maxage=60' }, {}],
  [{ 'cache-control': 'max-age=-1' }, {}],
])('hintsOf() reads %j as %j', (fields, hints) => {
  expect(hintsOf(fields)).toEqual(hints);
});

test('hintsOf() never gives NaN, infinity or less than nothing', () => {
  const field = fc.oneof(
    fc.string(),
    fc.bigInt().map((n) => `max-age=${n}`),
  );
  fc.assert(
    fc.property(field, fc.string(), (control, age) => {
      const { freshForMs = 0, ageMs = 0 } = hintsOf({ 'cache-control': control, age }) ?? {};
      expect([freshForMs, ageMs].every((ms) => Number.isFinite(ms) && ms >= 0)).toBe(true);
    }),
  );
});

test.each([
  ['Thu, 01 Jan 2026 00:00:10 GMT', true],
  ['Thu, 01 Jan 2026 00:00:09 GMT', true],
  ['Thu, 01 Jan 2026 00:00:08 GMT', false],
  ['Thu, 01 Jan 2026 00:00:30 GMT', true],
  ['yesterday', false],
  [undefined, false],
])('isYoung() takes a document of %j for young: %j', (modified, young) => {
  const date = 'Thu, 01 Jan 2026 00:00:10 GMT';
  expect(isYoung({ date, 'last-modified': modified })).toBe(young);
});

test('isYoung() does not guess when the server sends no Date', () => {
  expect(isYoung({ 'last-modified': 'Thu, 01 Jan 2026 00:00:10 GMT' })).toBe(false);
});
