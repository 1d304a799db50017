import type { Inputs } from './inputs.ts';

/** A version that somebody gave a name: with its inputs, so that it outlives the history. */
export interface NamedSnapshot {
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
  readonly inputs: Inputs;
  /** What was in force; absent for what was imported. */
  readonly value?: unknown;
}

/**
 * With one more snapshot; of those that may go the oldest goes, when there would be more than `most`. Undefined when none
 * may. Pure.
 */
export function withSnapshot(
  snapshots: readonly NamedSnapshot[],
  snapshot: NamedSnapshot,
  most: number,
): readonly NamedSnapshot[] | undefined {
  if (snapshots.length < most) return [...snapshots, snapshot];
  const oldest = snapshots.findIndex(({ keep }) => !keep);
  return oldest < 0 ? undefined : [...snapshots.toSpliced(oldest, 1), snapshot];
}
