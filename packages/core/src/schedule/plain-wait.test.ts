import fc from 'fast-check';
import { expect, test } from 'vitest';
import { phaseWithin, type WaitBounds } from './plain-wait.ts';

const minute: WaitBounds = { least: 54_000, most: 66_000 };
const draws = 2_000;

/** Evenly spread chance, so that no seed decides. */
const even = Array.from({ length: draws }, (_, i) => (i + 0.5) / draws);

test('phaseWithin() is evenly spread over the waits that all have, and rarer beyond', () => {
  const phases = even.map((random) => phaseWithin(minute, random));
  const share = (from: number, to: number): number =>
    phases.filter((ms) => ms >= from && ms < to).length / draws;
  expect(share(0, 6_000)).toBeCloseTo(0.1, 2);
  expect(share(48_000, 54_000)).toBeCloseTo(0.1, 2);
  expect(share(54_000, 60_000)).toBeCloseTo(0.075, 2);
  expect(share(60_000, 66_000)).toBeCloseTo(0.025, 2);
});

test('phaseWithin() begins a fleet that is evenly spread in each interval', () => {
  // when everybody polls for the first time, and for the second
  const counts = Array.from({ length: 10 }, () => 0);
  const count = (at: number): void => {
    if (at < 60_000) counts[Math.floor(at / 6_000)]! += 1;
  };
  for (const random of even) {
    const first = phaseWithin(minute, random);
    count(first);
    // of the waits that follow, a hundred are as good as all
    for (let i = 0; i < 100; i += 1) {
      const second = first + minute.least + ((i + 0.5) / 100) * (minute.most - minute.least);
      if (second < 60_000) counts[Math.floor(second / 6_000)]! += 0.01;
    }
  }
  for (const each of counts) expect(each / draws).toBeCloseTo(0.1, 2);
});

test('phaseWithin() grows with chance, and is never longer than the longest wait', () => {
  const bounds = fc
    .tuple(fc.double({ min: 1, max: 1e9, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([most, share]) => ({ least: most * share, most }));
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(bounds, chance, chance, (any, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)].map((r) => phaseWithin(any, r));
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(any.most * (1 + 1e-12));
      expect(high).toBeGreaterThanOrEqual(low! - any.most * 1e-7);
    }),
  );
});
