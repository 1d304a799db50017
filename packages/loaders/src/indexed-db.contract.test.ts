import { IDBFactory } from 'fake-indexeddb';
import { cacheContract, type CacheHarness, contractTests } from '@holdfast/testing/contracts';
import { describe, test } from 'vitest';
import { type IndexedDbFactory, indexedDbCache } from './indexed-db.ts';

/** A database that cannot be opened fails every write. */
async function createHarness(): Promise<CacheHarness> {
  const real = new IDBFactory() as IndexedDbFactory;
  let broken = false;
  const factory: IndexedDbFactory = {
    open(name, version) {
      if (broken) throw new DOMException('broken', 'UnknownError');
      return real.open(name, version);
    },
  };
  return {
    cache: indexedDbCache({ factory }),
    reopen: () => indexedDbCache({ factory }),
    breakStorage: () => {
      broken = true;
    },
    healStorage: () => {
      broken = false;
    },
  };
}

describe('indexedDbCache() keeps the contract of caches', () => {
  for (const { name, skip, run } of contractTests(cacheContract, createHarness))
    (skip ? test.skip : test)(name, run);
});
