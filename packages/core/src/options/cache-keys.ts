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

/** 32 bytes. */
const BASE64 = /^[A-Za-z0-9+/]{43}=$/;

/** Checks `cacheKeys`; no key is shown, whatever is wrong with it. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveCacheKeys(keys: unknown = [], check: OptionCheck): KeyRing {
  if (!Array.isArray(keys)) throw check.fail('cacheKeys', 'a list of keys', keys, shown(keys));
  const ids = new Set<unknown>();
  for (const [i, item] of keys.entries()) {
    const at = `cacheKeys[${i}]`;
    if (typeof item === 'string') throw check.fail(at, 'an object', item, shown(item));
    check.object(at, item, ['id', 'key']);
    const { id, key } = item as Partial<CacheKey>;
    if (typeof id !== 'string' || id === '' || id.length > 100 || ids.has(id)) {
      const allowed = 'a text of 1 to 100 characters that no other key has';
      throw check.fail(`${at}.id`, allowed, id, shown(id));
    }
    ids.add(id);
    if (isBytes(key) ? key.length === 32 : typeof key === 'string' && BASE64.test(key)) continue;
    throw check.fail(`${at}.key`, '32 bytes, or their base64', key, shown(key));
  }
  return (keys as KeyRing).map(({ id, key }) => ({ id, key }));
}

/** Any text may be a key that stands in the wrong place. */
function shown(value: unknown): string | undefined {
  return typeof value === 'string' ? 'a text' : undefined;
}
