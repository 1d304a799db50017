import type { Cache, Clock } from '@holdfast/core';
import { expect } from 'vitest';

/** Makes the cache of one test, on this clock. */
type CreateCache = (clock: Pick<Clock, 'now'>) => Cache;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a cache holds for a key, newest first: text and time. */
export async function held(cache: Cache, key = 'app'): Promise<[string, number][]> {
  const entries = await cache.read(key);
  return entries.map(({ bytes, confirmedAt }) => [new TextDecoder().decode(bytes), confirmedAt]);
}

/** What every cache of this package does, in Node and in browsers. */
export const CACHE_RULES: readonly (readonly [string, (create: CreateCache) => Promise<void>])[] = [
  [
    'read() gives nothing before the first write',
    async (create) => {
      expect(await held(create({ now: () => 1 }))).toEqual([]);
    },
  ],
  [
    'write() keeps two generations, newest first, per key',
    async (create) => {
      let now = 0;
      const cache = create({ now: () => (now += 1) });
      for (const text of ['one', 'two', 'three']) await cache.write('app', bytesOf(text));
      await cache.write('other', bytesOf('else'));
      expect(await held(cache)).toEqual([
        ['three', 3],
        ['two', 2],
      ]);
      expect(await held(cache, 'other')).toEqual([['else', 4]]);
    },
  ],
  [
    'write() keeps every byte, none of those around it, and none at all',
    async (create) => {
      const cache = create({ now: () => 1 });
      const all = Uint8Array.from({ length: 20_000 }, (_, i) => i % 256);
      await cache.write('app', all.subarray(7, 19_000));
      await cache.write('app', new Uint8Array());
      const [newest, older] = await cache.read('app');
      expect(newest?.bytes).toEqual(new Uint8Array());
      expect(older?.bytes).toEqual(all.slice(7, 19_000));
    },
  ],
  [
    'write() keeps the bytes as they were when it was called',
    async (create) => {
      const cache = create({ now: () => 1 });
      const bytes = bytesOf('one');
      const writing = cache.write('app', bytes);
      bytes.fill(0);
      await writing;
      expect(await held(cache)).toEqual([['one', 1]]);
    },
  ],
  [
    'touch() confirms the newest generation, and the next write takes that time along',
    async (create) => {
      let now = 1;
      const cache = create({ now: () => now });
      await cache.write('app', bytesOf('one'));
      await cache.touch?.('app', 50);
      expect(await held(cache)).toEqual([['one', 50]]);
      now = 60;
      await cache.write('app', bytesOf('two'));
      expect(await held(cache)).toEqual([
        ['two', 60],
        ['one', 50],
      ]);
    },
  ],
  [
    'touch() with a time of 1970, or before, makes nothing recent',
    async (create) => {
      const cache = create({ now: () => 1_767_225_600_000 });
      await cache.write('app', bytesOf('one'));
      for (const at of [0, -1, -2_147_483_648_000]) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await cache.touch?.('app', at);
        // oxlint-disable-next-line no-await-in-loop -- as above
        const [[, confirmedAt] = []] = await held(cache);
        if (cache.touch) expect(confirmedAt).toBeLessThanOrEqual(0);
      }
    },
  ],
  [
    'touch() of what is not there makes nothing',
    async (create) => {
      const cache = create({ now: () => 1 });
      await cache.touch?.('app', 50);
      expect(await held(cache)).toEqual([]);
      await cache.write('app', bytesOf('one'));
      expect(await held(cache)).toEqual([['one', 1]]);
    },
  ],
  [
    'remove() forgets every generation of one key, also when there is none',
    async (create) => {
      const cache = create({ now: () => 1 });
      for (const text of ['one', 'two']) await cache.write('app', bytesOf(text));
      await cache.touch?.('app', 50);
      await cache.write('other', bytesOf('else'));
      await cache.remove('app');
      await cache.remove('app');
      expect(await held(cache)).toEqual([]);
      expect(await held(cache, 'other')).toEqual([['else', 1]]);
      await cache.write('app', bytesOf('three'));
      expect(await held(cache)).toEqual([['three', 1]]);
    },
  ],
  [
    'a key that is no hash is refused',
    async (create) => {
      await expect(create({ now: () => 1 }).read('../app')).rejects.toMatchObject({
        code: 'CACHE_FAILED',
      });
    },
  ],
];
