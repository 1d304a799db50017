import { numberOf } from '../document/kind.ts';
import { type HoldfastError, isLoadError } from '../errors.ts';
import type { IntervalFacts, IntervalStrategy, PollingPolicy } from '../options/polling.ts';
import type { Hints } from '../ports/loader.ts';
import type { Outcome } from '../outcome.ts';
import type { PollReason, Health } from '../state/health.ts';
import { backoffWait } from './backoff.ts';
import { longestWait } from './longest-wait.ts';

/** A wait in milliseconds, and why it is as long as it is. */
export interface Wait {
  readonly ms: number;
  readonly because: PollReason;
}

/** What the next wait is computed from, beside the outcome. */
export interface WaitFacts {
  readonly policy: PollingPolicy;
  /** After the outcome: see `afterPoll`. */
  readonly health: Health;
  /** What the answer said about its time. */
  readonly hints: Hints | undefined;
  /** A watch is connected: news will be pushed, so that polls are only the safety net. */
  readonly watched: boolean;
  /** No poll ended before this one. */
  readonly first: boolean;
  /** Monotonic time in milliseconds. */
  readonly now: number;
}

/** No wait beyond the minimum interval: something was pushed. */
export const atOnce: Wait = { ms: 0, because: 'push' };

const HOUR_MS = 3_600_000;

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
  const { minIntervalMs, intervalMs, backoffMaxMs } = policy;
  const backoff = { minMs: minIntervalMs, baseMs: intervalMs, maxMs: backoffMaxMs };
  const wait: Wait =
    load?.retry === 'slow'
      ? { ms: slowWait(policy, random), because: 'slow' }
      : { ms: backoffWait(backoff, health.level, random), because: 'backoff' };
  return lengthen(wait, load?.retryAfterMs, { policy, because: 'retry-after' }, random);
}

/** The longest wait, less some jitter. */
function slowWait(policy: PollingPolicy, random: number): number {
  return Math.max(longestWait(policy) * (0.9 + 0.1 * random), policy.minIntervalMs);
}

/**
 * The interval of the strategy with ±10 % jitter; the second poll of all is at a random phase. Chance plays within the
 * bounds: clamped afterwards, many waits of a fleet would be the bound itself, and it would stay together.
 */
function plainWait({ policy, health, watched, first, now }: WaitFacts, random: number): number {
  const { intervalMs, minIntervalMs, maxIntervalMs, strategy } = policy;
  let changesInLastHour = 0;
  for (const at of health.changeTimes) if (now - at < HOUR_MS) changesInLastHour++;
  const asked = watched ? maxIntervalMs : ask(strategy, { intervalMs, changesInLastHour });
  const base = Math.min(Math.max(asked, minIntervalMs), maxIntervalMs);
  const least = first ? minIntervalMs : Math.max(0.9 * base, minIntervalMs);
  const most = first ? Math.max(base, 2 * least) : Math.max(1.1 * base, 1.2 * least);
  return least + random * (Math.min(most, maxIntervalMs) - least);
}

/** A strategy of the user's that throws or gives nonsense must not stop the polls. */
function ask(strategy: IntervalStrategy, facts: IntervalFacts): number {
  try {
    const ms = numberOf(strategy(facts));
    return ms >= 0 ? ms : facts.intervalMs;
  } catch {
    return facts.intervalMs;
  }
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
