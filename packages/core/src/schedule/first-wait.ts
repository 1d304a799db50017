import type { PollingPolicy } from '../options/polling.ts';
import { type Health, isRecent } from '../state/health.ts';

/**
 * The wait before the first poll of a source whose document came from the cache: none, or, where the document was
 * confirmed within the interval, a random phase, so that the deploy of a thousand processes is no stampede.
 */
export function firstWait(
  health: Health,
  { intervalMs }: PollingPolicy,
  { now, random }: { readonly now: number; readonly random: () => number },
): number {
  return isRecent(health, now, intervalMs) ? random() * intervalMs : 0;
}
