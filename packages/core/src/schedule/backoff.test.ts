import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffWait } from './backoff.ts';

const policy = { minIntervalMs: 10_000, intervalMs: 60_000, backoffMaxMs: 300_000 };

test.each([
  [1, 0, 10_000],
  [1, 0.5, 65_000],
  [1, 0.999_999, 120_000],
  [2, 0.5, 125_000],
  [3, 0.5, 155_000],
  [3, 0.999_999, 300_000],
  [50, 0.5, 155_000],
  [5_000, 0.999_999, 300_000],
])('backoffWait() at level %i with chance %f is about %i ms', (level, random, ms) => {
  expect(Math.round(backoffWait(policy, level, random))).toBe(ms);
});

test('backoffWait() caps at the interval where that is longer than backoffMaxMs', () => {
  const slow = { minIntervalMs: 1_000, intervalMs: 600_000, backoffMaxMs: 300_000 };
  expect(backoffWait(slow, 1, 0.999_999)).toBeCloseTo(600_000, -1);
});

test('backoffWait() lies between the least wait and the cap, and grows with level and chance', () => {
  const policies = fc
    .tuple(fc.integer({ min: 1, max: 1e6 }), fc.nat(1e6), fc.nat(1e7))
    .map(([least, more, most]) => ({
      minIntervalMs: least,
      intervalMs: least + more,
      backoffMaxMs: least + most,
    }));
  const level = fc.nat(2_000);
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(policies, level, chance, (any, at, random) => {
      const ms = backoffWait(any, at, random);
      expect(ms).toBeGreaterThanOrEqual(any.minIntervalMs);
      expect(ms).toBeLessThanOrEqual(Math.max(any.backoffMaxMs, any.intervalMs));
      expect(backoffWait(any, at + 1, random)).toBeGreaterThanOrEqual(ms);
      expect(backoffWait(any, at, random / 2)).toBeLessThanOrEqual(ms);
    }),
  );
});
