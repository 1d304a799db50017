import type { Change } from '../document/leaves.ts';
import type { Trigger } from '../outcome.ts';

/** What a listener is told about a change beside the value. */
export interface ChangeDetails<T> {
  /** The value before; undefined the first time. */
  readonly previous: T | undefined;
  /** The leaves that differ; paths are relative to the value. Computed when it is read, as JSON and a spread do. */
  readonly changes: readonly Change[];
  /** Counts the changes of the config; 1 is the first value. */
  readonly version: number;
  /** What brought it. */
  readonly trigger: Trigger;
}

/** A value that came into force. */
export interface ValueChange<T = unknown> {
  readonly value: T;
  readonly previous: T | undefined;
  readonly version: number;
  readonly trigger: Trigger;
}

/** Whoever knows how the values of a config are compared. */
export interface Comparer {
  /** The leaves that differ, without what is secret in them. */
  changesBetween(before: unknown, after: unknown): readonly Change[];
}

/**
 * {@link ChangeDetails} with `changes` computed at most once, and only if somebody reads it. It is a property of its own, so
 * that it is not lost where details are printed; writing them as JSON, or spreading them, reads it.
 */
export class LazyDetails<T> implements ChangeDetails<T> {
  readonly value: T;
  readonly previous: T | undefined;
  readonly version: number;
  readonly trigger: Trigger;
  declare readonly changes: readonly Change[];
  readonly #comparer: Comparer;
  #changes: readonly Change[] | undefined;
  /** Shared by all: a getter for each would cost more than the details. */
  static readonly #own: PropertyDescriptor & ThisType<LazyDetails<unknown>> = {
    enumerable: true,
    get() {
      return (this.#changes ??= sealed(this.#comparer.changesBetween(this.previous, this.value)));
    },
  };

  constructor(change: ValueChange<T>, comparer: Comparer) {
    this.value = change.value;
    this.previous = change.previous;
    this.version = change.version;
    this.trigger = change.trigger;
    this.#comparer = comparer;
    Object.defineProperty(this, 'changes', LazyDetails.#own);
  }
}

/** One list is handed to all listeners. */
function sealed(changes: readonly Change[]): readonly Change[] {
  for (const change of changes) {
    Object.freeze(change.path);
    Object.freeze(change);
  }
  return Object.freeze(changes);
}
