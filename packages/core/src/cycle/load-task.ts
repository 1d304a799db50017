import type { HoldfastError } from '../errors.ts';
import type { SourcePolicy } from '../options/sources.ts';
import type { Trigger } from '../outcome.ts';
import type { Limits } from '../ports/limits.ts';
import type { Held, LoadResult, Validator } from '../ports/loader.ts';

/** What came of a load. Failures are values from here on. */
export type LoadAnswer =
  | Exclude<LoadResult, { kind: 'absent' }>
  | { readonly kind: 'absent'; readonly hints?: undefined }
  | { readonly kind: 'failed'; readonly error: HoldfastError };

/** What one load needs to know. */
export interface LoadTask {
  /** Name of the config. */
  readonly config: string;
  /** What made the poll start. */
  readonly trigger: Trigger;
  /** Monotonic time from which on no breaker may skip it. */
  readonly ownTurnAt: number;
  readonly source: SourcePolicy;
  readonly limits: Limits;
  readonly known: Validator | undefined;
  /** What the source has, whatever is asked with. */
  readonly held?: Held | undefined;
  /** Whether a connection that died before any byte of an answer may be tried once more: the last poll succeeded. */
  readonly mayTryAgain: boolean;
  /** Whether "there is no such document" is an answer, and no failure. */
  readonly mayBeAbsent: boolean;
  /** Told before the second request, since it counts against the minimum interval. */
  onSecondTry(): void;
}

/** A poll that a breaker kept from the network. */
export interface Skipped {
  readonly kind: 'skipped';
  /** `BREAKER_OPEN`, for whoever asked for this poll. */
  readonly error: HoldfastError;
  /** Monotonic time in milliseconds before which no poll makes sense. */
  readonly until: number;
}
