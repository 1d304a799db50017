import { manualClock } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { memoryCache, type MemoryCacheOptions } from './memory-cache.ts';
import { refusalOf, VALUES } from './options/refusals.fixture.ts';

const record = (size: number, fill = 1): Uint8Array => new Uint8Array(size).fill(fill);

test('memoryCache() gives back what was written, newest first, two generations', async () => {
  const clock = manualClock({ startAt: 100 });
  const cache = memoryCache({ clock });
  expect(await cache.read('k')).toEqual([]);
  for (const fill of [1, 2, 3]) {
    await cache.write('k', record(4, fill));
    await clock.advance(10);
  }
  expect(await cache.read('k')).toEqual([
    { bytes: record(4, 3), confirmedAt: 120 },
    { bytes: record(4, 2), confirmedAt: 110 },
  ]);
  expect(await cache.read('other')).toEqual([]);
});

test('memoryCache() keeps bytes of its own', async () => {
  const cache = memoryCache();
  const bytes = record(4, 1);
  await cache.write('k', bytes);
  bytes.fill(9);
  expect((await cache.read('k'))[0]?.bytes).toEqual(record(4, 1));
});

test('touch() confirms the newest generation alone, and makes none', async () => {
  const cache = memoryCache({ clock: manualClock({ startAt: 5 }) });
  await cache.touch?.('k', 50);
  expect(await cache.read('k')).toEqual([]);
  await cache.write('k', record(1, 1));
  await cache.write('k', record(1, 2));
  await cache.touch?.('k', 50);
  const entries = await cache.read('k');
  expect(entries.map(({ confirmedAt }) => confirmedAt)).toEqual([50, 5]);
});

test('remove() forgets every generation of one key', async () => {
  const cache = memoryCache();
  for (const key of ['a', 'a', 'b']) await cache.write(key, record(1));
  await cache.remove('a');
  await cache.remove('a');
  expect([await cache.read('a'), (await cache.read('b')).length]).toEqual([[], 1]);
});

test('memoryCache() drops the least recently used beyond its bytes', async () => {
  const cache = memoryCache({ maxBytes: 100 });
  for (const key of ['a', 'b', 'c']) await cache.write(key, record(30));
  await cache.read('a');
  await cache.write('d', record(30));
  const kept = await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.read(key)));
  expect(kept.map((entries) => entries.length)).toEqual([1, 0, 1, 1]);
});

test('memoryCache() drops the older generation when both do not fit', async () => {
  const cache = memoryCache({ maxBytes: 100 });
  await cache.write('k', record(60, 1));
  await cache.write('k', record(60, 2));
  expect((await cache.read('k')).map(({ bytes }) => bytes[0])).toEqual([2]);
});

test('memoryCache() keeps no record that is larger than all of it', async () => {
  const cache = memoryCache({ maxBytes: 100 });
  await cache.write('k', record(101));
  expect(await cache.read('k')).toEqual([]);
});

/** Of every option there is, or this does not compile. */
const ALLOWED: { readonly [K in keyof Required<MemoryCacheOptions>]: string } = {
  maxBytes: 'a whole number of at least 1',
  clock: 'an object with now(), monotonic(), setTimer()',
};

test.each(
  Object.entries(ALLOWED).flatMap(([option, allowed]) =>
    VALUES.map(([value, shown]) => ({ option, allowed, value, shown })),
  ),
)('memoryCache() refuses $option: $shown', ({ option, allowed, value, shown }) => {
  expect(refusalOf(() => memoryCache({ [option]: value }))).toBe(
    `Cannot use "${option}" of memoryCache() as it must be ${allowed}: current value is ${shown}`,
  );
});

test('memoryCache() names the nearest option', () => {
  expect(refusalOf(() => memoryCache({ maxByte: 1 } as MemoryCacheOptions))).toBe(
    'Cannot use option "maxByte" of memoryCache(): it is unknown; did you mean "maxBytes"?',
  );
});
