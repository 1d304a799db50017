import type { HistoryPolicy } from '../options/history.ts';
import { firstWithin, type Measured } from './history.ts';

/** A version that somebody gave a name: with its inputs, so that it outlives the history. */
export interface NamedSnapshot extends Measured {
  readonly id: string;
  /** Of the config, when it was taken. */
  readonly version: number;
  readonly description: string;
  readonly tags: readonly string[];
  /** Wall-clock time in milliseconds at which it was taken. */
  readonly at: number;
  readonly by?: string | undefined;
  /** It does not go when there are too many. */
  readonly keep: boolean;
  /** What was in force; absent for what was imported. */
  readonly value?: unknown;
}

/**
 * Without those of the oldest that may go, where there are too many, or their documents and overrides have too many bytes.
 * What has to stay, for it is to be kept or is `newest`, may be beyond a bound alone: then which. Pure.
 */
export function withinBounds(
  snapshots: readonly NamedSnapshot[],
  policy: HistoryPolicy,
  newest?: NamedSnapshot,
): readonly NamedSnapshot[] | 'snapshots' | 'bytes' {
  const stays = (one: NamedSnapshot): boolean => one.keep || one === newest;
  const stay = snapshots.filter(stays);
  if (stay.length > policy.snapshots) return 'snapshots';
  const others = snapshots.filter((one) => !stays(one)).toReversed();
  const kept = new Set(firstWithin([...stay, ...others], policy.snapshots, policy.bytes));
  return kept.size < stay.length ? 'bytes' : snapshots.filter((one) => kept.has(one));
}
