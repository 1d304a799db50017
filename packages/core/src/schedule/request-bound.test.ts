import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterRequest, afterSecondRequest } from './request-bound.ts';

test('afterRequest() puts the next poll off by the minimum interval, and never brings it nearer', () => {
  expect(afterRequest(0, 100, 10)).toBe(110);
  expect(afterRequest(500, 100, 10)).toBe(500);
});

test('afterSecondRequest() puts the next poll off by one minimum interval more, counted from now at least', () => {
  expect(afterSecondRequest(110, 101, 10)).toBe(120);
  expect(afterSecondRequest(110, 500, 10)).toBe(510);
});

test('afterSecondRequest() lets what refreshes borrowed not add up', () => {
  let notBefore = 0;
  for (let refreshes = 0; refreshes < 1_000; refreshes++) {
    notBefore = afterSecondRequest(afterRequest(notBefore, 100, 10), 100, 10);
  }
  expect(notBefore).toBe(120);
});

test('request-bound holds promise 6: at most 2 + T / minIntervalMs requests in any time T', () => {
  const MIN_MS = 10;
  // each poll: how long after it may begin it does, and, where its connection dies, when it asks again
  const poll = fc.record({
    late: fc.nat(15),
    again: fc.option(fc.nat(30), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(poll, { maxLength: 40 }), (polls) => {
      const requests: number[] = [];
      let notBefore = 0;
      let now = 0;
      for (const { late, again } of polls) {
        now = Math.max(now, notBefore) + late;
        requests.push(now);
        notBefore = afterRequest(notBefore, now, MIN_MS);
        if (again === undefined) continue;
        now += again;
        requests.push(now);
        notBefore = afterSecondRequest(notBefore, now, MIN_MS);
      }
      for (const [i, from] of requests.entries()) {
        for (const [j, to] of requests.entries()) {
          expect(j - i + 1).toBeLessThanOrEqual(2 + Math.max(0, to - from) / MIN_MS);
        }
      }
    }),
    { numRuns: 300 },
  );
});
