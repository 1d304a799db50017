import type { PollingPolicy } from '../options/polling.ts';

/** No answer of any server makes a wait longer. */
export function longestWait({ maxIntervalMs, backoffMaxMs }: PollingPolicy): number {
  return Math.max(maxIntervalMs, backoffMaxMs);
}
