import { isBytes } from '../document/kind.ts';
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

/** Checks `cacheKeys`; nothing of it is shown, whatever is wrong with it. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveCacheKeys(keys: unknown = [], check: OptionCheck): KeyRing {
  const ids = new Set<unknown>();
  const isRight = (item: unknown): boolean => {
    const { id, key } = Object(item) as Partial<CacheKey>;
    const fits = isBytes(key) ? key.length === 32 : /^[a-z0-9+/]{43}=$/i.test(key as string);
    return fits && typeof id === 'string' && ids.size < ids.add(id).size;
  };
  if (Array.isArray(keys) && keys.every(isRight)) return keys as KeyRing;
  const allowed = 'a list of { id, key }, each id once, keys of 32 bytes or their base64';
  throw check.fail('cacheKeys', allowed, Object(keys));
}
