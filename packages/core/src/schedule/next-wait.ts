import { type HoldfastError, isLoadError } from '../errors.ts';
import type { PollingPolicy } from '../options/polling.ts';
import type { Hints } from '../ports/loader.ts';
import type { Outcome } from '../outcome.ts';
import type { PollReason } from '../state/health.ts';
import { backoffWait } from './backoff.ts';
import { longestWait } from './longest-wait.ts';
import { type IntervalState, phaseWithin, plainBounds } from './plain-wait.ts';

/** A wait in milliseconds, and why it is as long as it is. */
export interface Wait {
  readonly ms: number;
  readonly because: PollReason;
}

/** What the next wait is computed from, beside the outcome; the health is that after it: see `afterPoll`. */
export interface WaitFacts extends IntervalState {
  /** What the answer said about its time. */
  readonly hints: Hints | undefined;
  /** No poll ended before this one, and this one was not put off by chance. */
  readonly first: boolean;
}

/** No wait beyond the minimum interval: something was pushed. */
export const atOnce: Wait = { ms: 0, because: 'push' };

/** The wait after a poll; pure. @param random In [0, 1). */
export function nextWait(outcome: Outcome, facts: WaitFacts, random: number): Wait {
  if (outcome.kind === 'failed') return afterFailure(outcome.error, facts, random);
  const { policy, hints } = facts;
  const wait: Wait = { ms: plainWait(facts, random), because: 'interval' };
  // what a refused document promised is worth nothing
  if (outcome.kind === 'refused' || outcome.kind === 'vetoed') return wait;
  return lengthen(wait, hints?.freshForMs, { policy, because: 'max-age' }, random);
}

function afterFailure(error: HoldfastError, { policy, health }: WaitFacts, random: number): Wait {
  const load = isLoadError(error) ? error : undefined;
  const wait: Wait =
    load?.retry === 'slow'
      ? { ms: slowWait(policy, random), because: 'slow' }
      : { ms: backoffWait(policy, health.level, random), because: 'backoff' };
  return lengthen(wait, load?.retryAfterMs, { policy, because: 'retry-after' }, random);
}

/** The longest wait, less some jitter. */
function slowWait(policy: PollingPolicy, random: number): number {
  return Math.max(longestWait(policy) * (0.9 + 0.1 * random), policy.minIntervalMs);
}

/**
 * The interval with its jitter; the second poll of all is at a random phase, no nearer than the minimum, so that a fleet
 * that started together parts for good.
 */
function plainWait(facts: WaitFacts, random: number): number {
  const bounds = plainBounds(facts);
  if (!facts.first) return bounds.least + random * (bounds.most - bounds.least);
  const { minIntervalMs, maxIntervalMs } = facts.policy;
  const longest = Math.min(minIntervalMs + bounds.most, maxIntervalMs);
  return minIntervalMs + phaseWithin(bounds, random) * ((longest - minIntervalMs) / bounds.most);
}

/** What a source asks for can only lengthen a wait, up to the longest one, and is jittered upwards. */
function lengthen(
  wait: Wait,
  askedMs: number | undefined,
  { policy, because }: { policy: PollingPolicy; because: PollReason },
  random: number,
): Wait {
  if (askedMs === undefined || !(askedMs > wait.ms)) return wait;
  return { ms: Math.min(askedMs * (1 + 0.1 * random), longestWait(policy)), because };
}
