import { loadByteWindow } from './cycle/detect.ts';
import { loadCycle } from './cycle/load-cycle.ts';
import { loadOperations } from './operate/load-operations.ts';
import { loadDescribeIssues } from './cycle/resolve.ts';
import { loadJsonFault, loadUtf8Fault } from './document/parse.ts';
import { loadLruCache, loadPRetry, loadStableStringify } from './libraries.ts';
import { loadIterateChanges } from './view.ts';
import { loadReady } from './handle.ts';
import { loadLog, loadWatch } from './manager.ts';
import { loadFeeds } from './feeding.ts';
import { loadRecords } from './polling/feeds.ts';

/**
 * Loads now what would otherwise be loaded when it is first needed: p-retry, lru-cache, json-stable-stringify, and the
 * engine's own rarely used parts. For tests, and for processes that lose their disk later. Never rejects: what cannot
 * be loaded fails when it is needed.
 */
export async function preload(): Promise<void> {
  await Promise.allSettled([
    loadFeeds(),
    loadCycle(),
    loadPRetry(),
    loadLruCache(),
    loadStableStringify(),
    loadByteWindow(),
    loadJsonFault(),
    loadDescribeIssues(),
    loadRecords(),
    loadWatch(),
    loadLog(),
    loadReady(),
    loadIterateChanges(),
    loadOperations(),
    loadUtf8Fault(),
  ]);
}
