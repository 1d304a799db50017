import { expect, test } from 'vitest';
import { OptionCheck } from '../options/check.ts';
import { type PollingOptions, resolvePolling } from '../options/polling.ts';
import { newborn } from '../state/health.ts';
import { firstWait } from './first-wait.ts';

/** The wait at chance 0.5, for a document that was confirmed so long ago. */
function waitAfter(ageMs: number, polling: PollingOptions = {}, health = newborn): number {
  const policy = resolvePolling(polling, new OptionCheck('config "app"'), 'polling');
  const facts = { policy, now: 0, random: () => 0.5 };
  return firstWait({ ...health, confirmedAt: -ageMs }, facts);
}

test('firstWait() is none where nothing is known, or nothing recent', () => {
  const policy = resolvePolling({}, new OptionCheck('config "app"'), 'polling');
  expect(firstWait(newborn, { policy, now: 0, random: () => 0.5 })).toBe(0);
  expect(waitAfter(1_000, {}, { ...newborn, doubted: true })).toBe(0);
});

test.each<[number, PollingOptions, number]>([
  [0, {}, 45_000],
  // the interval of the default strategy, its jitter, and the deadline of the poll
  [109_000, {}, 45_000],
  [109_001, {}, 0],
  [76_000, { strategy: 'fixed' }, 30_000],
  [76_001, { strategy: 'fixed' }, 0],
  [15_000, { strategy: 'fixed', intervalMs: 10_000, deadlineMs: 3_000 }, 5_500],
  [15_001, { strategy: 'fixed', intervalMs: 10_000, deadlineMs: 3_000 }, 0],
])('firstWait() for a document of %i ms, polled by %o, is %i ms', (ageMs, polling, ms) => {
  expect(waitAfter(ageMs, polling)).toBe(ms);
});
