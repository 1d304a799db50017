import type { PollingPolicy } from '../options/polling.ts';
import { type Health, isRecent } from '../state/health.ts';
import { plainBounds, phaseWithin } from './plain-wait.ts';

/** What the wait before the first poll is computed from, beside the health of the source. */
export interface FirstWaitFacts {
  readonly policy: PollingPolicy;
  /** Monotonic time in milliseconds. */
  readonly now: number;
  readonly random: () => number;
}

/**
 * The wait before the first poll of a source: none, or, where its document came from the cache and was confirmed within
 * the interval, a random phase, so that the deploy of a thousand processes is no stampede.
 */
export function firstWait(health: Health, { policy, now, random }: FirstWaitFacts): number {
  if (!isRecent(health, now, policy.intervalMs)) return 0;
  return phaseWithin(plainBounds({ policy, health, watched: false, now }), random());
}
