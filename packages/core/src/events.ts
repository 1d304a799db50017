import type { Change } from './document/leaves.ts';
import type { HoldfastError } from './errors.ts';
import type { Outcome, Trigger } from './outcome.ts';
import type { BreakerState, NextPoll, StatusState } from './state/status.ts';

/** What every event says. */
export interface EventBase {
  /** Name of the config. */
  readonly config: string;
  /** Wall-clock time in milliseconds. */
  readonly at: number;
}

/** What every event of one attempt to put another value in force says. */
export interface ReloadBase extends EventBase {
  /** The same in all events of the attempt; unique in its process. */
  readonly reloadId: string;
  /** What began it. */
  readonly trigger: Trigger;
}

/** What a participant is asked for. */
export type ParticipantPhase = 'canApply' | 'apply' | 'undo' | 'healthCheck';

/** All events by type: the one typed stream of a manager. None of them holds a credential or a document. */
export interface HoldfastEvents {
  /** A source is being read. */
  'poll.started': EventBase & { readonly source: string; readonly trigger: Trigger };
  /** A source was read; says when the next time is. */
  'poll.finished': EventBase & {
    readonly source: string;
    readonly outcome: Outcome;
    readonly durationMs: number;
    readonly next: NextPoll | undefined;
  };
  /** Another value is in force. `changes` is computed when it is read. */
  'config.changed': EventBase & {
    readonly version: number;
    readonly trigger: Trigger;
    readonly changes: readonly Change[];
    /** Who did it, and why, where somebody did. */
    readonly by?: string | undefined;
    readonly reason?: string | undefined;
    /** The attempt that brought it; absent for defaults. */
    readonly reloadId?: string | undefined;
  };
  /** A document failed a check. `kept`: `acceptRefused()` or another input can still bring it into force. */
  'document.refused': EventBase & {
    readonly source: string;
    readonly trigger: Trigger;
    readonly error: HoldfastError;
    readonly kept: boolean;
  };
  /** A document waits for the window of `updates`, which opens at the wall-clock time `until`, or, without it, for `unpin()`. */
  'document.held': EventBase & {
    readonly source: string;
    readonly trigger: Trigger;
    readonly until?: number | undefined;
  };
  /** Somebody wants another value in force: a document that was not seen before, or an operator. */
  'reload.started': ReloadBase;
  /** The schema and all rules agree. `changeCount`: the leaves that differ; counted when it is read. */
  'reload.validated': ReloadBase & { readonly changeCount: number; readonly durationMs: number };
  /** A participant is asked or told. */
  'reload.participant.started': ReloadBase & {
    readonly participant: string;
    readonly phase: ParticipantPhase;
  };
  /** It answered, or its time was over; `error` is why it did not agree. */
  'reload.participant.finished': ReloadBase & {
    readonly participant: string;
    readonly phase: ParticipantPhase;
    readonly durationMs: number;
    readonly error?: HoldfastError | undefined;
  };
  /**
   * It has ended, and nobody was against it. `outcome`: it was `applied` and is in force; it is `held`, since it waits for
   * the window of `updates`, or for the documents that it belongs to; or it left the value `unchanged`. `version` is the
   * one in force now, 0 where there is none.
   */
  'reload.completed': ReloadBase & {
    readonly outcome: 'applied' | 'held' | 'unchanged';
    readonly version: number;
    readonly changeCount: number;
    readonly durationMs: number;
  };
  /** It was refused or vetoed, and everything is as it was; or `failed`, since the config was closed meanwhile. */
  'reload.failed': ReloadBase & {
    readonly outcome: 'refused' | 'vetoed' | 'failed';
    readonly error: HoldfastError;
    readonly durationMs: number;
  };
  /** It was in force, and a health check took it back. `version` is the one in force now. */
  'reload.rolledback': ReloadBase & { readonly error: HoldfastError; readonly version: number };
  /** Something is laid over the documents from now on. `paths` are those that it sets. */
  'override.set': EventBase & {
    readonly trigger: Trigger;
    readonly id: string;
    readonly paths: readonly string[];
    readonly by: string;
    readonly reason: string;
    /** Wall-clock time in milliseconds. */
    readonly expiresAt?: number | undefined;
  };
  /** It is no more. */
  'override.cleared': EventBase & {
    readonly trigger: Trigger;
    readonly id: string;
    readonly because: 'cleared' | 'expired' | 'rollback' | 'import';
    readonly by: string;
    readonly reason: string;
  };
  /** An earlier version is in force again, as version `version`; `snapshot` is the one that it was taken from. */
  'history.rolledback': EventBase & {
    readonly trigger: Trigger;
    readonly from: number;
    readonly to: number;
    readonly version: number;
    readonly snapshot?: string | undefined;
    readonly by: string;
    readonly reason: string;
  };
  /**
   * What waits for `unpin()` has become something else: by `pin()` and `unpin()`, a rollback, a health check, an import.
   * `pinned`: what does so now. What a restart kept is not told.
   */
  'pin.changed': EventBase & {
    readonly trigger: Trigger;
    readonly pinned: 'document' | 'all' | 'nothing';
    readonly by: string;
    readonly reason: string;
  };
  /**
   * Something about the options of the config is unwise; told at `register`, or, where they name a path at which there
   * is nothing, with the first documents; so, too, where the schema leaves out what a variable sets, or will never take
   * a part of the defaults. Or the source has trouble of which the poll says nothing: another place serves its document.
   * Or an override does nothing in part, or stays though it is to go: `source` is its id. Or no earlier version is kept,
   * since `history.bytes` has no room for one.
   */
  'config.warned': EventBase & { readonly source: string; readonly message: string };
  /** The state of the status became another one; `error` is the last failure or refusal, while there is one. */
  'status.changed': EventBase & {
    readonly state: StatusState;
    readonly previous: StatusState;
    readonly error?: HoldfastError | undefined;
  };
  /**
   * The circuit breaker of an origin is in another state; `config` is the one whose poll changed it. `until`: wall-clock
   * time in milliseconds, until which nothing is asked while it is open.
   */
  'breaker.changed': EventBase & {
    readonly origin: string;
    readonly state: BreakerState;
    readonly previous: BreakerState;
    readonly until?: number | undefined;
  };
  /**
   * The watch of a source has a connection, or one that it had, or wanted, is gone: cleanly where there is no `error`. It
   * begins again at the wall-clock time `until`; polls go on meanwhile.
   */
  'watch.changed': EventBase & {
    readonly source: string;
    readonly state: 'connected' | 'down';
    readonly error?: HoldfastError | undefined;
    readonly until?: number | undefined;
  };
  /** The cache could not be read or written, or held something unusable. */
  'cache.failed': EventBase & { readonly source: string; readonly error: HoldfastError };
  /**
   * The audit sink could not be written or closed; `config` is the one of the record, empty where it is of none. `waiting`
   * records are still to be written, `lost` ones will never be.
   */
  'audit.failed': EventBase & {
    readonly error: HoldfastError;
    readonly waiting: number;
    readonly lost: number;
  };
  /** A listener or selector threw; `error.cause` is what. */
  'listener.failed': EventBase & { readonly error: HoldfastError };
}

/** Every type of event. */
export const EVENT_TYPES: readonly EventType[] = [
  'poll.started',
  'poll.finished',
  'watch.changed',
  'config.changed',
  'document.refused',
  'document.held',
  'reload.started',
  'reload.validated',
  'reload.participant.started',
  'reload.participant.finished',
  'reload.completed',
  'reload.failed',
  'reload.rolledback',
  'override.set',
  'override.cleared',
  'history.rolledback',
  'pin.changed',
  'config.warned',
  'status.changed',
  'breaker.changed',
  'cache.failed',
  'audit.failed',
  'listener.failed',
];

/** Name of an event. */
export type EventType = keyof HoldfastEvents;

/** An event with its type. */
export type HoldfastEvent<K extends EventType = EventType> = {
  [T in K]: { readonly type: T } & HoldfastEvents[T];
}[K];

/** Stops the subscription it was returned for; calling it again does nothing. */
export type Unsubscribe = () => void;
