import type { PollingPolicy } from '../options/polling.ts';

/** Shape of a backoff: the least wait, the interval that waits grow from, and the cap, unless the interval is longer. */
export type BackoffPolicy = Pick<PollingPolicy, 'minIntervalMs' | 'intervalMs' | 'backoffMaxMs'>;

/**
 * Wait after the failure that raised the level to `level`, in milliseconds: random between the least wait and
 * `intervalMs · 2^level`, capped. Growing from the interval with full jitter, an outage costs the origin no more requests
 * than normal polling does, and its recovery no stampede.
 *
 * @param random In [0, 1).
 */
export function backoffWait(policy: BackoffPolicy, level: number, random: number): number {
  const { minIntervalMs, intervalMs, backoffMaxMs } = policy;
  const cap = Math.min(Math.max(backoffMaxMs, intervalMs), intervalMs * 2 ** level);
  return minIntervalMs + random * (cap - minIntervalMs);
}
