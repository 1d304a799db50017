import type { HoldfastError } from '../errors.ts';

/** Why the next poll is when it is. */
export type PollReason =
  | 'start'
  | 'interval'
  | 'backoff'
  | 'retry-after'
  | 'max-age'
  | 'slow'
  | 'breaker'
  | 'push'
  | 'resume';

/** A failure or refusal, for people. */
export interface FailureNote {
  readonly error: HoldfastError;
  /** Wall-clock time in milliseconds. */
  readonly at: number;
}

/** Somebody said that what is known may be of before: one of its own each time, so that it is seen what came after it. */
interface Invalidation {
  readonly by: 'invalidate';
}

/** How it goes with the polls of one source. Replaced after each one. */
export interface Health {
  /** Of the backoff: one more per failure, forgotten at the second success in a row. */
  readonly level: number;
  /** Failures and refusals in a row. */
  readonly troubles: number;
  /** Whether the last poll succeeded; undefined before the first. */
  readonly succeeded: boolean | undefined;
  /** Monotonic times of the last changes: at most five, none older than an hour when they were noted. */
  readonly changeTimes: readonly number[];
  /** Monotonic time at which the source last confirmed what is in force; of a cached document as its record says. */
  readonly confirmedAt: number | undefined;
  /** The document was confirmed by its source since the start. */
  readonly confirmed: boolean;
  /** Nothing known is recent: the machine slept since then, its cache held a newer document, or somebody said so. */
  readonly doubted: boolean | Invalidation;
  /** Wall-clock time in milliseconds. */
  readonly lastSuccessAt: number | undefined;
  readonly lastFailure: FailureNote | undefined;
}

/** Before the first poll. */
export const newborn: Health = {
  level: 0,
  troubles: 0,
  succeeded: undefined,
  changeTimes: [],
  confirmedAt: undefined,
  confirmed: false,
  doubted: false,
  lastSuccessAt: undefined,
  lastFailure: undefined,
};

/** After a failure or refusal at the wall-clock time `at`. */
export function troubled(health: Health, error: HoldfastError, at: number): Health {
  const troubles = health.troubles + 1;
  return { ...health, troubles, succeeded: false, lastFailure: { error, at } };
}

/** Whether the document was confirmed within the last `withinMs` milliseconds. */
export function isRecent(health: Health, now: number, withinMs: number): boolean {
  const { confirmedAt, doubted } = health;
  return confirmedAt !== undefined && !doubted && now - confirmedAt <= withinMs;
}

/** After a sleep of the machine: the monotonic clock stood still meanwhile, the age went on. */
export function aged(health: Health, sleptMs: number): Health {
  const { confirmedAt } = health;
  const older = confirmedAt === undefined ? undefined : confirmedAt - sleptMs;
  return { ...health, doubted: health.doubted || true, confirmedAt: older };
}

/** Whether what is known of a source was invalidated, and no poll that began later has confirmed it. */
export function isInvalidated({ health }: { readonly health: Health }): boolean {
  return typeof health.doubted === 'object';
}
