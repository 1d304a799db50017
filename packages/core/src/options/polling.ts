import { MAX_WAIT_MS, type OptionCheck } from './check.ts';

/** What an {@link IntervalStrategy} decides by. */
export interface IntervalFacts {
  /** See {@link PollingOptions.intervalMs}. */
  readonly intervalMs: number;
  /** Changes of the source in the last hour; counted up to five. */
  readonly changesInLastHour: number;
}

/** The wait between two polls that succeeded, in milliseconds; pure. Jitter and clamp come after it. */
export type IntervalStrategy = (facts: IntervalFacts) => number;

/** How often a source is read. Every wait is random, by some 10 %, and within the bounds. */
export interface PollingOptions {
  /** The base of every wait, in milliseconds, 1 to 2 147 483 647. @default {60_000} */
  readonly intervalMs?: number;
  /**
   * No two polls are closer, whatever servers and pushes say; only `refresh()`, and a `ready()` that wants the origin, do
   * not wait. In milliseconds, 1 to `intervalMs`. @default {min(10_000, intervalMs)}
   */
  readonly minIntervalMs?: number;
  /**
   * Longest wait while nothing changes, in milliseconds, `intervalMs` to 2 147 483 647.
   * @default {max(300_000, intervalMs)}
   */
  readonly maxIntervalMs?: number;
  /**
   * How the wait follows the source. `fixed`: always `intervalMs`. `adaptive`: with at most one change in the last hour
   * 1.5 × `intervalMs`, with five or more 0.5 ×, else `intervalMs`.
   * @default {'adaptive'}
   */
  readonly strategy?: 'fixed' | 'adaptive' | IntervalStrategy;
  /** Time for one poll in all, second try and body included, in milliseconds, 1 to 2 147 483 647. @default {10_000} */
  readonly deadlineMs?: number;
  /**
   * Once in so long a poll asks for the whole document, in case its validator lies, in milliseconds, 1 to 2 147 483 647. By
   * chance it is after half of this time to all of it, so that a fleet does not ask for all its documents at once.
   * @default {3_600_000}
   */
  readonly revalidateMs?: number;
  /** Waits between polls that fail: random, and up to twice as long at each failure. */
  readonly backoff?: BackoffOptions;
}

/** See {@link PollingOptions.backoff}. */
export interface BackoffOptions {
  /**
   * Longest wait between polls that fail, in milliseconds, `minIntervalMs` to 2 147 483 647; the interval, where that is
   * longer. After what somebody has to mend
   * (401, 403, 404, a bad certificate) the wait is the longer of this and `maxIntervalMs`, less up to a tenth: for a
   * shorter one shorten `maxIntervalMs`, too.
   * @default {max(300_000, minIntervalMs)}
   */
  readonly maxMs?: number;
}

/** {@link PollingOptions} after defaults and checks: the only form the rest of the code sees. */
export interface PollingPolicy {
  readonly intervalMs: number;
  readonly minIntervalMs: number;
  readonly maxIntervalMs: number;
  readonly strategy: IntervalStrategy;
  readonly deadlineMs: number;
  readonly revalidateMs: number;
  readonly backoffMaxMs: number;
}

const fixed: IntervalStrategy = ({ intervalMs }) => intervalMs;

const adaptive: IntervalStrategy = ({ intervalMs, changesInLastHour }) => {
  if (changesInLastHour <= 1) return intervalMs * 1.5;
  return changesInLastHour >= 5 ? intervalMs * 0.5 : intervalMs;
};

const KNOWN = [
  'intervalMs',
  'minIntervalMs',
  'maxIntervalMs',
  'strategy',
  'deadlineMs',
  'revalidateMs',
  'backoff',
] satisfies (keyof PollingOptions)[];

/** Where they are, for who looks for them elsewhere. */
export const POLLING_PATHS: readonly string[] = KNOWN.map((name) => `polling.${name}`);

/** Fills in defaults and checks ranges. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolvePolling(
  options: PollingOptions,
  check: OptionCheck,
  at: string,
): PollingPolicy {
  check.object(at, options, KNOWN);
  const { intervalMs = 60_000 } = options;
  check.range(`${at}.intervalMs`, intervalMs, 1, MAX_WAIT_MS);
  const {
    minIntervalMs = Math.min(10_000, intervalMs),
    maxIntervalMs = Math.max(300_000, intervalMs),
    deadlineMs = 10_000,
    revalidateMs = 3_600_000,
    backoff = {},
  } = options;
  check.range(`${at}.minIntervalMs`, minIntervalMs, 1, intervalMs, ' (intervalMs)');
  check.range(`${at}.maxIntervalMs`, maxIntervalMs, intervalMs, MAX_WAIT_MS);
  check.range(`${at}.deadlineMs`, deadlineMs, 1, MAX_WAIT_MS);
  check.range(`${at}.revalidateMs`, revalidateMs, 1, MAX_WAIT_MS);
  check.object(`${at}.backoff`, backoff, ['maxMs'] satisfies (keyof BackoffOptions)[]);
  const { maxMs: backoffMaxMs = Math.max(300_000, minIntervalMs) } = backoff;
  check.range(`${at}.backoff.maxMs`, backoffMaxMs, minIntervalMs, MAX_WAIT_MS);
  const strategy = resolveStrategy(options, check, at);
  return {
    intervalMs,
    minIntervalMs,
    maxIntervalMs,
    strategy,
    deadlineMs,
    revalidateMs,
    backoffMaxMs,
  };
}

function resolveStrategy(
  options: PollingOptions,
  check: OptionCheck,
  at: string,
): IntervalStrategy {
  const { strategy = 'adaptive' } = options;
  if (strategy === 'adaptive') return adaptive;
  if (strategy === 'fixed') return fixed;
  if (typeof strategy === 'function') return strategy;
  throw check.fail(`${at}.strategy`, '"fixed", "adaptive" or a function', strategy);
}
