/**
 * Loads now what would otherwise be loaded when it is first needed: p-retry, lru-cache and json-stable-stringify. For
 * tests, and for processes that lose their disk later. Never rejects: what cannot be loaded fails when it is needed.
 */
export async function preload(): Promise<void> {
  const lazy = [import('p-retry'), import('lru-cache'), import('json-stable-stringify')];
  await Promise.allSettled(lazy);
}
