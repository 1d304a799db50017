import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { type IndexedDbCacheOptions, type IndexedDbFactory, indexedDbCache } from './indexed-db.ts';
import { CACHE_RULES, held } from './internal/cache-rules.fixture.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const freshFactory = (): IndexedDbFactory => new IDBFactory() as IndexedDbFactory;
type Database = ReturnType<IndexedDbFactory['open']>['result'];

test.each(CACHE_RULES)('indexedDbCache(): %s', async (_, rule) => {
  expect.hasAssertions();
  const factory = freshFactory();
  await rule((clock) => indexedDbCache({ clock, factory }));
});

test('calls side by side, and of two caches on one database, each happen whole', async () => {
  const factory = freshFactory();
  const caches = [indexedDbCache({ factory }), indexedDbCache({ factory })];
  const texts = Array.from({ length: 20 }, (_, i) => `text ${i}`);
  await Promise.all(texts.map((text, i) => caches[i % 2]!.write('app', bytesOf(text))));
  expect((await held(caches[0]!)).map(([text]) => text)).toEqual(['text 19', 'text 18']);
});

/** The database of the default name, with whatever layout the test wants. */
function openAs(
  factory: IndexedDbFactory,
  version: number,
  use: (database: Database) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = factory.open('holdfast', version);
    request.addEventListener('error', () => reject(new Error('not opened')));
    request.addEventListener('success', () => {
      use(request.result);
      request.result.close();
      resolve();
    });
  });
}

test('a database of a later version is left alone', async () => {
  const factory = freshFactory();
  await openAs(factory, 9, () => {});
  await expect(indexedDbCache({ factory }).write('app', bytesOf('one'))).rejects.toMatchObject({
    code: 'CACHE_FAILED',
    cause: { name: 'VersionError' },
  });
});

test('read() refuses what somebody else put there; write() puts a record in its place', async () => {
  const factory = freshFactory();
  const cache = indexedDbCache({ factory, clock: { now: () => 1 } });
  await cache.write('app', bytesOf('one'));
  await openAs(factory, 1, (database) => {
    database.transaction(['records'], 'readwrite').objectStore('records').put({ a: 1 }, 'app');
  });
  await expect(cache.read('app')).rejects.toThrow(
    'Cannot use the record app as it is none of ours',
  );
  await cache.write('app', bytesOf('two'));
  expect(await held(cache)).toEqual([['two', 1]]);
});

/** Lets the first `left` puts be, and aborts the transaction of the next one: the disk is full. */
function fillingUp(factory: IndexedDbFactory, left: number): IndexedDbFactory {
  let puts = 0;
  return {
    open(name, version) {
      const request = factory.open(name, version);
      request.addEventListener('success', () => {
        const database = request.result;
        const begin = database.transaction.bind(database);
        database.transaction = (...args: Parameters<typeof begin>) => {
          const transaction = begin(...args);
          const find = transaction.objectStore.bind(transaction);
          transaction.objectStore = (store) => {
            const found = find(store);
            const put = found.put.bind(found);
            found.put = (...record: Parameters<typeof put>) => {
              const stored = put(...record);
              if ((puts += 1) > left)
                stored.addEventListener('success', () =>
                  (transaction as typeof transaction & { abort(): void }).abort(),
                );
              return stored;
            };
            return found;
          };
          return transaction;
        };
      });
      return request;
    },
  };
}

test('write() without room fails, and leaves both generations', async () => {
  const factory = fillingUp(freshFactory(), 2);
  const cache = indexedDbCache({ factory, clock: { now: () => 1 } });
  await cache.write('app', bytesOf('one'));
  await cache.write('app', bytesOf('two'));
  await expect(cache.write('app', bytesOf('three'))).rejects.toMatchObject({
    code: 'CACHE_FAILED',
    message: expect.stringContaining('Cannot write the record in IndexedDB: '),
  });
  expect(await held(cache)).toEqual([
    ['two', 1],
    ['one', 1],
  ]);
});

test('a platform without IndexedDB, or one that forbids it, fails the call and not the construction', async () => {
  await expect(indexedDbCache().read('app')).rejects.toMatchObject({ code: 'CACHE_FAILED' });
  const factory: IndexedDbFactory = {
    open() {
      throw new DOMException('denied', 'SecurityError');
    },
  };
  await expect(indexedDbCache({ factory }).read('app')).rejects.toMatchObject({
    code: 'CACHE_FAILED',
    message: 'Cannot read the record in IndexedDB: denied',
  });
});

test.each<[unknown, string]>([
  [null, '"options" of indexedDbCache() as it must be an object: current value is null'],
  [
    { factory: {} },
    '"factory" of indexedDbCache() as it must be an object with open(): current value is an object',
  ],
  [
    { name: '' },
    '"name" of indexedDbCache() as it must be 1 to 200 characters without control characters: current value is a string of 0 characters',
  ],
  [
    { clock: {} },
    '"clock" of indexedDbCache() as it must be an object with now(): current value is an object',
  ],
])('indexedDbCache(%j) explains what is wrong', (options, message) => {
  expect(() => indexedDbCache(options as IndexedDbCacheOptions)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS', message: `Cannot use ${message}` }),
  );
});
