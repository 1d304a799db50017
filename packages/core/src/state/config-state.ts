import type { HoldfastError } from '../errors.ts';
import type { PastVersion } from './history.ts';
import type { Inputs } from './inputs.ts';
import type { Snapshot } from './snapshot.ts';
import type { Waiting } from './waiting.ts';

/** All that a config is, beside how it goes with its sources. Replaced by each commit, never written to. */
export interface ConfigState {
  readonly inputs: Inputs;
  /** What is in force; undefined before there is a value. */
  readonly snapshot: Snapshot | undefined;
  /** By index of the source: the document that is not in force, and not dropped either. */
  readonly waiting: readonly (Waiting | undefined)[];
  /** Monotonic times of the updates that may still count. */
  readonly updateTimes: readonly number[];
  /** Versions that were in force before, the oldest first. */
  readonly history: readonly PastVersion[];
  /** Participants that are not what the value says, since they failed to undo. Absent for none. */
  readonly diverged?: readonly string[];
  /** Why the defaults alone are no value. */
  readonly defaultsRefused?: HoldfastError | undefined;
}
