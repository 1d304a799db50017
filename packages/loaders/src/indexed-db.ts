import { type Cache, type CacheEntry, type Clock, systemClock } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';
import { type IndexedDbFactory, type Stores, resultOf, transact } from './indexed-db/database.ts';
import { cacheErrors, checkKey, refusal } from './internal/cache-error.ts';

export type { DbRequest, IndexedDbFactory } from './indexed-db/database.ts';

/** Options of {@link indexedDbCache}. */
export interface IndexedDbCacheOptions {
  /** Name of the database, for this cache alone. @default {'holdfast'} */
  readonly name?: string | undefined;
  /** Where databases come from. @default {globalThis.indexedDB, looked up at each call} */
  readonly factory?: IndexedDbFactory | undefined;
  /** Where the time of a record comes from. @default {systemClock} */
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

/**
 * Keeps the last good documents in IndexedDB: for pages and workers, and documents of any size. Everybody who runs script
 * on the origin can read it.
 *
 * A write is one transaction: it happens whole, or fails and leaves both generations as they were. The database is open
 * only during a call. Whatever fails (no room, private mode, a database of a later version) rejects with a
 * `HoldfastError` `CACHE_FAILED`; the manager tells of it and goes on without the cache.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function indexedDbCache(options: IndexedDbCacheOptions = {}): Cache {
  const check = new OptionChecks('indexedDbCache()');
  check.object('options', options, ['name', 'factory', 'clock']);
  const { name = 'holdfast', factory, clock = systemClock } = options;
  check.name('name', name);
  if (factory !== undefined) check.methods('factory', factory, ['open']);
  check.methods('clock', clock, ['now']);

  const call = <T>(
    verb: 'read' | 'write' | 'touch' | 'remove',
    key: string,
    action: (stores: Stores) => Promise<T>,
  ): Promise<T> =>
    cacheErrors(`${verb} the record in IndexedDB`, async () => {
      checkKey(key);
      const mode = verb === 'read' ? 'readonly' : 'readwrite';
      return transact({ factory: factory ?? platformFactory(), name, mode }, action);
    });
  return {
    read: (key) => call('read', key, (stores) => read(stores, key)),
    write: (key, bytes) => {
      // now, and without what is around them in a larger buffer: opening the database takes time
      const newest = { bytes: bytes.slice(), confirmedAt: clock.now() };
      return call('write', key, (stores) => write(stores, key, newest));
    },
    touch: (key, at) => call('touch', key, (stores) => touch(stores, key, at)),
    remove: (key) => call('remove', key, (stores) => remove(stores, key)),
  };
}

function platformFactory(): IndexedDbFactory {
  const { indexedDB } = globalThis as { readonly indexedDB?: IndexedDbFactory };
  if (indexedDB === undefined) throw refusal('Cannot use IndexedDB as there is none here');
  return indexedDB;
}

async function read({ records, confirmed }: Stores, key: string): Promise<CacheEntry[]> {
  const [stored, at] = await Promise.all([
    resultOf(records.get(key)),
    resultOf(confirmed.get(key)),
  ]);
  if (stored === undefined) return [];
  if (!isRecord(stored)) throw refusal(`Cannot use the record ${key} as it is none of ours`);
  const [newest, ...older] = stored;
  return [{ ...newest, confirmedAt: typeof at === 'number' ? at : newest.confirmedAt }, ...older];
}

async function write(stores: Stores, key: string, newest: CacheEntry): Promise<void> {
  // what somebody else put there is overwritten
  const older = await read(stores, key).catch((): CacheEntry[] => []);
  stores.records.put([newest, ...older.slice(0, 1)], key);
  stores.confirmed.delete(key);
}

/** The times are a store of their own: they change at every poll, and the bytes are many. */
async function touch({ records, confirmed }: Stores, key: string, at: number): Promise<void> {
  if ((await resultOf(records.getKey(key))) !== undefined) confirmed.put(at, key);
}

async function remove({ records, confirmed }: Stores, key: string): Promise<void> {
  records.delete(key);
  confirmed.delete(key);
}

function isRecord(stored: unknown): stored is readonly [CacheEntry, ...CacheEntry[]] {
  return (
    Array.isArray(stored) &&
    stored.length > 0 &&
    (stored as readonly Partial<CacheEntry>[]).every(
      ({ bytes, confirmedAt }) => bytes instanceof Uint8Array && typeof confirmedAt === 'number',
    )
  );
}
