import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheContract, type CacheHarness, contractTests } from '@holdfast/testing/contracts';
import { describe, test } from 'vitest';
import { fileCache } from './file-cache.ts';

/** A file in the place of the folder fails every write; permissions would not stop root. */
async function createHarness(): Promise<CacheHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'file-cache-contract-'));
  const directory = join(folder, 'records');
  const aside = join(folder, 'aside');
  return {
    cache: fileCache({ directory }),
    reopen: () => fileCache({ directory }),
    async breakStorage() {
      await rename(directory, aside);
      await writeFile(directory, '');
    },
    async healStorage() {
      await rm(directory);
      await rename(aside, directory);
    },
    dispose: () => rm(folder, { recursive: true }),
  };
}

describe('fileCache() keeps the contract of caches', () => {
  for (const { name, skip, run } of contractTests(cacheContract, createHarness))
    (skip ? test.skip : test)(name, run);
});
