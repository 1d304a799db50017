import type { ConfigPolicy } from '../options/config.ts';

/** The times of the updates that still count, oldest first. */
export function recentUpdates(
  times: readonly number[],
  updates: ConfigPolicy['updates'],
  now: number,
): readonly number[] {
  if (updates === undefined) return [];
  return times.filter((at) => now - at < updates.windowMs);
}

/** When one more update may be applied, in monotonic time; undefined when it may be now. */
export function windowOpensAt(
  times: readonly number[],
  updates: ConfigPolicy['updates'],
  now: number,
): number | undefined {
  if (updates === undefined) return undefined;
  const recent = recentUpdates(times, updates, now);
  const blocking = recent[recent.length - updates.max];
  return blocking === undefined ? undefined : blocking + updates.windowMs;
}
