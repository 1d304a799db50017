import { cacheContract, contractTests } from '@holdfast/testing/contracts';
import { describe, test } from 'vitest';
import { memoryCache } from './memory-cache.ts';

describe('memoryCache() keeps the contract of caches', () => {
  const tests = contractTests(cacheContract, () => ({ cache: memoryCache() }), {
    without: ['reopen', 'breakStorage', 'healStorage'],
  });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});
