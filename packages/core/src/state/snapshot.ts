import type { Trigger } from '../outcome.ts';

/** What is in force: one object, replaced by each commit, so that nobody ever sees half a change. */
export interface Snapshot {
  /** The documents merged over the defaults: what the schema was given. Sealed. */
  readonly merged: unknown;
  /** What the schema made of it. Sealed; the same tree as `merged` where the schema transforms nothing. */
  readonly value: unknown;
  /** Counts the changes of `value`; 1 is the first. */
  readonly version: number;
  /** What brought this version. */
  readonly trigger: Trigger;
  /** Wall-clock time in milliseconds at which this version came into force. */
  readonly at: number;
  /** Who brought it, and why, where somebody did. */
  readonly because?: { readonly by: string; readonly reason: string } | undefined;
  /** Paths of restart-only fields that would be another value after a restart. Absent for none. */
  readonly pendingRestart?: readonly string[] | undefined;
}
