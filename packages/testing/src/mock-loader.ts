import type { Hints, JsonValue, Loader, WatchRequest } from '@holdfast/core';
import { MAX_WAIT_MS, OptionChecks } from '@holdfast/core/options';
import type { MockDocumentOptions } from './mock-loader/document.ts';
import type { MockLoad } from './mock-loader/script.ts';
import { Script } from './mock-loader/script.ts';
import { Watching } from './mock-loader/watching.ts';

export type { MockDocumentOptions } from './mock-loader/document.ts';
export type { MockLoad } from './mock-loader/script.ts';

/** What {@link mockLoader} can be told. */
export interface MockLoaderOptions {
  /** The loader's name. @default {'mock'} */
  readonly name?: string;
  /** What selects the document: another key is another document, also to a cache. @default {the name} */
  readonly key?: string;
  /** What failures are shared by. @default {none} */
  readonly origin?: string;
  /** Served at first, as it is, even if it is not JSON. @default {nothing: the document is absent} */
  readonly value?: JsonValue | Uint8Array;
  /** Whether the source can be watched. @default {false} */
  readonly watch?: boolean;
}

/** A `Loader` that does what the test says. Each method counts for the loads that begin after it. */
export interface MockLoader extends Loader {
  /** Serves `value` from now on, with a new revision; answers "unchanged" to those who know that revision. */
  next(value: JsonValue | Uint8Array, options?: MockDocumentOptions): void;
  /** The document is gone, until the next `next`. */
  absent(): void;
  /** Answers the next `times` loads "unchanged" whatever they know: a source that says so wrongly. @default {1} */
  unchanged(times?: number, hints?: Hints): void;
  /** Fails the next `times` loads; `Infinity` until `heal()`. By default with a `LoadError` of a refused connection. */
  fail(times?: number, error?: Error): void;
  /** Answers each load `ms` milliseconds later, with what was served when it was asked. 0 ends it. */
  delay(ms: number): void;
  /** From now on no load settles, not even when its signal aborts, until `release()`. */
  hang(): void;
  /** Ends `hang()`; the loads that hang settle with what was served when they were asked. */
  release(): void;
  /** Ends `fail()`, `unchanged()`, `delay()` and `hang()`. */
  heal(): void;
  /** As `next()`; whoever is connected is handed the document at once. */
  push(value: JsonValue | Uint8Array, options?: MockDocumentOptions): void;
  /** Tells whoever is connected that the document may have changed. */
  changed(): void;
  /** Watches connect, those under way and later ones. Until then they wait. */
  connect(): void;
  /**
   * Ends the watches under way, cleanly or with `error`; later ones wait for `connect()`. With `times` above 1 the
   * next `times - 1` watches end at once.
   */
  disconnect(error?: Error, times?: number): void;
  /** Every load so far, oldest first. */
  readonly asked: readonly MockLoad[];
  /** How many loads there were. */
  readonly loads: number;
  /** How many watches were begun. */
  readonly watches: number;
  /** How many watches are under way. */
  readonly watching: number;
  /** How often the loader was closed. */
  readonly closes: number;
}

const KNOWN = ['name', 'key', 'origin', 'value', 'watch'] satisfies (keyof MockLoaderOptions)[];

/**
 * A loader for tests. It starts healthy and serves `value`.
 *
 * Values are served as they are, not as copies, so that a test can serve what is no JSON. A revision depends on how many
 * documents the loader served before and on the content: two loaders that serve the same in the same order agree on it,
 * as two processes that ask one source do.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function mockLoader(options: MockLoaderOptions = {}): MockLoader {
  const check: OptionChecks = new OptionChecks('mockLoader()');
  check.object('options', options, KNOWN);
  const { name = 'mock', key = name, origin, value, watch = false } = options;
  check.text('name', name);
  check.text('key', key);
  if (origin !== undefined) check.text('origin', origin);
  check.flag('watch', watch);
  const script = new Script(name, key);
  const watching = new Watching();
  if (value !== undefined) script.next(value);
  return {
    name,
    key,
    origin,
    load: (request) => script.load(request),
    ...(watch && { watch: (request: WatchRequest) => watching.watch(request) }),
    close: async () => script.close(),
    ...commands(script, watching),
    asked: script.asked,
    get loads() {
      return script.asked.length;
    },
    get watches() {
      return watching.begun;
    },
    get watching() {
      return watching.size;
    },
    get closes() {
      return script.closes;
    },
  };
}

/** What a test tells the loader. */
function commands(script: Script, watching: Watching): Omit<MockLoader, keyof Loader | Count> {
  const check: OptionChecks = new OptionChecks('mockLoader()');
  const counted = (times: number): number => {
    check.range('times', times, 0, Infinity);
    return times;
  };
  return {
    next: (raw, options) => void script.next(raw, options),
    absent: () => script.absent(),
    unchanged: (times = 1, hints?: Hints) => script.unchanged(counted(times), hints),
    fail: (times = 1, error?: Error) => script.fail(counted(times), error),
    delay(ms) {
      check.range('ms', ms, 0, MAX_WAIT_MS);
      script.delay(ms);
    },
    hang: () => script.hang(),
    release: () => script.release(),
    heal: () => script.heal(),
    push: (raw, options) => watching.offer(script.next(raw, options)),
    changed: () => watching.changed(),
    connect: () => watching.connect(),
    disconnect: (error, times = 1) => watching.disconnect(error, counted(times)),
  };
}

type Count = 'asked' | 'loads' | 'watches' | 'watching' | 'closes';
