import type { Config } from './config.ts';
import { type ChangeDetails, LazyDetails } from './state/change-details.ts';
import { noticeRead } from './state/due-on-read.ts';
import { sameLeaf } from './document/kind.ts';
import type { Change } from './document/leaves.ts';
import { getAt, parsePath, type Path } from './document/path.ts';
import { INSPECT } from './document/secret.ts';
import { settled } from './document/settled.ts';
import type { Unsubscribe } from './events.ts';
import type * as IterateChanges from './iterate-changes.ts';
import { lazily } from './lazily.ts';
import { checkOf, type OptionCheck } from './options/check.ts';
import { noValue } from './no-value.ts';
import type { PathOf, ValueAt, ValueAtKeys } from './document/typed-path.ts';
import type { Snapshot } from './state/snapshot.ts';
import type { Status } from './state/status.ts';
import { statusOf } from './status-of.ts';

/** Loaded where changes are iterated over. */
export const loadIterateChanges: () => Promise<typeof IterateChanges> = lazily(
  () => import('./iterate-changes.ts'),
);

/** Hears of each change: the new value, and what was before. What it throws or rejects with harms nobody. */
export type ChangeListener<T> = (value: T, details: ChangeDetails<T>) => unknown;

/** How to subscribe. */
export interface SubscribeOptions {
  /** Ends the subscription when it aborts. */
  readonly signal?: AbortSignal;
  /** Calls at once with the value in force, if there is one. @default {false} */
  readonly immediate?: boolean;
}

/** A change, as `changes()` gives it. */
export interface ChangeOf<T> extends ChangeDetails<T> {
  /** The value now. */
  readonly value: T;
}

/** Where the whole value is. */
const TOP: Path = [];

/** No application asks for so many different paths; a loop over generated ones must not fill the memory. */
const PATHS_REMEMBERED = 1_000;

/**
 * A typed look at the value of a config, or at a part of it. Reading never waits and never touches the network; what is
 * read is frozen, and is the same object until something in it changes.
 */
export class View<T> {
  readonly #config: Config;
  readonly #derive: ((before: unknown) => unknown) | undefined;
  /** Where it looks; null where a function makes its value. */
  readonly #at: Path | null;
  /** The last result of `#derive`, and what it was made of: an equal value can hide that the document changed. */
  #derived: { readonly merged: unknown; readonly value: unknown } | undefined;
  /** What `get` found in `#pathsOf`. */
  #paths: Map<string, unknown> | undefined;
  #pathsOf: unknown;

  /** @internal */
  constructor(config: Config, derive?: (before: unknown) => unknown, at: Path | null = TOP) {
    this.#config = config;
    this.#derive = derive;
    this.#at = at;
  }

