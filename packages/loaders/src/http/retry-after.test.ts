import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NOW } from './load.fixture.ts';
import { parseRetryAfter } from './retry-after.ts';

test.each([
  ['0', 0],
  ['120', 120_000],
  ['99999999999', 99_999_999_999_000],
  ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['Fri, 31 Dec 9999 23:59:59 GMT', Date.UTC(9999, 11, 31, 23, 59, 59) - NOW],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('parseRetryAfter() reads %j as %j ms', (field, ms) => {
  expect(parseRetryAfter(field, NOW)).toBe(ms);
});

test('parseRetryAfter() never gives NaN, infinity or less than nothing', () => {
  const field = fc.oneof(
    fc.string(),
    fc.bigInt().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(field, fc.nat(), (text, now) => {
      const ms = parseRetryAfter(text, now) ?? 0;
      expect(Number.isFinite(ms) && ms >= 0).toBe(true);
    }),
  );
});
