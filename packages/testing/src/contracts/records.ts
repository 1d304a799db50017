import type { Cache, CacheEntry } from '@holdfast/core';
import { ensure, sameBytes, settled, show } from './ensure.ts';
import type { CacheHarness } from './cache-harness.ts';

/** A key as the engine makes them: a hash in lower-case hexadecimal digits. */
export const KEY: string = 'c0ffee'.padEnd(64, '0');

/** A record that differs from those of other numbers, in length too. */
export function record(number: number): Uint8Array {
  return new TextEncoder().encode(`{"record":${number}}\n`.repeat(number + 1));
}

/** What the cache does, which must succeed within the time that the harness allows. */
export async function done<T>({ patienceMs }: CacheHarness, work: () => Promise<T>): Promise<T> {
  const how = await settled(work, patienceMs);
  ensure(how !== undefined, 'a call that does not settle');
  ensure(how.ok, how.ok ? '' : `a call that rejects with ${show(how.error)}`);
  return how.value;
}

/** Writes these records one after the other. */
export async function writeAll(
  harness: CacheHarness,
  records: readonly Uint8Array[],
  key: string = KEY,
): Promise<void> {
  for (const bytes of records) await done(harness, () => harness.cache.write(key, bytes.slice()));
}

/** Reads, and judges that exactly these records are there, newest first. */
export async function expectRecords(
  harness: CacheHarness,
  expected: readonly Uint8Array[],
  { key = KEY, cache = harness.cache }: { key?: string; cache?: Cache } = {},
): Promise<readonly CacheEntry[]> {
  const entries = await done(harness, () => cache.read(key));
  const right =
    Array.isArray(entries) &&
    entries.length === expected.length &&
    entries.every(({ bytes }, index) => sameBytes(bytes, expected[index]!));
  const seen = Array.isArray(entries) ? sizes(entries.map(({ bytes }) => bytes)) : show(entries);
  ensure(right, `${seen} instead of ${sizes(expected)}, or other bytes of the same length`);
  return entries;
}

function sizes(all: readonly Uint8Array[]): string {
  return `[${all.map(({ length }) => `${length} bytes`).join(', ')}]`;
}
