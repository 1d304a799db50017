import { type Change, diff } from '../document/diff.ts';
import type { Trigger } from '../outcome.ts';

/** What a listener is told about a change beside the value. */
export interface ChangeDetails<T> {
  /** The value before; undefined the first time. */
  readonly previous: T | undefined;
  /** The leaves that differ; paths are relative to the value. Computed when it is read. */
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

/** {@link ChangeDetails} with `changes` computed at most once, and only if somebody reads it. */
export class LazyDetails<T> implements ChangeDetails<T> {
  readonly value: T;
  readonly previous: T | undefined;
  readonly version: number;
  readonly trigger: Trigger;
  readonly #arrayKey: string | undefined;
  #changes: readonly Change[] | undefined;

  constructor({ value, previous, version, trigger }: ValueChange<T>, arrayKey: string | undefined) {
    this.value = value;
    this.previous = previous;
    this.version = version;
    this.trigger = trigger;
    this.#arrayKey = arrayKey;
  }

  get changes(): readonly Change[] {
    this.#changes ??= diff(this.previous, this.value, { arrayKey: this.#arrayKey });
    return this.#changes;
  }
}
