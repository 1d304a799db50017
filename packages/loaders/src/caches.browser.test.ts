import { afterEach, expect, test } from 'vitest';
import { indexedDbCache } from './indexed-db.ts';
import { CACHE_RULES, held } from './internal/cache-rules.fixture.ts';
import { type WebStorage, localStorageCache } from './local-storage.ts';

// In a browser (`pnpm matrix`), with what is really there.

const { localStorage } = globalThis as unknown as {
  readonly localStorage: WebStorage & { clear(): void };
};
let databases = 0;

afterEach(() => localStorage.clear());

test.each(CACHE_RULES)('localStorageCache(): %s', async (_, rule) => {
  expect.hasAssertions();
  await rule((clock) => localStorageCache({ clock }));
});

test.each(CACHE_RULES)('indexedDbCache(): %s', async (_, rule) => {
  expect.hasAssertions();
  const name = `test ${(databases += 1)}`;
  await rule((clock) => indexedDbCache({ clock, name }));
});

test('localStorageCache() fails without room, and leaves what is there', async () => {
  const cache = localStorageCache({ clock: { now: () => 1 } });
  await cache.write('app', new TextEncoder().encode('one'));
  await expect(cache.write('app', new Uint8Array(20_000_000))).rejects.toMatchObject({
    code: 'CACHE_FAILED',
    message: expect.stringMatching(/^Cannot write the record in localStorage: .*quota/),
  });
  expect(await held(cache)).toEqual([['one', 1]]);
});

test('indexedDbCache() keeps a large record, and of two caches side by side the last', async () => {
  const caches = [indexedDbCache({ name: 'large' }), indexedDbCache({ name: 'large' })];
  await Promise.all(caches.map((cache, i) => cache.write('app', new Uint8Array(5_000_000 + i))));
  const entries = await caches[0]!.read('app');
  expect(entries.map(({ bytes }) => bytes.length)).toEqual([5_000_001, 5_000_000]);
  for (const cache of caches) await cache.remove('app');
});
