import { expect, test } from 'vitest';
import { MemoryStorage } from './local-storage/memory-storage.fixture.ts';
import { CACHE_RULES, held } from './internal/cache-rules.fixture.ts';
import {
  type LocalStorageCacheOptions,
  type WebStorage,
  localStorageCache,
} from './local-storage.ts';

const bytes = (length: number, value = 120): Uint8Array => new Uint8Array(length).fill(value);

test.each(CACHE_RULES)('localStorageCache(): %s', async (_, rule) => {
  expect.hasAssertions();
  const storage = new MemoryStorage();
  await rule((clock) => localStorageCache({ clock, storage }));
});

test('write() without room for two generations keeps the new one alone', async () => {
  const cache = localStorageCache({ storage: new MemoryStorage(1000), clock: { now: () => 1 } });
  await cache.write('app', bytes(600));
  await cache.write('app', bytes(700));
  const entries = await cache.read('app');
  expect(entries.map((entry) => entry.bytes.length)).toEqual([700]);
});

test('write() without any room fails, and leaves both generations and their times', async () => {
  const storage = new MemoryStorage(1000);
  const cache = localStorageCache({ storage, clock: { now: () => 1 } });
  await cache.write('app', bytes(10, 97));
  await cache.write('app', bytes(10, 98));
  await cache.touch!('app', 5);
  const before = await held(cache);
  await expect(cache.write('app', bytes(1001))).rejects.toMatchObject({
    code: 'CACHE_FAILED',
    message: 'Cannot write the record in localStorage: no room',
  });
  expect(await held(cache)).toEqual(before);
  expect(before).toEqual([
    ['bbbbbbbbbb', 5],
    ['aaaaaaaaaa', 1],
  ]);
});

test.each([
  [1_767_225_684_252.6038, 1_767_225_684_252],
  [-5, 0],
  [Number.NaN, 0],
])('write() when the clock says %d leaves a record that can be read', async (now, at) => {
  const cache = localStorageCache({ storage: new MemoryStorage(), clock: { now: () => now } });
  await cache.write('app', bytes(1, 97));
  await cache.write('app', bytes(1, 98));
  expect(await held(cache)).toEqual([
    ['b', at],
    ['a', at],
  ]);
});

test('touch() rewrites no document, and confirms none but the one that it was about', async () => {
  const storage = new MemoryStorage();
  let now = 1;
  const cache = localStorageCache({ storage, clock: { now: () => now } });
  await cache.write('app', bytes(500));
  await cache.touch!('app', 7);
  const confirmation = storage.getItem('holdfast:app:confirmed')!;
  expect(confirmation.length).toBeLessThan(10);
  now = 3;
  await cache.write('app', bytes(600));
  // another tab was slower
  storage.setItem('holdfast:app:confirmed', confirmation);
  expect((await cache.read('app'))[0]?.confirmedAt).toBe(3);
});

test.each([
  ['mine'],
  [''],
  ['1:5;ab'],
  ['1:2;abc'],
  ['1:2,3:9;abcd'],
  ['1:99999999999999;ab'],
  [';'],
])(
  'read() refuses %j, which somebody else put there; write() puts a record in its place',
  async (text) => {
    const storage = new MemoryStorage();
    const cache = localStorageCache({ storage, clock: { now: () => 1 } });
    storage.setItem('holdfast:app', text);
    await expect(cache.read('app')).rejects.toMatchObject({
      code: 'CACHE_FAILED',
      message: 'Cannot use the item holdfast:app as it is no record of ours',
    });
    await cache.write('app', bytes(1));
    expect(await held(cache)).toEqual([['x', 1]]);
  },
);

test('a platform without localStorage, or one that forbids it, fails the call and not the construction', async () => {
  const cache = localStorageCache();
  await expect(cache.read('app')).rejects.toMatchObject({ code: 'CACHE_FAILED' });
  const forbidden = new Proxy({} as WebStorage, {
    get() {
      return () => {
        throw new DOMException('denied', 'SecurityError');
      };
    },
  });
  await expect(localStorageCache({ storage: forbidden }).read('app')).rejects.toMatchObject({
    code: 'CACHE_FAILED',
    message: 'Cannot read the record in localStorage: denied',
  });
});

test.each<[unknown, string]>([
  [null, '"options" of localStorageCache() as it must be an object: current value is null'],
  [
    { storage: {} },
    '"storage" of localStorageCache() as it must be an object with getItem(), setItem(), removeItem(): current value is an object',
  ],
  [{ prefix: 1 }, '"prefix" of localStorageCache() as it must be a text: current value is 1'],
  [
    { clock: {} },
    '"clock" of localStorageCache() as it must be an object with now(): current value is an object',
  ],
  [{ prefx: 'a' }, 'option "prefx" of localStorageCache(): it is unknown; did you mean "prefix"?'],
])('localStorageCache(%j) explains what is wrong', (options, message) => {
  expect(() => localStorageCache(options as LocalStorageCacheOptions)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS', message: `Cannot use ${message}` }),
  );
});
