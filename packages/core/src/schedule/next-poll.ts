import type { PollingPolicy } from '../options/polling.ts';
import type { PollReason } from '../state/health.ts';
import { longestWait } from './longest-wait.ts';
import type { Wait } from './next-wait.ts';
import { spread } from './spread.ts';

/** What the time of the next poll is computed from, beside the wait. */
export interface NextPollFacts {
  readonly policy: PollingPolicy;
  /** Monotonic time in milliseconds. */
  readonly now: number;
  /** When the breaker of the origin lets the source ask again; in the past where it does. */
  readonly opensAt: number;
  /** The breaker kept this poll from the network: its time counts, whatever the wait is. */
  readonly skipped: boolean;
  readonly random: () => number;
}

/** When the next poll is, in monotonic time, and why. */
export interface DuePoll {
  readonly at: number;
  readonly because: PollReason;
}

/** When the next poll is: after the wait, or, if later, when the breaker lets it. */
export function nextPollAt(
  { ms, because }: Wait,
  { policy, now, opensAt, skipped, random }: NextPollFacts,
): DuePoll {
  if (!skipped && opensAt <= now + ms) return { at: now + ms, because };
  return {
    at: Math.min(opensAt + spread(policy, random()), now + longestWait(policy)),
    because: 'breaker',
  };
}
