import { expect, test } from 'vitest';
import { systemClock } from '../ports/clock.ts';
import { wallTime } from './wall-time.ts';

test('wallTime() gives whole milliseconds, of monotonic times that are none', () => {
  const clock = { ...systemClock, now: () => 1_000_000, monotonic: () => 52.75 };
  expect(wallTime(clock, 62.8)).toBe(1_000_011);
  expect(wallTime(clock, 52.75)).toBe(1_000_000);
});
