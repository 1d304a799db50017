import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCacheControl, parseDeltaSeconds } from './cache-control.ts';

test.each([
  ['max-age=60', { 'max-age': '60' }],
  ['Max-Age=60, NO-STORE', { 'max-age': '60', 'no-store': '' }],
  ['max-age="60"', { 'max-age': '60' }],
  ['max-age = 60', { 'max-age': '60' }],
  ['private="a, max-age=9", max-age=5', { private: 'a, max-age=9', 'max-age': '5' }],
  ['x="a\\"b, no-store", no-cache', { x: 'a"b, no-store', 'no-cache': '' }],
  ['max-age=1, max-age=2', { 'max-age': '1' }],
  [',, ,max-age=1,,', { 'max-age': '1' }],
  ['=5, max-age=1', { 'max-age': '1' }],
  ['x="never closed, max-age=1', { x: '', 'max-age': '1' }],
  ['', {}],
])('parseCacheControl() reads %j', (field, directives) => {
  expect(Object.fromEntries(parseCacheControl(field))).toEqual(directives);
});

test('parseCacheControl() reads any text without throwing', () => {
  const field = fc.oneof(
    fc.string({ unit: 'binary-ascii' }),
    fc
      .array(fc.constantFrom('max-age', '=', '"', ',', ' ', '\\', '1', 'no-store', ';'))
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(field, (text) => {
      for (const [name] of parseCacheControl(text)) expect(name).toMatch(/^[^\s=,"]+$/);
    }),
  );
});

test.each([
  ['0', 0],
  ['60', 60_000],
  ['007', 7000],
  ['9'.repeat(400), 2 ** 31 * 1000],
  ['-1', undefined],
  ['1.5', undefined],
  [' 1', undefined],
  ['', undefined],
  [undefined, undefined],
])('parseDeltaSeconds() reads %j as %j ms', (text, ms) => {
  expect(parseDeltaSeconds(text)).toBe(ms);
});

test('parseDeltaSeconds() never gives NaN, infinity or less than nothing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.bigInt().map(String), fc.double().map(String)), (text) => {
      const ms = parseDeltaSeconds(text) ?? 0;
      expect(Number.isFinite(ms) && ms >= 0).toBe(true);
    }),
  );
});
