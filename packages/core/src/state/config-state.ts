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
  /**
   * By index of the source: the document that was in force before the restart and is not yet again, since a participant
   * or another input keeps it away. It waits beside whatever the source brings, until one of the two is in force.
   */
  readonly cached: readonly (Waiting | undefined)[];
  /** Monotonic times of the updates that may still count. */
  readonly updateTimes: readonly number[];
  /** Versions that were in force before, the oldest first. */
  readonly history: readonly PastVersion[];
  /** Participants that are not what the value says, since they failed to undo. Undefined for none. */
  readonly diverged: readonly string[] | undefined;
  /** Why the defaults alone are no value. */
  readonly defaultsRefused: HoldfastError | undefined;
}

/** `state` with what a decision makes of it: of one shape, since there is one for each config. Pure. */
export function nextState(state: ConfigState, next: Partial<ConfigState>): ConfigState {
  const {
    inputs = state.inputs,
    snapshot = state.snapshot,
    waiting = state.waiting,
    cached = state.cached,
    updateTimes = state.updateTimes,
    history = state.history,
    diverged = state.diverged,
    defaultsRefused = state.defaultsRefused,
  } = next;
  return { inputs, snapshot, waiting, cached, updateTimes, history, diverged, defaultsRefused };
}
