import type { Participant } from '../options/participant.ts';
import type { Outcome, Trigger } from '../outcome.ts';
import type { HoldfastError } from '../errors.ts';
import type { Loaded } from '../ports/loader.ts';
import type { ConfigState } from './config-state.ts';
import type { Inputs, SourceDocument } from './inputs.ts';

/** Something that wants to change a config. Those of one config are handled one at a time, in order. */
export type Proposal =
  /** Documents arrived: one, but for the first answers of several sources, and for those of a cache. */
  | { readonly kind: 'loaded'; readonly trigger: Trigger; readonly arrivals: readonly Arrival[] }
  /** The source still has the document that was in force when the load began. */
  | {
      readonly kind: 'unchanged';
      readonly source: number;
      readonly trigger: Trigger;
      readonly basedOn: Basis;
      /** The source said now that it may not be stored. */
      readonly doNotStore?: boolean | undefined;
    }
  /**
   * Documents that wait are to be tried again. By an operator: past the limit of updates and what they are compared
   * with; by `unpin()`: past the limit.
   */
  | {
      readonly kind: 'waiting';
      readonly sources: readonly number[];
      /** Those that were in force before the restart, see `ConfigState.cached`. */
      readonly cached?: boolean;
      readonly trigger: 'window' | 'retry' | 'operator' | 'unpin';
      readonly by?: string;
      readonly reason?: string;
    }
  /** The schema was too slow to say at once whether the defaults are a value. */
  | { readonly kind: 'defaults'; readonly trigger: 'defaults' }
  /** Other inputs, by somebody who may set them: neither limited nor compared. */
  | InputsProposal;

/** Other inputs. */
export interface InputsProposal extends Intervention {
  readonly kind: 'inputs';
  readonly trigger: Trigger;
  /** What waits where it goes back to. Absent: what waits now. */
  readonly back?: Partial<Pick<ConfigState, 'waiting' | 'cached'>>;
}

/** Somebody wants other inputs. */
export interface Intervention {
  readonly by: string;
  readonly reason: string;
  /** What they should be, given what is. Pure; the error is why it cannot be. */
  readonly change: (state: ConfigState) => Inputs | HoldfastError;
}

/** A document that a source gave. */
export interface Arrival {
  readonly source: number;
  /** `absent`: the source has no document any more. */
  readonly loaded: Loaded | 'absent';
  /** What was in force when the load began. Absent for documents that nobody asked for. */
  readonly basedOn?: Basis;
}

/** What there was of a source when a load began; an object, so that "nothing" is a basis too. */
export interface Basis {
  readonly document: SourceDocument | undefined;
  /** What waited. */
  readonly waiting: SourceDocument | undefined;
}

/** Whether something came since then, so that an answer to a question from then proves nothing. */
export function isOvertaken(
  { document, waiting }: Basis,
  state: Pick<ConfigState, 'inputs' | 'waiting'>,
  source: number,
): boolean {
  const waits = state.waiting[source]?.document;
  return document !== state.inputs.documents[source] || (waits !== undefined && waits !== waiting);
}

/** What is to become of a proposal. Made without touching anything; the commit carries it out in one step. */
export interface Decision {
  readonly outcome: Outcome;
  /** Of each arrival, where there are several. */
  readonly outcomes?: readonly Outcome[];
  /** The load began before the last commit of its source: its answer says nothing, it is to be done again. */
  readonly overtaken?: boolean;
  /** Of several arrivals: the sources whose answers were overtaken. */
  readonly late?: readonly number[];
  /** A breaker kept the poll from the network until this monotonic time: it says nothing about the source. */
  readonly skippedUntil?: number;
  /** What the state becomes; what is left out stays. */
  readonly next?: Partial<ConfigState>;
  /** The attempt to put another value in force, of which the commit tells. */
  readonly reload?: ReloadNotes;
  /** The participants that made it their own: they, and no others, are asked about the health after it. */
  readonly appliedBy?: readonly Participant[];
  /** Takes back what they did for it, in case it is not committed after all. */
  readonly undo?: () => Promise<readonly string[]>;
}

/** Called within the commit, before anybody hears of it. */
export type Settle = (decision: Decision) => void;

/** Tells of one attempt to put another value in force. */
export interface ReloadNotes {
  readonly id: string;
  /** The commit is done: `version` is in force now, and `changed` says whether since then. */
  completed(version: number, changed: boolean): void;
  /** It will not be in force. */
  failed(error: HoldfastError): void;
  /** `details` is called only when somebody listens. */
  tell(type: `reload.${string}`, details: () => object): void;
}

/** Nothing is to become of it. */
export const unchanged: Decision = { outcome: { kind: 'unchanged' } };

/** See {@link Decision.overtaken}. */
export const overtaken: Decision = { ...unchanged, overtaken: true };
