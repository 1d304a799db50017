import type { HoldfastError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { PollReason, FailureNote, Health } from './health.ts';
import type { Waiting } from './waiting.ts';
import { wallTime } from './wall-time.ts';

/**
 * How far the value can be trusted.
 *
 * ```
 * starting ──▶ fresh ◀──▶ stale ──▶ fallback        closed, from any
 *                 └─ not confirmed for maxStaleMs ─▶ expired, from any; left by the next confirmation
 * ```
 * - `starting` no poll has ended yet; of a config also: none brought a value, since all sources are empty
 * - `fresh` the last poll succeeded
 * - `stale` a failure or refusal since, a cached value that is not yet confirmed, or the machine slept
 * - `fallback` `fallbackAfter` failures or refusals in a row
 * - `expired` not confirmed for `maxStaleMs`, whatever else holds
 */
export type StatusState = 'starting' | 'fresh' | 'stale' | 'fallback' | 'expired' | 'closed';

/** What the value in force is made of, at worst: `defaults` alone, a cached document, or a confirmed one. */
export type Provenance = 'origin' | 'cache' | 'defaults';

/** A failure or refusal as the status shows it. */
export interface StatusFailure {
  /** Machine-readable reason. */
  readonly code: ErrorCode;
  /** For people; free of credentials. */
  readonly message: string;
  /** Wall-clock time in milliseconds. */
  readonly at: number;
}

/** When the next poll is due, and why then. */
export interface NextPoll {
  /** Wall-clock time in milliseconds. */
  readonly at: number;
  /** What its time comes from. */
  readonly because: PollReason;
  /** It may be sooner: the loader has a watch, and is read as soon as that tells of a change. Absent where it has none. */
  readonly watched?: true;
}

/** Of the circuit breaker of an origin: it lets polls through, none at all, or one that probes. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** How it goes with one source. */
export interface SourceStatus {
  /** Of the source. */
  readonly name: string;
  /** The config can do without it. */
  readonly optional: boolean;
  /** Name of its loader. */
  readonly loader: string;
  /** What its circuit breaker is shared by, if there is anything: scheme, host and port. */
  readonly origin: string | undefined;
  /** How far its document can be trusted. */
  readonly state: StatusState;
  /** What of it is in force. */
  readonly from: Provenance;
  /** Milliseconds since the source last confirmed its document; undefined before it ever did. */
  readonly ageMs: number | undefined;
  /** Wall-clock time in milliseconds. */
  readonly lastSuccessAt: number | undefined;
  /** The last failure or refusal since the last success. */
  readonly lastFailure: StatusFailure | undefined;
  /** Level of the backoff; 0 after two successes in a row. */
  readonly level: number;
  /** Absent while a poll is under way, while paused and after close. */
  readonly next: NextPoll | undefined;
  /** Of the circuit breaker of its origin. */
  readonly breaker: BreakerState;
  /** Steps of migrations that its document went through, as `1 -> 2`; absent for none. */
  readonly migrated?: readonly string[];
  /**
   * Whether its last document passed all checks; undefined before there was one, and after a failure since, which says
   * nothing about documents.
   */
  readonly validation: 'valid' | 'refused' | undefined;
  /** The document that waits, if there is one. */
  readonly waiting:
    | { readonly kind: 'held'; readonly until: number }
    | { readonly kind: 'kept'; readonly reason: string }
    | { readonly kind: 'vetoed'; readonly reason: string; readonly until: number }
    | { readonly kind: 'barred' }
    | undefined;
}

/** How it goes with a config. What it says of its source is that of the worst one. */
export interface Status extends Omit<
  SourceStatus,
  'name' | 'loader' | 'origin' | 'optional' | 'migrated' | 'waiting'
> {
  /** Name of the config. */
  readonly config: string;
  /** `pause()` was called. */
  readonly paused: boolean;
  /** Counts the changes of the value; 0 while there is none. */
  readonly version: number;
  /** Paths of restart-only fields that will be another value after a restart. */
  readonly pendingRestart: readonly string[];
  /** What is kept from coming into force by itself until `unpin()`: documents that were rolled back from, or all. */
  readonly pinned: 'document' | 'all' | undefined;
  /** Names of participants that are not what the value says: they failed to undo. */
  readonly diverged: readonly string[];
  /** How many overrides are laid over the documents. */
  readonly overrides: number;
  /** Each source by itself. */
  readonly sources: readonly SourceStatus[];
}

/** What the state of a source is computed from. */
export interface SourceFacts {
  readonly health: Health;
  readonly hasDocument: boolean;
  /** Monotonic time since which it is loaded. */
  readonly startedAt: number;
  /** The config cannot do without it. */
  readonly required: boolean;
}

/** State of one source; pure. */
export function stateOf(facts: SourceFacts, policy: StatePolicy, now: number): StatusState {
  const { health, hasDocument, startedAt } = facts;
  if (now - (health.confirmedAt ?? startedAt) > policy.maxStaleMs) return 'expired';
  if (health.troubles >= policy.fallbackAfter) return 'fallback';
  if (health.troubles > 0) return 'stale';
  if (health.confirmed) return health.doubted ? 'stale' : 'fresh';
  return hasDocument ? 'stale' : 'starting';
}

/** What `stateOf` needs of the options. */
export interface StatePolicy {
  readonly fallbackAfter: number;
  readonly maxStaleMs: number;
}

const BY_BADNESS: readonly StatusState[] = [
  'fresh',
  'starting',
  'stale',
  'fallback',
  'expired',
  'closed',
];

/** The worst of several states. */
export function worstOf(states: readonly StatusState[]): StatusState {
  return states.reduce((a, b) => (BY_BADNESS.indexOf(b) > BY_BADNESS.indexOf(a) ? b : a), 'fresh');
}

/** Whether the value stands on this source: an optional one counts while it holds a document. */
function counts({ required, hasDocument }: SourceFacts): boolean {
  return required || hasDocument;
}

/** State of a config: the worst of the sources that it stands on, or of all where it stands on none. */
export function worstState(
  sources: readonly SourceFacts[],
  policy: StatePolicy,
  now: number,
): StatusState {
  return worstOf(counted(sources).map((one) => stateOf(one, policy, now)));
}

/** The sources that a config stands on, or all where it stands on none. */
export function counted(sources: readonly SourceFacts[]): readonly SourceFacts[] {
  const those = sources.filter(counts);
  return those.length > 0 ? those : sources;
}

/** Where the document of one source stands. */
export function provenanceOf({ health, hasDocument }: SourceFacts): Provenance {
  if (!hasDocument) return 'defaults';
  return health.confirmed ? 'origin' : 'cache';
}

/** How the last document of a source was found to be; pure. */
export function validationOf({ health, hasDocument }: SourceFacts): SourceStatus['validation'] {
  const code = health.lastFailure?.error.code;
  if (code === undefined) return hasDocument ? 'valid' : undefined;
  return code === 'LOAD_FAILED' ? undefined : 'refused';
}

/** A failure as the status shows it. */
export function showFailure(note: FailureNote | undefined): StatusFailure | undefined {
  if (note === undefined) return undefined;
  const { code, message }: HoldfastError = note.error;
  return { code, message, at: note.at };
}

/** A waiting document as the status shows it. */
export function showWaiting(waiting: Waiting | undefined, clock: Clock): SourceStatus['waiting'] {
  if (waiting === undefined) return undefined;
  if (waiting.kind === 'held') return { kind: 'held', until: wallTime(clock, waiting.dueAt) };
  if (waiting.kind === 'barred') return { kind: 'barred' };
  const reason = waiting.error.message;
  if (waiting.kind === 'kept') return { kind: 'kept', reason };
  return { kind: 'vetoed', reason, until: wallTime(clock, waiting.dueAt) };
}
