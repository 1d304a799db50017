import type { LoaderTime } from './clock.ts';
import type { JsonValue } from './json.ts';
import type { Limits } from './limits.ts';

/**
 * Where a document comes from.
 *
 * A loader remembers nothing about documents: no validator, no cache, no retry. The engine hands it the validator of
 * the last accepted document at each load. A failure is a thrown `LoadError`, never an empty value.
 */
export interface Loader {
  /** Shown in status, events and errors, e.g. `http config.example.com/app.json`; never holds a credential. */
  readonly name: string;
  /** Selects the document (whole URL, path, key); binds the cache record to it. Hashed, never shown. */
  readonly key: string;
  /** What failures are shared by: scheme, host and port. */
  readonly origin?: string | undefined;
  /** What is unwise about its options, such as a token over plain http. Told once, at `register`. */
  readonly warnings?: readonly string[] | undefined;
  /**
   * Its document is written for one config alone, as variables with a prefix are: told of is what the schema leaves out
   * of it, since most often that is misspelt. @default {false}
   */
  readonly addressed?: boolean | undefined;
  /** Reads the document once. Rejects with the signal's reason when it aborts. */
  load(request: LoadRequest): Promise<LoadResult>;
  /** One connection that tells of changes; settles when the connection ends. The engine restarts it with backoff. */
  watch?(request: WatchRequest): Promise<void>;
  /**
   * Raw to JSON value; pure. Without it the engine parses the bytes as JSON. Throw to refuse the document.
   *
   * @param held What the engine holds at this moment, which the document would replace: for checks that compare the two.
   */
  decode?(loaded: Loaded, limits: Limits, held?: Held): unknown;
  /** Frees what the loader holds open. A closed loader opens again at the next `load`. */
  close?(): Promise<void>;
}

/** What the engine tells a loader about one load. */
export interface LoadRequest {
  /**
   * Aborts at the deadline and at close. Whoever rejects then with a `LoadError` whose message begins with the reason's and
   * a semicolon adds to it how far the answer was.
   */
  readonly signal: AbortSignal;
  /** For waits and dates: loaders ask no other clock. */
  readonly time: LoaderTime;
  /** What the answer must not go beyond. */
  readonly limits: Limits;
  /** Of the document that the engine holds; absent when the answer must be the whole document. */
  readonly known?: Validator | undefined;
  /** How long the whole load may take, in milliseconds: for loaders that share it out. The signal ends it in any case. */
  readonly deadlineMs?: number | undefined;
  /**
   * The document that the engine holds, also where `known` is absent since the answer must be the whole document: for
   * checks that compare the two. Not to be asked with.
   */
  readonly held?: Held | undefined;
  /**
   * The loader that the engine asked, which may lie around this one: who chooses among several documents looks whether
   * its `decode` takes them. Not passed on by a loader whose `load` makes other documents of what it loads.
   */
  readonly asked?: Loader | undefined;
}

/** The accepted document that a source has, as it was loaded. */
export interface Held {
  /** Absent for a loader that gives values. */
  readonly bytes: Uint8Array | undefined;
  /** Of the answer that it came with. */
  readonly evidence?: Evidence | undefined;
  /** That it was remembered with: with it, the loader's `decode` knows which one of several it came from. */
  readonly validator?: Validator | undefined;
  /**
   * Decodes it. Given by a loader of several to the one that it did not come from; without it the loader's own `decode` takes it.
   */
  readonly decode?: ((limits: Limits) => unknown) | undefined;
}

/** What a source said to recognise a document by. */
export interface Validator {
  /**
   * Tells where it came from: any text without a credential, such as the loader's key, or a hash of it. It is written to
   * caches. A loader ignores a validator of another origin.
   */
  readonly origin: string;
  /** HTTP entity tag, byte for byte as received (RFC 9110 §8.8.3). */
  readonly etag?: string | undefined;
  /** HTTP date, byte for byte as received (RFC 9110 §8.8.2). */
  readonly lastModified?: string | undefined;
  /** Revision of a source that is not HTTP: a hash, a counter, a modification time. */
  readonly revision?: string | undefined;
}

/** Answer to a {@link LoadRequest}. */
export type LoadResult =
  /** The known document is still the one. Only legal when `known` was given. */
  | { readonly kind: 'unchanged'; readonly hints?: Hints | undefined }
  | ({ readonly kind: 'loaded' } & Loaded)
  /** The source is there, the document is not. */
  | {
      readonly kind: 'absent';
      readonly status?: number | undefined;
      /** What is missing, for the error where one is required. @default {'there is no such document'} */
      readonly missing?: string | undefined;
    };

/** A document as it was loaded. */
export interface Loaded {
  /** Bytes, or a JSON value (copied as JSON before it is used). */
  readonly raw: Uint8Array | JsonValue;
  /** What to recognise it by; remembered with it once it is accepted. */
  readonly validator?: Validator | undefined;
  /** What the source said beside it. */
  readonly hints?: Hints | undefined;
  /** What a signature may speak of. */
  readonly evidence?: Evidence | undefined;
  /** Who offered it, where that is not who is loaded from: named in errors. Never holds a credential. */
  readonly pushedBy?: string | undefined;
  /** Name of the one of several loaders that gave it, for errors. */
  readonly from?: string | undefined;
}

/** What a source said beside a document, mostly about its time. Durations in milliseconds; they can only lengthen a wait. */
export interface Hints {
  /** The source promises no news for so long from now on: its age is taken off already. */
  readonly freshForMs?: number | undefined;
  /** Not to be written to any cache. */
  readonly doNotStore?: boolean | undefined;
  /** How long ago the source vouched for it, when caches stand between the source and us. */
  readonly ageMs?: number | undefined;
  /** The validator is too young to tell two versions of one second apart (RFC 9110 §8.8.2.2): do not send it yet. */
  readonly young?: boolean | undefined;
  /** What somebody should know though there is a document, such as that another place serves it. Told at each answer that has it. */
  readonly warning?: string | undefined;
}

/** Of the answer that carried a document: what a signature may speak of. Kept with the document. */
export interface Evidence {
  /** Without user-info and query. */
  readonly url: string;
  /** Of the answer. */
  readonly status: number;
  /** By lower-case name; only the headers that integrity checks read. */
  readonly headers: Readonly<Record<string, string>>;
  /** What signs the document, where that is not in its bytes: another one makes the same document worth keeping again. */
  readonly signature?: string | undefined;
}

/** What the engine gives a loader for one watch connection. */
export interface WatchRequest {
  /** Aborts when the watch is to end. */
  readonly signal: AbortSignal;
  /** For waits and dates. */
  readonly time: LoaderTime;
  /** What an offered document must not go beyond. */
  readonly limits: Limits;
  /** Validator of the document that the engine holds now. */
  known(): Validator | undefined;
  /** The connection stands: the engine reads the document again, since something may have been missed. */
  connected(): void;
  /**
   * The document may have changed: the engine polls, within its minimum interval. Heard until the signal aborts, also while
   * a watch that ended waits to begin again.
   */
  changed(): void;
  /** A whole document arrived: it goes through every check that a loaded one goes through. */
  offer(loaded: Loaded): void;
}
