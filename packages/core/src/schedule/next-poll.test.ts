import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OptionCheck } from '../options/check.ts';
import { resolvePolling } from '../options/polling.ts';
import { longestWait } from './longest-wait.ts';
import { nextPollAt, type NextPollFacts } from './next-poll.ts';
import type { Wait } from './next-wait.ts';

const policy = resolvePolling({}, new OptionCheck('config "app"'), 'polling');
const wait: Wait = { ms: 60_000, because: 'interval' };

/** At the time 1 000 and chance 0.5, where the breaker never opened. */
function after(more: Partial<NextPollFacts>, given: Wait = wait) {
  const facts = { policy, now: 1_000, opensAt: -Infinity, skipped: false, random: () => 0.5 };
  return nextPollAt(given, { ...facts, ...more });
}

test.each([
  ['does not wait', -Infinity],
  ['opened before', 500],
  ['opens on the way', 31_000],
  ['opens right then', 61_000],
])('nextPollAt() is after the wait where the breaker %s', (_, opensAt) => {
  expect(after({ opensAt })).toEqual({ at: 61_000, because: 'interval' });
});

test('nextPollAt() is when the breaker lets it, spread over some seconds, where that is later', () => {
  expect(after({ opensAt: 61_001 })).toEqual({ at: 66_001, because: 'breaker' });
  expect(after({ opensAt: 61_001, random: () => 0 }).at).toBe(61_001);
});

test('nextPollAt() goes by the breaker alone where that kept the poll from the network', () => {
  expect(after({ opensAt: 21_000, skipped: true })).toEqual({ at: 26_000, because: 'breaker' });
});

test('nextPollAt() spreads over the interval where that is shorter', () => {
  const brief = resolvePolling({ intervalMs: 2_000 }, new OptionCheck('config "app"'), 'polling');
  expect(after({ opensAt: 90_000, policy: brief }).at).toBe(91_000);
});

test('nextPollAt() is never later than the longest wait, and never before the breaker lets it within that', () => {
  const time = fc.double({ min: 0, max: 1e6, noNaN: true });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const longest = 1_000 + longestWait(policy);
  fc.assert(
    fc.property(time, fc.boolean(), chance, (opensAt, skipped, random) => {
      const { at } = after({ opensAt, skipped, random: () => random });
      expect(at).toBeLessThanOrEqual(longest);
      expect(at).toBeGreaterThanOrEqual(Math.min(opensAt, longest));
    }),
  );
});