  /** What JSON and the console show: how it goes with the config, and not the value, which may hold secrets. */
  toJSON(): Pick<Status, 'config' | 'state' | 'version'> {
    const { config, state, version } = statusOf(this.#config);
    return { config, state, version };
  }

  /** See `toJSON`. @internal */
  [INSPECT](): unknown {
    return this.toJSON();
  }

  /** For the views that are more than a view. @internal */
  static configOf(view: object): Config {
    return (view as View<unknown>).#config;
  }

  /**
   * The value in force.
   *
   * @throws {HoldfastError} `NO_VALUE` before there is any: await `ready()`, or give `defaults`.
   */
  get current(): T {
    noticeRead(this.#config);
    return this.#now();
  }

  /** What is in force, without a read being noticed: who subscribes has not read yet. */
  #now(): T {
    const { snapshot } = this.#config;
    if (snapshot === undefined) throw noValue(this.#config);
    return (this.#derive === undefined ? snapshot.value : this.#read(snapshot)) as T;
  }

  /**
   * The value at a path, dotted or in array form; undefined where there is none.
   *
   * @throws {HoldfastError} `NO_VALUE`; `INVALID_OPTIONS` when `path` is none.
   */
  get<const P extends Path>(path: P): ValueAtKeys<T, P>;
  // last, since compilers show what the last one expects
  get<P extends PathOf<T>>(path: P): ValueAt<T, P>;
  get(path: string | Path): unknown {
    const { current } = this;
    if (typeof path !== 'string') return getAt(current, parsePath(path));
    if (this.#pathsOf !== current || this.#paths === undefined) {
      this.#paths = new Map();
      this.#pathsOf = current;
    }
    const known = this.#paths.get(path);
    if (known !== undefined) return known;
    const value = getAt(current, parsePath(path));
    if (this.#paths.size < PATHS_REMEMBERED) this.#paths.set(path, value);
    return value;
  }

  /**
   * A view of what is at a path, or of what a function makes of the value. The function is called once per version; its
   * result is frozen, and kept while it is deeply equal: make a view once, not at each read. A function that throws keeps the old result and is
   * reported as `listener.failed`; where there is none yet, the read throws what it threw.
   */
  select<const P extends Path>(path: P): View<ValueAtKeys<T, P>>;
  select<V>(selector: (value: T) => V): View<V>;
  select<P extends PathOf<T>>(path: P): View<ValueAt<T, P>>;
  select(by: unknown): unknown {
    if (typeof by === 'function') {
      const selector = by as (value: T) => unknown;
      return new View(this.#config, (before) => settled(selector(this.#now()), before), null);
    }
    const path = parsePath(by as string | Path);
    const at = this.#at && [...this.#at, ...path];
    return new View(this.#config, () => getAt(this.#now(), path), at);
  }

  /**
   * Calls `listener` after each change of this view's value. Returns what ends the subscription, any number of times.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` when `listener` is no function, or of an unknown option.
   */
  onChange(listener: ChangeListener<T>, options: SubscribeOptions = {}): Unsubscribe {
    const { context, policy } = this.#config;
    const check = checkOf(policy, 'onChange');
    if (typeof listener !== 'function')
      throw check.fail('listener', 'a function (see select() for a path)', listener);
    this.#checkOptions(check, options, ['signal', 'immediate']);
    const { signal, immediate = false } = options;
    check.flag('immediate', immediate);
    if (signal?.aborted) return () => {};
    let last = this.#peek();
    const tell = (change: ChangeOf<T>): void =>
      context.events.guard(policy.name, 'a change listener', () => listener(change.value, change));
    const unsubscribe = this.#config.onValue.add(() => {
      const change = this.#changeSince(last);
      last = this.#peek();
      if (change) tell(change);
    });
    signal?.addEventListener('abort', unsubscribe, { once: true });
    if (immediate && last) tell(this.#changeSince(undefined)!);
    return () => {
      unsubscribe();
      signal?.removeEventListener('abort', unsubscribe);
    };
  }

  /**
   * The changes from now on, for `for await`. It holds one change: a slow consumer gets a single one, from what it last
   * saw to the newest. Ends when the config is closed or the signal aborts; a `next()` that waits is ended by these two
   * alone, and does not hold the process open: Node ends a program that only waits for it, with code 13.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` for a wrong or unknown option.
   */
  changes(
    options: Pick<SubscribeOptions, 'signal'> = {},
  ): AsyncGenerator<ChangeOf<T>, void, undefined> {
    this.#checkOptions(checkOf(this.#config.policy, 'changes'), options, ['signal']);
    return this.#iterate(this.#peek(), options.signal);
  }

  #checkOptions(check: OptionCheck, options: SubscribeOptions, known: (keyof SubscribeOptions)[]) {
    check.object('options', options, known);
    const { signal } = options;
    if (signal !== undefined) check.methods('signal', signal, ['addEventListener']);
  }

  async *#iterate(seen: Seen<T> | undefined, signal: AbortSignal | undefined) {
    const next = (): ChangeOf<T> | undefined => {
      const change = this.#changeSince(seen);
      if (change) seen = { value: change.value };
      return change;
    };
    const { iterateChanges } = await loadIterateChanges();
    yield* iterateChanges(this.#config, next, signal);
  }

  /** From what was seen to what is in force; undefined when that is the same. */
  #changeSince(seen: Seen<T> | undefined): ChangeOf<T> | undefined {
    const { snapshot } = this.#config;
    const now = this.#peek();
    if (!snapshot || !now || (seen && sameLeaf(seen.value, now.value))) return undefined;
    const { version, trigger } = snapshot;
    const change = { value: now.value, previous: seen?.value, version, trigger };
    return new LazyDetails(change, this);
  }

  /**
   * The leaves that differ between two values of this view, without what is secret in them.
   *
   * @internal
   */
  changesBetween(before: unknown, after: unknown): readonly Change[] {
    return this.#config.changesBetween(before, after, this.#at);
  }

  #peek(): Seen<T> | undefined {
    if (this.#config.snapshot === undefined) return undefined;
    try {
      return { value: this.#now() };
    } catch {
      // a selector that throws on the first value it sees gives none yet; it was reported
      return undefined;
    }
  }

  #read({ merged }: Snapshot): unknown {
    const before = this.#derived;
    if (before && before.merged === merged) return before.value;
    try {
      this.#derived = { merged, value: this.#derive!(before?.value) };
    } catch (error) {
      this.#config.context.events.failed(this.#config.policy.name, 'a selector', error);
      if (before === undefined) throw error;
      this.#derived = { merged, value: before.value };
    }
    return this.#derived.value;
  }
}

/** A value that was looked at; an object, so that `undefined` is one too. */
interface Seen<T> {
  readonly value: T;
}
