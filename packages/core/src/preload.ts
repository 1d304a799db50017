/**
 * Loads now what would otherwise be loaded when it is first needed: p-retry, lru-cache, json-stable-stringify, and the
 * engine's own rarely used parts. For tests, and for processes that lose their disk later. Never rejects: what cannot
 * be loaded fails when it is needed.
 */
export async function preload(): Promise<void> {
  await Promise.allSettled([
    import('p-retry'),
    import('lru-cache'),
    import('json-stable-stringify'),
    import('./log.ts'),
    import('./polling/records.ts'),
    import('./polling/pushed.ts'),
    import('./cycle/watch.ts'),
    import('./cycle/describe-issues.ts'),
    import('./document/json-fault.ts'),
  ]);
}
