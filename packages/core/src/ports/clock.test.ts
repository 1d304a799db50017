import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('systemClock tells wall-clock and monotonic time', () => {
  const started = systemClock.monotonic();
  vi.advanceTimersByTime(250);
  expect(systemClock.now()).toBe(1_250);
  expect(systemClock.monotonic() - started).toBe(250);
  vi.setSystemTime(0);
  expect(systemClock.now()).toBe(0);
  expect(systemClock.monotonic() - started).toBe(250);
});

test('setTimer() calls back once, never early, and not after cancel()', () => {
  const call = vi.fn<() => void>();
  systemClock.setTimer(10.2, call);
  const cancelled = systemClock.setTimer(5, () => expect.fail('it was cancelled'));
  cancelled.cancel();
  cancelled.cancel();
  vi.advanceTimersByTime(10);
  expect(call).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(call).toHaveBeenCalledTimes(1);
});

test.each([
  [2 ** 31, 2 ** 31 - 1],
  [Infinity, 2 ** 31 - 1],
  [-5, 0],
])('setTimer(%d) is clamped, or the platform would fire at once or warn', (ms, clamped) => {
  const set = vi.spyOn(globalThis, 'setTimeout');
  systemClock.setTimer(ms, () => {}).cancel();
  expect(set.mock.calls[0]?.[1]).toBe(clamped);
});

test('setTimer() holds the process open only when told to', () => {
  vi.useRealTimers();
  const held = (): number =>
    process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  const before = held();
  const loose = systemClock.setTimer(60_000, () => {});
  expect(held()).toBe(before);
  const kept = systemClock.setTimer(60_000, () => {}, { keepAlive: true });
  expect(held()).toBe(before + 1);
  kept.keepAlive?.(false);
  loose.keepAlive?.(true);
  expect(held()).toBe(before + 1);
  kept.cancel();
  loose.cancel();
  expect(held()).toBe(before);
});
