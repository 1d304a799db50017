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
 * The wait before the first poll of a source: none, or, where its document came from the cache and was confirmed as
 * recently as in a process that runs, a random phase, so that the deploy of a thousand processes is no stampede.
 */
export function firstWait(health: Health, { policy, now, random }: FirstWaitFacts): number {
  const bounds = plainBounds({ policy, health, watched: false, now });
  // the longest time between two confirmations when all is well: the wait, and then the poll
  const usualMs = bounds.most + policy.deadlineMs;
  return isRecent(health, now, usualMs) ? phaseWithin(bounds, random()) : 0;
}
