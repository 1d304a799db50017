import { cacheContract, type CacheHarness, contractTests } from '@holdfast/testing/contracts';
import { describe, test } from 'vitest';
import { localStorageCache } from './local-storage.ts';
import { MemoryStorage } from './local-storage/memory-storage.fixture.ts';

/** No room at all fails every write. */
async function createHarness(): Promise<CacheHarness> {
  const storage = new MemoryStorage();
  return {
    cache: localStorageCache({ storage }),
    reopen: () => localStorageCache({ storage }),
    breakStorage: () => {
      storage.most = 0;
    },
    healStorage: () => {
      storage.most = Number.POSITIVE_INFINITY;
    },
  };
}

describe('localStorageCache() keeps the contract of caches', () => {
  for (const { name, skip, run } of contractTests(cacheContract, createHarness))
    (skip ? test.skip : test)(name, run);
});
