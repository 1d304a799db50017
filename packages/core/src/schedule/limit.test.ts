import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recentUpdates, windowOpensAt } from './limit.ts';

const two = { max: 2, windowMs: 100 };

test.each<[readonly number[], number, number | undefined]>([
  [[], 0, undefined],
  [[0], 10, undefined],
  [[0, 10], 50, 100],
  [[0, 10], 99.5, 100],
  [[0, 10], 100, undefined],
  [[0, 10, 100], 105, 110],
  [[0, 1, 2, 3], 50, 102],
])('windowOpensAt() after updates at %j, at %d', (times, now, opensAt) => {
  expect(windowOpensAt(times, two, now)).toBe(opensAt);
});

test('windowOpensAt() never closes without a limit', () => {
  expect(windowOpensAt([0, 0, 0, 0], undefined, 0)).toBeUndefined();
  expect(recentUpdates([0, 0], undefined, 0)).toEqual([]);
});

test('recentUpdates() forgets those that no longer count', () => {
  expect(recentUpdates([0, 50, 99], two, 100)).toEqual([50, 99]);
});

test('windowOpensAt() lets no window of any place hold more than max updates, and opens in time', () => {
  const policy = fc.record({
    max: fc.integer({ min: 1, max: 5 }),
    windowMs: fc.integer({ min: 1, max: 50 }),
  });
  fc.assert(
    fc.property(policy, fc.array(fc.nat(20), { maxLength: 60 }), (updates, gaps) => {
      let times: readonly number[] = [];
      const applied: number[] = [];
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        const opensAt = windowOpensAt(times, updates, now);
        const waited = opensAt ?? now;
        const inTime =
          opensAt === undefined || (opensAt > now && opensAt <= now + updates.windowMs);
        expect([inTime, windowOpensAt(times, updates, waited)]).toEqual([true, undefined]);
        now = waited;
        applied.push(now);
        times = [...recentUpdates(times, updates, now), now];
      }
      for (const from of applied) {
        const within = applied.filter((at) => at >= from && at < from + updates.windowMs);
        expect(within.length).toBeLessThanOrEqual(updates.max);
      }
    }),
  );
});
