import { isBytes, kindOf } from '../document/kind.ts';
import type { OptionCheck } from './check.ts';

/** A key that cache records are encrypted with. */
export interface CacheKey {
  /** Stands in the record, in clear, so that its key is found again. */
  readonly id: string;
  /** 32 bytes, or their base64: what `openssl rand -base64 32` gives. */
  readonly key: Uint8Array | string;
}

/** The first one encrypts; all decrypt, each what was encrypted under its id. */
export type KeyRing = readonly CacheKey[];

/** Checks `cacheKeys`; nothing of it is shown: key and id may have changed places. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveCacheKeys(keys: unknown = [], check: OptionCheck): KeyRing {
  if (!Array.isArray(keys))
    throw check.fail('cacheKeys', 'a list of { id, key }', keys, kindOf(keys));
  const ids = new Set<unknown>();
  for (const [i, item] of keys.entries()) {
    const { id, key } = Object(item) as Partial<CacheKey>;
    const at = `cacheKeys[${i}]`;
    if (typeof id !== 'string' || ids.size === ids.add(id).size)
      throw check.fail(`${at}.id`, 'a text that no other key has', id, kindOf(id));
    const fits = isBytes(key) ? key.length === 32 : /^[a-z0-9+/]{43}=$/i.test(key as string);
    if (!fits) throw check.fail(`${at}.key`, '32 bytes or their base64', key, kindOf(key));
  }
  return keys as KeyRing;
}
