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
    /** Who did it, and why, where an operator did. */
    readonly by?: string | undefined;
    readonly reason?: string | undefined;
  };
  /** A document failed a check. `kept`: `acceptRefused()` can still take it. */
  'document.refused': EventBase & {
    readonly source: string;
    readonly trigger: Trigger;
    readonly error: HoldfastError;
    readonly kept: boolean;
  };
  /** A document waits for the window of `updates`, which opens at the wall-clock time `until`. */
  'document.held': EventBase & { readonly source: string; readonly until: number };
  /** Something about the options of the config is unwise; told at `register`. */
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
  /** The cache could not be read or written, or held something unusable. */
  'cache.failed': EventBase & { readonly source: string; readonly error: HoldfastError };
  /** A listener, selector or watch threw; `error.cause` is what. */
  'listener.failed': EventBase & { readonly error: HoldfastError };
}

/** Every type of event. */
export const EVENT_TYPES: readonly EventType[] = [
  'poll.started',
  'poll.finished',
  'config.changed',
  'document.refused',
  'document.held',
  'config.warned',
  'status.changed',
  'breaker.changed',
  'cache.failed',
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
