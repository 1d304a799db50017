import type { Outcome, Trigger } from '../outcome.ts';
import type { HoldfastError } from '../errors.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { Loaded } from '../ports/loader.ts';
import type { Inputs, SourceDocument } from './inputs.ts';
import type { Snapshot } from './snapshot.ts';
import type { Waiting } from './waiting.ts';

/** Something that wants to change a config. Those of one config are handled one at a time, in order. */
export type Proposal =
  /** A document arrived. */
  | {
      readonly kind: 'loaded';
      readonly source: number;
      readonly trigger: Trigger;
      readonly loaded: Loaded;
      /** What was in force when the load began. Absent for documents that nobody asked for. */
      readonly basedOn?: Basis;
    }
  /** The source still has the document that was in force when the load began. */
  | {
      readonly kind: 'unchanged';
      readonly source: number;
      readonly trigger: Trigger;
      readonly basedOn: Basis;
      /** The source said now that it may not be stored. */
      readonly doNotStore?: boolean | undefined;
    }
  /** The document that waits is to be tried again. By an operator: past the limit of updates and `maxRemoved`. */
  | { readonly kind: 'waiting'; readonly source: number; readonly trigger: 'window' }
  | {
      readonly kind: 'waiting';
      readonly source: number;
      readonly trigger: 'operator';
      readonly by: string;
      readonly reason: string;
    }
  /** The schema was too slow to say at once whether the defaults are a value. */
  | { readonly kind: 'defaults'; readonly trigger: 'defaults' };

/** The document that a load began with; an object, so that "none" is a basis too. */
export interface Basis {
  readonly document: SourceDocument | undefined;
}

/** What is to become of a proposal. Made without touching anything; the commit carries it out in one step. */
export interface Decision {
  readonly outcome: Outcome;
  /** The load began before the last commit of its source: its answer says nothing, it is to be done again. */
  readonly overtaken?: boolean;
  /** A breaker kept the poll from the network until this monotonic time: it says nothing about the source. */
  readonly skippedUntil?: number;
  /** The new document of the source. */
  readonly document?: SourceDocument;
  /** Why the defaults alone are no value. */
  readonly defaultsRefused?: HoldfastError;
  /** What is in force from now on; absent where that does not change. */
  readonly resolved?: Pick<Snapshot, 'merged' | 'value'>;
  /** What waits from now on: `undefined` for nothing. Absent: as before. */
  readonly waiting?: Waiting | undefined;
}

/** Nothing is to become of it. */
export const unchanged: Decision = { outcome: { kind: 'unchanged' } };

/** See {@link Decision.overtaken}. */
export const overtaken: Decision = { ...unchanged, overtaken: true };

/** What a config is, while one proposal is looked at. */
export interface CycleState {
  readonly policy: ConfigPolicy;
  readonly inputs: Inputs;
  readonly snapshot: Snapshot | undefined;
  /** By index of the source. */
  readonly waiting: readonly (Waiting | undefined)[];
  /** Monotonic times of the updates that may still count. */
  readonly updateTimes: readonly number[];
}
