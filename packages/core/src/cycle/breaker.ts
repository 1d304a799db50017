import { backoffWait } from '../lazy-base.ts';
import type { BackoffPolicy } from '../schedule/backoff.ts';

/**
 * The circuit breaker of one origin. It keeps all configs that share an origin from asking it again and again while it
 * is down: one probe asks for all of them.
 *
 * ```
 * closed ──failures in a row──▶ open ──its time is over, a poll is due──▶ half-open ──the probe got an answer──▶ closed
 *                                 ▲───────────────── the probe failed ────────┘
 * ```
 * Without a breaker (`undefined`) it is closed, and nothing failed.
 */
export type Breaker =
  | { readonly kind: 'closed'; readonly failures: number; readonly backoff: BackoffPolicy }
  | {
      readonly kind: 'open';
      /** Times in a row that it opened. */
      readonly level: number;
      /** Monotonic time in milliseconds from which on a poll may probe. */
      readonly until: number;
      /** A push may not open the way any more: the last one that did failed. */
      readonly poked: boolean;
      /** Of the source with the shortest interval that failed. */
      readonly backoff: BackoffPolicy;
    }
  | {
      readonly kind: 'half-open';
      readonly level: number;
      /** It was a push that opened the way. */
      readonly poked: boolean;
      readonly backoff: BackoffPolicy;
    };

/** What a poll says about its origin: it is in trouble, it is alive, or neither of them. */
export type Verdict = 'trouble' | 'alive' | 'neither';

/** What a breaker is told about a poll that ended. */
export interface ProbeReport {
  readonly verdict: Verdict;
  /** What the breaker was when it let the poll through as its probe. */
  readonly probeOf?: Breaker | undefined;
  /** Of the source that was polled. */
  readonly backoff: BackoffPolicy;
  /** The least wait that the origin asked for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** What the next state of a breaker is computed from, beside the report. */
export interface BreakerFacts {
  /** It opens at so many failures in a row. */
  readonly failures: number;
  /** Monotonic time in milliseconds. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
}

/** What is asked about a poll that wants to go to the origin. */
export interface AdmissionFacts {
  /** Monotonic time in milliseconds. */
  readonly now: number;
  /** Something was pushed, or the network came back: it may probe before its time, once in an opening. */
  readonly pushed: boolean;
  /** Monotonic time from which on the source asks for itself: nobody is skipped for ever for what its neighbours do. */
  readonly ownTurnAt: number;
}

/** Whether a poll may go to the origin now; pure. */
export function admission(
  breaker: Breaker | undefined,
  { now, pushed, ownTurnAt }: AdmissionFacts,
): 'pass' | 'probe' | 'skip' {
  if (breaker === undefined || breaker.kind === 'closed') return 'pass';
  const opens = breaker.kind === 'open' && (now >= breaker.until || (pushed && !breaker.poked));
  if (opens) return 'probe';
  return now >= ownTurnAt ? 'pass' : 'skip';
}

/** The breaker while its probe is under way; pure. */
export function halfOpen(
  { level, backoff, until }: Extract<Breaker, { kind: 'open' }>,
  now: number,
): Breaker {
  return { kind: 'half-open', level, backoff, poked: now < until };
}

/** The breaker after a poll that it let through; pure. */
export function afterReport(
  breaker: Breaker | undefined,
  report: ProbeReport,
  facts: BreakerFacts,
): Breaker | undefined {
  // from whomever: a late answer to an old question is as good a sign of life as a probe's
  if (report.verdict === 'alive') return undefined;
  const backoff = shortest(breaker?.backoff, report.backoff);
  if (breaker === undefined || breaker.kind === 'closed') {
    if (report.verdict === 'neither') return breaker;
    const failures = (breaker?.failures ?? 0) + 1;
    if (failures < facts.failures) return { kind: 'closed', failures, backoff };
    return opened({ level: 1, poked: false }, backoff, report, facts);
  }
  // only the probe decides: what fails late was asked before it opened
  if (breaker.kind === 'open' || report.probeOf !== breaker) return breaker;
  const { level, poked } = breaker;
  if (report.verdict === 'neither') {
    return { kind: 'open', level, poked, until: facts.now, backoff };
  }
  return opened({ level: level + 1, poked }, backoff, report, facts);
}

function opened(
  { level, poked }: { readonly level: number; readonly poked: boolean },
  backoff: BackoffPolicy,
  { retryAfterMs = 0 }: ProbeReport,
  { now, random }: BreakerFacts,
): Breaker {
  const asked = Math.min(retryAfterMs, backoff.backoffMaxMs);
  const wait = Math.max(backoffWait(backoff, level, random), asked);
  return { kind: 'open', level, poked, until: now + wait, backoff };
}

function shortest(a: BackoffPolicy | undefined, b: BackoffPolicy): BackoffPolicy {
  return a !== undefined && a.intervalMs <= b.intervalMs ? a : b;
}
