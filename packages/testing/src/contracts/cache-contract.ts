import { bytesRules } from './cache-rules/bytes.ts';
import { generationRules } from './cache-rules/generations.ts';
import { keyRules } from './cache-rules/keys.ts';
import { storageRules } from './cache-rules/storage.ts';
import { timeRules } from './cache-rules/times.ts';
import { type CacheHarness, type CacheNeed, whoLacks } from './cache-harness.ts';
import { casesOf, type ContractCase } from './contract.ts';

/** What the engine relies on in every `Cache`. A new case is a minor release: it may find what was wrong before. */
export const cacheContract: readonly ContractCase<CacheHarness, CacheNeed>[] = casesOf(
  [...generationRules, ...bytesRules, ...keyRules, ...timeRules, ...storageRules],
  whoLacks,
);
