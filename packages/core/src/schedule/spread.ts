import type { PollingPolicy } from '../options/polling.ts';

/** What many sources would do at once is spread over this time, or over the interval where that is shorter. */
const SPREAD_MS = 10_000;

/** A wait for what many sources would do at once, in milliseconds; pure. @param random In [0, 1). */
export function spread({ intervalMs }: PollingPolicy, random: number): number {
  return random * Math.min(intervalMs, SPREAD_MS);
}
