import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  afterAnswer,
  afterFailure,
  askingOrder,
  type EndpointHealth,
  shareMs,
  WELL,
} from './health.ts';

const policy = { returnAfterMs: 1_000 };
const failed = (health: EndpointHealth, now: number, random = 0): EndpointHealth =>
  afterFailure(policy, health, { now, random });

describe('askingOrder()', () => {
  test('is the order given while all are well', () => {
    expect(askingOrder([WELL, WELL, WELL], 5)).toEqual([0, 1, 2]);
  });

  test('asks who rests after the others, until the rest is over', () => {
    const healths = [failed(WELL, 0), WELL];
    expect([askingOrder(healths, 999), askingOrder(healths, 1_000)]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test('asks those that failed less first where all rest', () => {
    const worse = failed(failed(WELL, 0), 0);
    expect(askingOrder([worse, failed(WELL, 0), failed(WELL, 0)], 1)).toEqual([1, 2, 0]);
  });
});

describe('afterFailure()', () => {
  test('doubles the rest up to 16 times, spread by chance', () => {
    let health = WELL;
    const rests = Array.from({ length: 7 }, () => (health = failed(health, 0)).restsUntil);
    expect(rests).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 16_000, 16_000]);
    expect(failed(WELL, 0, 1).restsUntil).toBe(1_500);
  });

  test('rests for as long as the endpoint asked for, within the longest rest', () => {
    const asked = (retryAfterMs: number): number =>
      afterFailure(policy, WELL, { now: 0, random: 0, retryAfterMs }).restsUntil;
    expect([asked(10), asked(5_000), asked(1e12)]).toEqual([1_000, 5_000, 16_000]);
  });
});

describe('afterAnswer()', () => {
  test('forgets failures once it went well for as long as it rested', () => {
    const twice = failed(failed(WELL, 0), 0);
    const back = afterAnswer(policy, twice, 2_000);
    expect(back).toEqual({ failures: 2, restsUntil: -Infinity, backSince: 2_000 });
    expect(afterAnswer(policy, back, 3_999).failures).toBe(2);
    expect(afterAnswer(policy, back, 4_000)).toBe(WELL);
  });

  test('keeps them for who fails again soon, so that it rests longer each time', () => {
    const back = afterAnswer(policy, failed(WELL, 0), 1_000);
    expect(failed(back, 1_500).restsUntil).toBe(1_500 + 2_000);
  });
});

test('shareMs() is an equal share of what is left, and never nothing', () => {
  expect([shareMs(9_000, 2), shareMs(9_000, 1), shareMs(-5, 3)]).toEqual([4_500, 9_000, 1]);
});

const steps = fc.array(
  fc.record({
    place: fc.nat(2),
    ok: fc.boolean(),
    afterMs: fc.nat(20_000),
    random: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
);

test('whatever happened, every endpoint is asked, and the first is first again after the longest rest', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      let now = 0;
      const healths = [WELL, WELL, WELL];
      for (const { place, ok, afterMs, random } of taken) {
        now += afterMs;
        const health = healths[place]!;
        healths[place] = ok ? afterAnswer(policy, health, now) : failed(health, now, random);
        expect(new Set(askingOrder(healths, now))).toEqual(new Set([0, 1, 2]));
      }
      expect(askingOrder(healths, now + 16_000 * 1.5)).toEqual([0, 1, 2]);
    }),
  );
});

test('an endpoint that fails at every other request is left alone for most of the time', () => {
  let health = WELL;
  let switches = 0;
  for (let now = 0, ok = false; now < 100_000; now += 100) {
    if (now < health.restsUntil) continue;
    health = ok ? afterAnswer(policy, health, now) : failed(health, now);
    if (!ok) switches += 1;
    ok = !ok;
  }
  expect(switches).toBeLessThanOrEqual(10);
});
