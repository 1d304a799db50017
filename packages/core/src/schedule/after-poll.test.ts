import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LoadError } from '../errors.ts';
import type { Outcome } from '../outcome.ts';
import { type Health, newborn } from '../state/health.ts';
import { afterPoll } from './after-poll.ts';

const error = new LoadError('no');
const failed: Outcome = { kind: 'failed', error };
const refused: Outcome = { kind: 'refused', error };
const vetoed: Outcome = { kind: 'vetoed', error };
const unchanged: Outcome = { kind: 'unchanged' };
const held: Outcome = { kind: 'held', until: 0 };
const changed: Outcome = { kind: 'accepted', version: 2, changed: true };
const sameValue: Outcome = { kind: 'accepted', version: 2, changed: false };

const HOUR_MS = 3_600_000;

/** The health after these outcomes, a second apart. */
function after(outcomes: readonly Outcome[], from: Health = newborn): Health {
  return outcomes.reduce(
    (health, outcome, i) => afterPoll(health, outcome, { now: i * 1_000, wall: 5_000_000 + i }),
    from,
  );
}

test('afterPoll() raises the level at each failure, and forgets it at the second success in a row', () => {
  expect(after([failed, failed, failed]).level).toBe(3);
  expect(after([failed, failed, failed, unchanged]).level).toBe(3);
  expect(after([failed, failed, unchanged, failed]).level).toBe(3);
  expect(after([failed, failed, failed, unchanged, unchanged]).level).toBe(0);
});

test.each([unchanged, held, changed, sameValue])(
  'afterPoll() takes $kind for a success: fresh, confirmed, its troubles over',
  (success) => {
    const health = after([failed, refused, success], { ...newborn, doubted: true });
    expect(health).toMatchObject({
      troubles: 0,
      succeeded: true,
      confirmed: true,
      doubted: false,
      confirmedAt: 2_000,
      lastSuccessAt: 5_000_002,
      lastFailure: undefined,
    });
  },
);

test.each([refused, vetoed])(
  'afterPoll() keeps the level when it is $kind, which is a trouble all the same',
  (outcome) => {
    const health = after([failed, outcome]);
    expect(health).toMatchObject({ level: 1, troubles: 2, succeeded: false });
    expect(health.lastFailure).toEqual({ error, at: 5_000_001 });
  },
);

test('afterPoll() keeps what the last success confirmed through failures', () => {
  const health = after([unchanged, failed, refused]);
  expect(health).toMatchObject({ confirmed: true, confirmedAt: 0, lastSuccessAt: 5_000_000 });
});

test('afterPoll() counts the age of an answer against its confirmation', () => {
  expect(afterPoll(newborn, unchanged, { now: 1_000, wall: 0, ageMs: 400 }).confirmedAt).toBe(600);
});

test('afterPoll() takes nothing from a confirmation for an older answer that says the same', () => {
  const health = { ...newborn, confirmedAt: 700 };
  const times = { now: 1_000, wall: 0, ageMs: 400 };
  expect(afterPoll(health, unchanged, times).confirmedAt).toBe(700);
  expect(afterPoll(health, changed, times).confirmedAt).toBe(600);
  expect(afterPoll(health, unchanged, { ...times, ageMs: 200 }).confirmedAt).toBe(800);
});

test.each([undefined, NaN, 0, -400, -Infinity])(
  'afterPoll() takes no answer for one from the future: an age of %s is none',
  (ageMs) => {
    expect(afterPoll(newborn, unchanged, { now: 1_000, wall: 0, ageMs }).confirmedAt).toBe(1_000);
  },
);

test('afterPoll() takes the first document for no change, nor one that gives the same value', () => {
  expect(after([changed]).changeTimes).toEqual([]);
  expect(after([changed, sameValue, held, unchanged]).changeTimes).toEqual([]);
  expect(after([changed, changed, changed]).changeTimes).toEqual([1_000, 2_000]);
});

test('afterPoll() remembers the last five changes of an hour', () => {
  const busy = after(Array.from({ length: 9 }, () => changed));
  expect(busy.changeTimes).toEqual([4_000, 5_000, 6_000, 7_000, 8_000]);
  const later = afterPoll(busy, changed, { now: 6_000 + HOUR_MS, wall: 0 });
  expect(later.changeTimes).toEqual([7_000, 8_000, 6_000 + HOUR_MS]);
});

test('afterPoll() writes to nothing', () => {
  const health = Object.freeze({ ...newborn, changeTimes: Object.freeze([1]) });
  for (const outcome of [failed, refused, changed]) after([outcome, changed], health);
  expect(health.changeTimes).toEqual([1]);
});

test('afterPoll() keeps its counts in order, whatever happens', () => {
  const outcome = fc.constantFrom(failed, refused, vetoed, unchanged, held, changed, sameValue);
  fc.assert(
    fc.property(fc.array(outcome), (outcomes) => {
      const health = after(outcomes);
      const last = outcomes.at(-1)?.kind;
      const trouble = last === 'failed' || last === 'refused' || last === 'vetoed';
      expect(health.succeeded).toBe(last === undefined ? undefined : !trouble);
      expect(health.troubles > 0).toBe(trouble);
      expect(health.lastFailure !== undefined).toBe(trouble);
      expect(health.level).toBeLessThanOrEqual(
        outcomes.filter(({ kind }) => kind === 'failed').length,
      );
      expect(health.changeTimes.length).toBeLessThanOrEqual(5);
    }),
  );
});
