import fc from 'fast-check';
import { expect, test } from 'vitest';
import { json } from './json.fixture.ts';
import { countRemoved } from './count-removed.ts';

test.each<[string, unknown, unknown, number, number]>([
  ['nothing', { a: 1 }, { a: 1 }, 0, 0],
  ['a changed value', { a: 1, b: 2 }, { a: 9, b: 8 }, 0, 0],
  ['an added key', { a: 1 }, { a: 1, b: 2 }, 0, 0],
  ['a removed key', { a: 1, b: 2 }, { a: 1 }, 1, 2],
  ['a removed subtree', { a: { b: 1, c: [1, 2] }, d: 1 }, { d: 1 }, 3, 4],
  ['a removed empty container', { a: {}, b: 1 }, { b: 1 }, 1, 2],
  ['an emptied object', { a: { b: 1, c: 2 }, d: 1 }, { a: {}, d: 1 }, 2, 3],
  ['a shorter array', { a: [1, 2, 3] }, { a: [1] }, 2, 3],
  ['an array that became an object', { a: [1, 2], b: 1 }, { a: { 0: 1, 1: 2 }, b: 1 }, 2, 3],
  ['a subtree that became a leaf', { a: { b: 1, c: 2 } }, { a: 5 }, 2, 2],
  ['a key of every object', { toString: 1, a: 2 }, { a: 2 }, 1, 2],
  ['everything', { a: 1, b: { c: 2 } }, {}, 2, 2],
])('countRemoved() counts %s', (_, before, after, removed, total) => {
  expect(countRemoved(before, after)).toEqual({ removed, total });
});

test('countRemoved() never counts more than there was', () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      const { removed, total } = countRemoved(before, after);
      expect(removed).toBeGreaterThanOrEqual(0);
      expect(removed).toBeLessThanOrEqual(total);
      expect(countRemoved(before, before)).toEqual({ removed: 0, total: 0 });
    }),
  );
});
