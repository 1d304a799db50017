import { recentUpdates, windowOpensAt } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { Outcome, Trigger } from '../outcome.ts';
import type { ConfigState } from '../state/config-state.ts';
import { remember } from '../state/history.ts';
import type { Inputs, SourceDocument } from '../state/inputs.ts';
import type { Proposal } from '../state/proposal.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { Waiting } from '../state/waiting.ts';
import type { CycleTools } from './tools.ts';

/** What a document of one source is, while it is looked at. */
export interface Candidate {
  readonly source: number;
  /** None: the source has no document any more. */
  readonly document: SourceDocument | undefined;
  /** It was in force before the restart: the cache gave it back. */
  readonly cached: boolean;
}

/** What inputs amount to when all checks agree. */
export interface Resolved {
  readonly inputs: Inputs;
  readonly merged: unknown;
  readonly value: unknown;
  readonly pendingRestart?: readonly string[] | undefined;
}

/** These bring documents of the sources, which are limited. What an operator does, or the cache at the start, is not. */
const LIMITED: ReadonlySet<Trigger> = new Set(['poll', 'refresh', 'push', 'window', 'retry']);

/** What a decision makes of the state, collected step by step. It touches nothing. */
export class Draft {
  inputs: Inputs;
  waiting: readonly (Waiting | undefined)[];
  cached: readonly (Waiting | undefined)[];
  /** What is to be in force; undefined while nothing was accepted. */
  resolved: Resolved | undefined;
  /** What was accepted. */
  readonly taken: Candidate[] = [];
  readonly before: ConfigState;
  readonly #proposal: Proposal;
  readonly #tools: CycleTools;

  constructor(before: ConfigState, proposal: Proposal, tools: CycleTools) {
    this.before = before;
    this.inputs = before.inputs;
    this.waiting = before.waiting;
    this.cached = before.cached;
    this.#proposal = proposal;
    this.#tools = tools;
  }

  get policy(): ConfigPolicy {
    return this.#tools.policy;
  }

  /** Whether the value is another one than that in force. */
  changes(resolved: Resolved | undefined = this.resolved): boolean {
    const { snapshot } = this.before;
    return resolved !== undefined && !(snapshot && Object.is(resolved.value, snapshot.value));
  }

  accept(resolved: Resolved, candidates: readonly Candidate[] = []): void {
    this.inputs = this.#started(resolved);
    this.resolved = resolved;
    this.taken.push(...candidates);
    for (const { source, cached } of candidates) {
      this.wait({ source, cached: true }, undefined);
      // what the source brings beside it is newer
      if (!cached) this.wait({ source, cached }, undefined);
    }
  }

  /** What only a restart may change is what the first documents say, not defaults, nor what is laid over those. */
  #started({ inputs, merged }: Resolved): Inputs {
    const { restartOnly, dynamicOnly } = this.policy;
    const needed = restartOnly.length + dynamicOnly.length > 0 && inputs.started === undefined;
    const first = inputs.documents.some((document) => document !== undefined);
    return needed && first ? { ...inputs, started: merged } : inputs;
  }

  /** What was in force before the restart waits in a place of its own. */
  wait({ source, cached }: Omit<Candidate, 'document'>, waiting: Waiting | undefined): void {
    const place = cached ? 'cached' : 'waiting';
    if (this[place][source] !== waiting) this[place] = this[place].with(source, waiting);
  }

  /** Monotonic time until which the limit of updates holds a changed value back. */
  heldUntil(resolved: Resolved): number | undefined {
    if (!LIMITED.has(this.#proposal.trigger) || !this.changes(resolved)) return undefined;
    const { clock } = this.#tools.context;
    return windowOpensAt(this.before.updateTimes, this.policy.updates, clock.monotonic());
  }

  /** What was accepted is accepted as this. */
  get accepted(): Outcome {
    const version = this.before.snapshot?.version ?? 0;
    const changed = this.changes();
    return { kind: 'accepted', version: changed ? version + 1 : version, changed };
  }

  /** What the state becomes. */
  next(): Partial<ConfigState> {
    const { inputs, waiting, cached, resolved } = this;
    if (resolved === undefined) return { inputs, waiting, cached };
    const changed = this.changes();
    return {
      inputs,
      waiting,
      cached,
      snapshot: changed ? this.#version(resolved) : this.#sameVersion(resolved),
      ...(changed && { history: this.#history(), updateTimes: this.#updateTimes() }),
    };
  }

  #version(resolved: Resolved): Snapshot {
    const { trigger } = this.#proposal;
    const { by, reason } = 'by' in this.#proposal ? this.#proposal : {};
    const because = by === undefined || reason === undefined ? undefined : { by, reason };
    const version = (this.before.snapshot?.version ?? 0) + 1;
    const at = this.#tools.context.clock.now();
    const { merged, value, pendingRestart } = resolved;
    // of one shape, whatever is in it: there is one for each config
    return { merged, value, version, trigger, at, because, pendingRestart };
  }

  #sameVersion({ merged, value, pendingRestart }: Resolved): Snapshot {
    const { version, trigger, at, because } = this.before.snapshot!;
    return { merged, value, version, trigger, at, because, pendingRestart };
  }

  #history(): ConfigState['history'] {
    const { snapshot, history, inputs } = this.before;
    return snapshot ? remember(history, { ...snapshot, inputs }, this.policy.history) : history;
  }

  #updateTimes(): readonly number[] {
    const { updateTimes } = this.before;
    if (!LIMITED.has(this.#proposal.trigger)) return updateTimes;
    const now = this.#tools.context.clock.monotonic();
    // unlike a spread, concat makes an array of just that size
    return recentUpdates(updateTimes, this.policy.updates, now).concat(now);
  }
}
