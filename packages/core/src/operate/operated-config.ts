import type { Rehearsal } from '../cycle/rehearse.ts';
import type { HoldfastError } from '../errors.ts';
import type { Outcome } from '../outcome.ts';
import type { JsonValue } from '../ports/json.ts';
import type { NamedSnapshot } from '../state/named-snapshot.ts';
import type { Decided } from '../cycle/tools.ts';
import type { SourceFacts } from '../state/status.ts';
import type { Override } from '../state/inputs.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { Because } from './because.ts';
import type { Decision, Intervention, Proposal } from '../state/proposal.ts';

/** What operators of a config need between their calls. */
export interface OperatorMemory {
  /** Versions that somebody gave a name, the oldest first. */
  snapshots: readonly NamedSnapshot[];
  /** A name for a new override or snapshot: unique in its process, and short. */
  nextId(letter: 'o' | 's'): string;
  /** Whether some override of this config has this name, or had it since the process began. */
  isGiven(id: string): boolean;
  /** Somebody could not take the overrides away together, as `error` says: each is to go as soon as it can. */
  end(overrides: readonly Override[], error: HoldfastError, because: Because): void;
  /** What may keep overrides from ending has changed. */
  follow(): void;
  /** What is written down has ended in part: writes down again what is to survive a restart. */
  rewrite(): void;
  /** Why an override is still there, though it is to go; nothing for all others. */
  overdue(override: Override): string | undefined;
  /** The override was set: says so if some of it does nothing. */
  lookAt(override: Override): void;
  /**
   * Gives what resolves when all that changes from now on, and is to survive a restart, is written; where something is
   * taken away, what changed before, too: it may have gone then, and that could not be written down.
   *
   * @throws {HoldfastError} `CACHE_FAILED` (it rejects) when it could not be, or that takes too long: it is in force all the same.
   */
  writes(): (takesAway?: boolean) => Promise<void>;
}

/** A config with its queue, as operators use it. */
export interface OperatedConfig extends Decided {
  /** How it goes with the source of this index. */
  factsOf(index: number): SourceFacts;
  readonly snapshot: Snapshot | undefined;
  /** Once it was needed. */
  operator: OperatorMemory | undefined;
  /** Begins to load, unless it did. */
  start(): void;
  propose(proposal: Proposal): Outcome | Promise<Outcome>;
  /** What would come of other inputs; nothing is changed, and only `canApply` of participants is called. */
  rehearse(change: Intervention['change']): Promise<Rehearsal>;
  /** Runs `work`, which never rejects, while nothing else changes this config. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Carries a decision out; gives what tells everybody of it. Only within a turn. */
  install(proposal: Proposal, decision: Decision): () => Outcome;
  /** What was set before the restart is still to come. */
  readonly unread: boolean;
  /** Writes down what is to survive a restart, or forgets it. Resolves when that is done, or with why it is not. */
  keep(raw: JsonValue | undefined): Promise<HoldfastError | undefined>;
}
