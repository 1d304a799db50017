import type { LRUCache } from 'lru-cache';
import { lazily } from './lazily.ts';
import { loadLruCache } from './libraries.ts';
import { OptionCheck } from './options/check.ts';
import type { Cache, CacheEntry } from './ports/cache.ts';
import { type Clock, systemClock } from './ports/clock.ts';

/** Options of {@link memoryCache}. */
export interface MemoryCacheOptions {
  /** All records together, 1 or more; the least recently used go first. @default {64 MiB} */
  readonly maxBytes?: number;
  /** Where time comes from. @default {the system's} */
  readonly clock?: Clock;
}

/**
 * A cache in memory, bounded by bytes: for processes that make managers again and again (tests, serverless), and where
 * there is no disk. It keeps two generations, as every cache does, and is gone with the process.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function memoryCache(options: MemoryCacheOptions = {}): Cache {
  const check = new OptionCheck('memoryCache()');
  check.object('options', options, ['maxBytes', 'clock']);
  const { maxBytes = 64 * 2 ** 20, clock = systemClock } = options;
  check.count('maxBytes', maxBytes, 1);
  check.methods('clock', clock, ['now', 'monotonic', 'setTimer']);
  const open = lazily(() => createRecords(maxBytes));
  return {
    async read(key) {
      const entries = (await open()).get(key) ?? [];
      // whoever reads may change what was read
      return entries.map(({ bytes, confirmedAt }) => ({ bytes: bytes.slice(), confirmedAt }));
    },
    async write(key, bytes) {
      const all = await open();
      const newest = { bytes: bytes.slice(), confirmedAt: clock.now() };
      const both = [newest, ...(all.peek(key) ?? [])].slice(0, 2);
      // better one generation than none
      all.set(key, sizeCalculation(both) <= maxBytes ? both : [newest]);
    },
    async touch(key, at) {
      const all = await open();
      const [newest, ...older] = all.peek(key) ?? [];
      if (newest) all.set(key, [{ ...newest, confirmedAt: at }, ...older]);
    },
    async remove(key) {
      (await open()).delete(key);
    },
  };
}

async function createRecords(maxBytes: number): Promise<LRUCache<string, readonly CacheEntry[]>> {
  const LRUCache = await loadLruCache();
  return new LRUCache({ maxSize: maxBytes, sizeCalculation });
}

function sizeCalculation(entries: readonly CacheEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes.length, 1);
}
