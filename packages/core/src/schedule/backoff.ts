/** Shape of a backoff; see {@link backoffWait}. */
export interface BackoffPolicy {
  /** The least wait. */
  readonly minMs: number;
  /** What the wait grows from: the interval of the polls. */
  readonly baseMs: number;
  /** The cap; never below `baseMs`. */
  readonly maxMs: number;
}

/**
 * Wait after the failure that raised the level to `level`, in milliseconds: random between the least wait and
 * `baseMs · 2^level`, capped. Growing from the interval with full jitter, an outage costs the origin no more requests
 * than normal polling does, and its recovery no stampede.
 *
 * @param random In [0, 1).
 */
export function backoffWait(policy: BackoffPolicy, level: number, random: number): number {
  const { minMs, baseMs } = policy;
  const cap = Math.min(Math.max(policy.maxMs, baseMs), baseMs * 2 ** level);
  return minMs + random * (cap - minMs);
}
