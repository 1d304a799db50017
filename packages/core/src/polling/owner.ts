import type { ManagerContext } from '../cycle/context.ts';
import type { Proposal, Settle } from '../state/proposal.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { JsonValue } from '../ports/json.ts';
import type { SourcePolicy } from '../options/sources.ts';
import type { Outcome } from '../outcome.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Health } from '../state/health.ts';
import type { SourceDocument } from '../state/inputs.ts';
import type { Snapshot } from '../state/snapshot.ts';

/** Keeps the first answers of several sources together. */
export interface Gathering {
  /** Proposes, at once or when nobody is missing any more. */
  add(proposal: Extract<Proposal, { kind: 'loaded' }>, settle: Settle): Outcome | Promise<Outcome>;
  /** A poll ended, or the config was closed. */
  follow(): void;
}

/** The config that a source belongs to, as its sources see it. */
export interface SourceOwner {
  readonly policy: ConfigPolicy;
  readonly context: ManagerContext;
  readonly closed: boolean;
  readonly paused: boolean;
  /** Somebody said that there is news, maybe before there were sources. */
  readonly invalidated: boolean;
  /** What is in force. */
  readonly snapshot: Snapshot | undefined;
  readonly state: ConfigState;
  readonly sources: readonly {
    readonly index: number;
    readonly policy: SourcePolicy;
    /** Whether a poll of it ended, since it was invalidated last. */
    readonly settled: boolean;
    readonly health: Health;
  }[];
  /** Where there are several sources, once one answered. */
  firstAnswers: Gathering | undefined;
  /** Resolves when participants have taken back what was under way. */
  readonly undone: Promise<unknown> | undefined;
  /** The document of this source that is in force. */
  documentOf(source: number): SourceDocument | undefined;
  /**
   * Queues a proposal; gives its outcome after the commit, at once where nothing has to be looked at. `settle` is called
   * within the commit, before anybody hears of it. Never rejects.
   */
  propose(proposal: Proposal, settle?: Settle): Outcome | Promise<Outcome>;
  /** Runs `work`, which never rejects, while nothing else changes the config. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Decides and commits, as `propose` does with what waits for its turn. Only within a turn; never rejects. */
  handle(proposal: Proposal, settle?: Settle): Promise<Outcome>;
  /** Takes what operators set before the restart. */
  restore(raw: JsonValue): Promise<void>;
  /** The health of a source changed outside a commit. */
  healthChanged(): void;
}
