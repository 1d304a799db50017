import type { Clock } from '../ports/clock.ts';

/** When a monotonic time is by the wall clock, in whole milliseconds, never before it; for people, who set no timer by it. */
export function wallTime(clock: Clock, at: number): number {
  return Math.ceil(clock.now() + (at - clock.monotonic()));
}
