import type * as CycleModule from './cycle/cycle.ts';
import { decideUnchanged } from './cycle/unchanged.ts';
import type { ManagerContext } from './cycle/context.ts';
import { recentUpdates } from './schedule/limit.ts';
import type { CycleState, Decision, Proposal } from './state/proposal.ts';
import { type Resolution, resolve } from './cycle/resolve.ts';
import { Validation } from './cycle/validate.ts';
import { addLeaves, type Change } from './document/leaves.ts';
import { type HoldfastError, LoadError, messageOf } from './errors.ts';
import { lazily } from './lazily.ts';
import type { ConfigPolicy } from './options/config.ts';
import { closedOutcome, type Outcome, type Trigger } from './outcome.ts';
import { Subscriptions } from './subscriptions.ts';
import { Delay } from './schedule/timers.ts';
import { Feeds } from './polling/feeds.ts';
import type { SourceOwner } from './polling/owner.ts';
import type { Source } from './polling/source.ts';
import type { FailureNote } from './state/health.ts';
import { type Inputs, type SourceDocument, withDocument } from './state/inputs.ts';
import type { Comparer } from './state/change-details.ts';
import type { Snapshot } from './state/snapshot.ts';
import { type SourceFacts, stateOf, type StatusState, worseState } from './state/status.ts';
import type { Waiting } from './state/waiting.ts';

/** Loaded in the background at the first `register`: a first document finds it there. */
export const loadCycle: () => Promise<typeof CycleModule> = lazily(
  () => import('./cycle/cycle.ts'),
);

/** Whoever keeps the value where applications read it. */
export interface ValueReader {
  serve(value: unknown): void;
}

/**
 * The proposal queue of one config: the only place where what is in force changes. Everything that wants a change hands
 * in a proposal; they are looked at one at a time, and each ends in one synchronous commit.
 */
export class Config implements SourceOwner, Comparer {
  readonly policy: ConfigPolicy;
  readonly context: ManagerContext;
  readonly sources: readonly Source[];
  snapshot: Snapshot | undefined;
  /** Handed each value within its commit. */
  reader: ValueReader | undefined;
  /** Why the defaults alone are no value. */
  defaultsRefused: HoldfastError | undefined;
  /** By index of the source. */
  waiting: readonly (Waiting | undefined)[];
  paused = false;
  closed = false;
  /** Called after each commit that changed the value. */
  readonly onValue: Subscriptions = new Subscriptions();
  /** Called whenever something ended that somebody may wait for. */
  readonly onSettled: Subscriptions = new Subscriptions();
  readonly startedAt: number;
  readonly #validation: Validation;
  readonly #feeds: Feeds;
  /** Once it was needed. */
  #cycle: typeof CycleModule | undefined;
  #closing: Promise<void> | undefined;
  #inputs: Inputs;
  #updateTimes: readonly number[] = [];
  #tail: Promise<unknown> | undefined;
  #window: Delay | undefined;
  #lastState: StatusState = 'starting';

  constructor(policy: ConfigPolicy, context: ManagerContext) {
    this.policy = policy;
    this.context = context;
    this.startedAt = context.clock.monotonic();
    this.#validation = new Validation(policy);
    this.#inputs = { documents: policy.sources.map(() => undefined) };
    this.waiting = this.#inputs.documents as readonly undefined[];
    this.#feeds = new Feeds(this);
    this.sources = this.#feeds.sources;
    this.#serveDefaults();
  }

  start(): void {
    this.#feeds.start();
  }

  documentOf(source: number): SourceDocument | undefined {
    return this.#inputs.documents[source];
  }

