import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differenceOf } from './difference.ts';

const bytes = fc.uint8Array({ max: 2, maxLength: 12 });

test('differenceOf() says what is replaced, and nothing less would do', () => {
  fc.assert(
    fc.property(bytes, bytes, (before, after) => {
      const { from, to, length } = differenceOf(before, after);
      const put = after.slice(from, from + length);
      expect([...before.slice(0, from), ...put, ...before.slice(to)]).toEqual([...after]);
      const replaces = to > from && length > 0;
      const [first, last] = [
        before[from] === after[from],
        before[to - 1] === after[from + length - 1],
      ];
      expect(replaces && (first || last)).toBe(false);
    }),
  );
});

test.each([1, 2, 3, 4, 5])('differenceOf() finds %i more bytes in the middle of many', (more) => {
  const before = Uint8Array.from({ length: 50_001 }, (_, i) => i % 251);
  const after = new Uint8Array(before.length + more).fill(255);
  after.set(before.subarray(0, 20_000));
  after.set(before.subarray(20_000), 20_000 + more);
  expect(differenceOf(before, after)).toEqual({ from: 20_000, to: 20_000, length: more });
  expect(differenceOf(after, before)).toEqual({ from: 20_000, to: 20_000 + more, length: 0 });
});
