import type { Cache } from '@holdfast/core';
import type { Harness } from './harness.ts';

/** A cache under contract, and the controls of its storage. */
export interface CacheHarness extends Harness {
  /** Empty, and made for this harness alone. */
  readonly cache: Cache;
  /** Another cache on the same storage, as of a second process or after a restart. */
  reopen?(): Cache;
  /** Makes every write fail, as a full disk does. */
  breakStorage?(): Promise<void> | void;
  /** Ends what `breakStorage` began; what was written before is still there. */
  healStorage?(): Promise<void> | void;
  /** Wall-clock time that the cache was given. @default {the system's} */
  now?(): number;
}

/** What a cache, or the harness around it, may be unable to do: `touch` is the cache's, the others the harness's. */
export type CacheNeed = 'touch' | 'reopen' | 'breakStorage' | 'healStorage';

/** Who has to meet `need` and does not. */
export function whoLacks(harness: CacheHarness, need: CacheNeed): 'cache' | 'harness' | undefined {
  const who = need === 'touch' ? 'cache' : 'harness';
  const owner = who === 'cache' ? harness.cache : harness;
  return Reflect.get(owner, need) === undefined ? who : undefined;
}