  propose(proposal: Proposal, settle?: (decision: Decision) => void): Outcome | Promise<Outcome> {
    // the common case needs no queue: nothing is under way and nothing has to be looked at
    if (this.#tail === undefined && proposal.kind === 'unchanged') {
      return this.#commit(proposal, decideUnchanged(this.#state(), proposal), settle);
    }
    const result = (this.#tail ?? Promise.resolve()).then(() => this.#handle(proposal, settle));
    this.#tail = result;
    void result.then(() => {
      if (this.#tail === result) this.#tail = undefined;
    });
    return result;
  }

  /** The worst state of its sources, as of now. */
  get state(): StatusState {
    if (this.closed) return 'closed';
    const now = this.context.clock.monotonic();
    let worst: StatusState = 'fresh';
    for (const source of this.sources) {
      worst = worseState(worst, stateOf(this.factsOf(source), this.policy, now));
    }
    return worst;
  }

  /** The last failure or refusal of a source that has not recovered. */
  get lastFailure(): FailureNote | undefined {
    return this.sources.map(({ health }) => health.lastFailure).find((note) => note !== undefined);
  }

  factsOf({ health, index }: Source): SourceFacts {
    return { health, hasDocument: this.documentOf(index) !== undefined, startedAt: this.startedAt };
  }

  changesBetween(before: unknown, after: unknown, limit?: number): readonly Change[] {
    if (this.#cycle && before !== undefined) {
      return this.#cycle.diff(before, after, { arrayKey: this.policy.arrayKey, limit });
    }
    // without a value before, or before any document was looked at: all that there is was added
    const changes: Change[] = [];
    addLeaves(changes, 'added', after, [], limit);
    return changes;
  }

  healthChanged(): void {
    this.noticeState();
    this.onSettled.call();
  }

  /** Tells of a state that came with time alone, such as `expired`, or with what happened. */
  noticeState(): void {
    const previous = this.#lastState;
    const { state } = this;
    if (state === previous) return;
    this.#lastState = state;
    const error = state === 'closed' ? undefined : this.lastFailure?.error;
    this.context.events.emit('status.changed', this.policy.name, () => ({
      state,
      previous,
      error,
    }));
  }

  async close(): Promise<void> {
    if (!this.closed) {
      this.closed = true;
      this.#window?.cancel();
      this.#closing = this.#feeds.close();
      this.healthChanged();
    }
    await this.#closing;
  }

  #serveDefaults(): void {
    const { policy } = this;
    if (policy.defaults === undefined) return;
    const resolution = this.#resolve(this.#inputs);
    if (resolution instanceof Promise) void this.propose({ kind: 'defaults', trigger: 'defaults' });
    else if (resolution.kind === 'value') {
      const { merged, value } = resolution;
      this.snapshot = { inputs: this.#inputs, merged, value, version: 1, trigger: 'defaults' };
    }
  }

  /** Never rejects, whatever goes wrong: a proposal that did would be the last one. */
  async #handle(proposal: Proposal, settle?: (decision: Decision) => void): Promise<Outcome> {
    try {
      return this.#commit(proposal, await this.#decide(proposal), settle);
    } catch (cause) {
      const error = new LoadError(`The cycle failed: ${messageOf(cause)}`, { cause });
      return this.#commit(proposal, { outcome: { kind: 'failed', error } }, settle);
    }
  }

  async #decide(proposal: Proposal): Promise<Decision> {
    if (proposal.kind === 'unchanged') return decideUnchanged(this.#state(), proposal);
    const { context } = this;
    if (!this.#cycle) [this.#cycle] = await Promise.all([loadCycle(), context.audit()]);
    return this.#cycle.decide(this.#state(), proposal, {
      context,
      resolve: (inputs) => this.#resolve(inputs),
    });
  }

  #resolve(inputs: Inputs): Resolution | Promise<Resolution> {
    const { policy, snapshot: before } = this;
    return resolve(policy, inputs, { before, validation: this.#validation });
  }

  #state(): CycleState {
    const { policy, snapshot, waiting } = this;
    return { policy, snapshot, waiting, inputs: this.#inputs, updateTimes: this.#updateTimes };
  }

  /** One synchronous step: inputs, value, waiting document, health and schedule; only then is anybody told. */
  #commit(proposal: Proposal, decision: Decision, settle?: (decision: Decision) => void): Outcome {
    if (this.closed) return closedOutcome(this.policy.name);
    const { snapshot: before } = this;
    const { document, resolved, outcome } = decision;
    const source = 'source' in proposal ? proposal.source : 0;
    if (document) this.#inputs = withDocument(this.#inputs, source, document);
    if (decision.defaultsRefused) this.defaultsRefused = decision.defaultsRefused;
    if ('waiting' in decision) this.#setWaiting(source, decision.waiting);
    if (resolved && outcome.kind === 'accepted') {
      const trigger = outcome.changed || !before ? proposal.trigger : before.trigger;
      const { merged, value } = resolved;
      this.snapshot = { inputs: this.#inputs, merged, value, version: outcome.version, trigger };
      if (outcome.changed) this.#countUpdate(proposal.trigger);
      this.reader?.serve(value);
    } else if (document && before) this.snapshot = { ...before, inputs: this.#inputs };
    settle?.(decision);
    this.healthChanged();
    const { snapshot } = this;
    const changed = snapshot !== undefined && snapshot.version !== before?.version;
    if (changed) this.onValue.call();
    const change = changed ? { ...snapshot, previous: before?.value } : undefined;
    // what needed no look is nothing to tell of
    this.#cycle?.notify(this, proposal, { outcome, change });
    if (proposal.trigger !== 'cache') this.#feeds.follow(source, decision);
    return outcome;
  }

  #setWaiting(source: number, waiting: Waiting | undefined): void {
    this.waiting = this.waiting.with(source, waiting);
    if (waiting?.kind !== 'held') return;
    this.#window ??= new Delay(this.context.scheduler, () => this.#windowOpens());
    this.#window.start(waiting.opensAt);
  }

  #windowOpens(): void {
    for (const [source, waiting] of this.waiting.entries()) {
      if (waiting?.kind === 'held')
        void this.propose({ kind: 'waiting', source, trigger: 'window' });
    }
  }

  #countUpdate(trigger: Trigger): void {
    if (trigger !== 'poll' && trigger !== 'refresh' && trigger !== 'push' && trigger !== 'window')
      return;
    const now = this.context.clock.monotonic();
    // unlike a spread, concat makes an array of just that size
    this.#updateTimes = recentUpdates(this.#updateTimes, this.policy.updates, now).concat(now);
  }
}
