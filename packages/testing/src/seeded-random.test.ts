import { expect, test } from 'vitest';
import { seededRandom } from './seeded-random.ts';

const take = (count: number, random: () => number): number[] =>
  Array.from({ length: count }, random);

test('seededRandom() gives the same numbers for the same seed', () => {
  expect(take(100, seededRandom(7))).toEqual(take(100, seededRandom(7)));
});

test('seededRandom() gives the numbers of mulberry32', () => {
  expect(take(3, seededRandom(1))).toEqual([
    0.6270739405881613, 0.002735721180215478, 0.5274470399599522,
  ]);
});

test('seededRandom() gives other numbers for another seed', () => {
  expect(take(3, seededRandom(1))).not.toEqual(take(3, seededRandom(2)));
});

test('seededRandom() stays within [0, 1) and spreads evenly', () => {
  const numbers = take(20_000, seededRandom(42));
  const tenths = Array.from({ length: 10 }, () => 0);
  for (const number of numbers) tenths[Math.floor(number * 10)]! += 1;
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(200);
});

test.each([NaN, Infinity, '1', null])('seededRandom() refuses the seed %s', (seed) => {
  expect(() => seededRandom(seed as number)).toThrow(
    'Cannot use "seed" of seededRandom() as it must be a finite number: current value is ',
  );
});
