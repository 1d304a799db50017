import type { Trigger } from '../outcome.ts';
import type { Inputs } from './inputs.ts';

/** What is in force: one object, replaced by each commit, so that nobody ever sees half a change. */
export interface Snapshot {
  readonly inputs: Inputs;
  /** The documents merged over the defaults: what the schema was given. Sealed. */
  readonly merged: unknown;
  /** What the schema made of it. Sealed; the same tree as `merged` where the schema transforms nothing. */
  readonly value: unknown;
  /** Counts the changes of `value`; 1 is the first. */
  readonly version: number;
  /** What brought this version. */
  readonly trigger: Trigger;
}
