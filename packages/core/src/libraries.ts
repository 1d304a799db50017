import type { LRUCache } from 'lru-cache';
import type PRetry from 'p-retry';
import { type Lazy, lazily } from './lazily.ts';

/** For a second try within a poll. */
export const loadPRetry: Lazy<typeof PRetry> = lazily(
  async () => (await import('p-retry')).default,
);

/** For the cache in memory. */
export const loadLruCache: () => Promise<typeof LRUCache> = lazily(
  async () => (await import('lru-cache')).LRUCache,
);

/** For fingerprints. */
export const loadStableStringify: () => Promise<(value: unknown) => string | undefined> = lazily(
  async () => (await import('json-stable-stringify')).default,
);
