import { type Cache, type CacheEntry, type Clock, systemClock } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';
import { cacheErrors, checkKey, refusal } from './internal/cache-error.ts';
import { decodeEntries, encodeEntries, writtenAt } from './local-storage/text.ts';

/** What is used of a `Storage`: `localStorage`, `sessionStorage`, or anything like them. */
export interface WebStorage {
  /** The text of an item; null where there is none. */
  getItem(name: string): string | null;
  /** Sets an item, whole or not at all; throws where there is no room. */
  setItem(name: string, text: string): void;
  /** Forgets an item. */
  removeItem(name: string): void;
}

/** Options of {@link localStorageCache}. */
export interface LocalStorageCacheOptions {
  /** Where the items are. @default {globalThis.localStorage, looked up at each call} */
  readonly storage?: WebStorage | undefined;
  /** Begins the name of each item: what else the page stores must not. @default {'holdfast:'} */
  readonly prefix?: string | undefined;
  /** Where the time of a record comes from. @default {systemClock} */
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

const STORAGE = ['getItem', 'setItem', 'removeItem'] satisfies (keyof WebStorage)[];

/**
 * Keeps the last good documents in `localStorage`, for small ones: browsers give an origin some five million characters,
 * and two generations of a document take one for each byte. Everybody who runs script on the origin can read it.
 *
 * Both generations are one item, so that a write is whole or not at all; where there is no room for two, the new one is
 * kept alone, and where there is none for that, the write fails and the old ones stay. Whatever fails rejects with a
 * `HoldfastError` `CACHE_FAILED`; the manager tells of it and goes on without the cache.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function localStorageCache(options: LocalStorageCacheOptions = {}): Cache {
  const check = new OptionChecks('localStorageCache()');
  check.object('options', options, ['storage', 'prefix', 'clock']);
  const { storage, prefix = 'holdfast:', clock = systemClock } = options;
  if (storage !== undefined) check.methods('storage', storage, STORAGE);
  if (typeof prefix !== 'string') throw check.fail('prefix', 'a text', prefix);
  check.methods('clock', clock, ['now']);

  const call = <T>(verb: string, key: string, action: (items: Items) => T): Promise<T> =>
    cacheErrors(`${verb} the record in localStorage`, async () => {
      checkKey(key);
      return action(new Items(storage ?? platformStorage(), prefix + key));
    });
  return {
    read: (key) => call('read', key, (items) => items.read()),
    write: (key, bytes) =>
      call('write', key, (items) => items.write({ bytes, confirmedAt: wholeMs(clock.now()) })),
    touch: (key, at) => call('touch', key, (items) => items.touch(at)),
    remove: (key) => call('remove', key, (items) => items.remove()),
  };
}

/** Clocks may tell fractions, which the head of a record has no room for; before 1970, or no time at all, is 0. */
function wholeMs(now: number): number {
  return Math.max(0, Math.floor(now)) || 0;
}

function platformStorage(): WebStorage {
  // the getter itself throws where the user has forbidden it
  const { localStorage } = globalThis as { readonly localStorage?: WebStorage };
  if (localStorage === undefined) throw refusal('Cannot use localStorage as there is none here');
  return localStorage;
}

/** The two items of one record: its generations, and when the newest was confirmed since, which changes at every poll. */
class Items {
  readonly #storage: WebStorage;
  readonly #name: string;
  readonly #confirmed: string;

  constructor(storage: WebStorage, name: string) {
    this.#storage = storage;
    this.#name = name;
    this.#confirmed = `${name}:confirmed`;
  }

  read(): readonly CacheEntry[] {
    const text = this.#storage.getItem(this.#name);
    if (text === null) return [];
    const [newest, ...older] = decodeEntries(text) ?? [];
    if (!newest) throw refusal(`Cannot use the item ${this.#name} as it is no record of ours`);
    const [written, at] = this.#storage.getItem(this.#confirmed)?.split(' ').map(Number) ?? [];
    // a confirmation of the document before this one says nothing about it
    const confirmedAt =
      written === newest.confirmedAt && at !== undefined && at >= 0 ? at : newest.confirmedAt;
    return [{ ...newest, confirmedAt }, ...older];
  }

  write(newest: CacheEntry): void {
    const older = this.#readable().slice(0, 1);
    try {
      this.#storage.setItem(this.#name, encodeEntries([newest, ...older]));
    } catch (error) {
      if (older.length === 0) throw error;
      this.#storage.setItem(this.#name, encodeEntries([newest]));
    }
    this.#storage.removeItem(this.#confirmed);
  }

  touch(at: number): void {
    const written = writtenAt(this.#storage.getItem(this.#name) ?? '');
    if (written !== undefined)
      this.#storage.setItem(this.#confirmed, `${written} ${Math.max(0, at)}`);
  }

  remove(): void {
    this.#storage.removeItem(this.#name);
    this.#storage.removeItem(this.#confirmed);
  }

  /** What is there; what somebody else put there is overwritten. */
  #readable(): readonly CacheEntry[] {
    try {
      return this.read();
    } catch {
      return [];
    }
  }
}
