import { FedConfig } from './fed-config.ts';
import { loadFeeds } from './feeding.ts';
import type * as CycleModule from './cycle/cycle.ts';
import { loadCycle } from './cycle/load-cycle.ts';
import type { ManagerContext } from './cycle/context.ts';
import { type ConfigState, nextState } from './state/config-state.ts';
import type { ValueReader } from './state/due-on-read.ts';
import type { Decision, Intervention, Proposal, Settle } from './state/proposal.ts';
import type { ValueCheck } from './state/value-check.ts';
import type { Participant } from './options/participant.ts';
import { type Resolution, resolve } from './cycle/resolve.ts';
import type { Rehearsal } from './cycle/rehearse.ts';
import { allAdded, type Change } from './document/leaves.ts';
import type { Path } from './document/path.ts';
import { Validation } from './document/validation.ts';
import { LoadError, messageOf } from './errors.ts';
import type { ConfigPolicy } from './options/config.ts';
import { closedOutcome, type Outcome } from './outcome.ts';
import { Subscriptions } from './subscriptions.ts';
import { loadOperations } from './operate/load-operations.ts';
import type { JsonValue } from './ports/json.ts';
import type { OperatorMemory } from './operate/operated-config.ts';
import type { Comparer } from './state/change-details.ts';
import type { Snapshot } from './state/snapshot.ts';

/** Shared by all configs that have no schema. */
const NO_SCHEMA = new Validation({ schema: undefined, secrets: [] });

/** Most configs have one source: they share what says that there is nothing of it. */
const NOTHING: readonly undefined[] = [undefined];
/** Shared by all configs. */
const NOBODY: readonly never[] = [];

/**
 * The proposal queue of one config: the only place where what is in force changes. Everything that wants a change hands
 * in a proposal; they are looked at one at a time, and each ends in one synchronous commit.
 */
export class Config extends FedConfig implements Comparer {
  state: ConfigState;
  /** Handed each value within its commit. */
  reader: ValueReader | undefined;
  /** The views with overrides that were asked for last, once one was. */
  views: object | undefined;
  /** What has a say in each change, beside the schema. Replaced when somebody comes or goes. */
  participants: readonly Participant[] = NOBODY;
  checks: readonly ValueCheck[] = NOBODY;
  /** What operators of it need, once one did something. */
  operator: OperatorMemory | undefined;
  readonly #validation: Validation;
  #onValue: Subscriptions | undefined;
  #tail: Promise<unknown> | undefined;
  #due: CycleModule.DueDocuments | undefined;

  constructor(policy: ConfigPolicy, context: ManagerContext) {
    super(policy, context);
    this.#validation = policy.schema ? new Validation(policy) : NO_SCHEMA;
    const nothing = policy.sources.length === 1 ? NOTHING : policy.sources.map(() => undefined);
    this.state = {
      inputs: { documents: nothing },
      snapshot: undefined,
      waiting: nothing,
      cached: nothing,
      updateTimes: NOBODY,
      history: NOBODY,
      diverged: undefined,
      defaultsRefused: undefined,
    };
    this.#serveDefaults();
  }

  /** Called after each commit that changed the value, or what it was made of. */
  get onValue(): Subscriptions {
    this.#onValue ??= new Subscriptions();
    return this.#onValue;
  }

  propose(proposal: Proposal, settle?: Settle): Outcome | Promise<Outcome> {
    // the common case needs no queue: nothing is under way and nothing has to be looked at
    if (this.#tail === undefined && proposal.kind === 'unchanged') {
      const decision = loadFeeds.loaded!.decideUnchanged(this.state, proposal);
      return this.#tell(proposal, decision, this.#take(decision, settle));
    }
    const outcome = this.inTurn(() => this.handle(proposal, settle));
    return 'by' in proposal ? this.#held(outcome) : outcome;
  }

  /** What an operator waits for holds the process open. */
  #held<T>(work: Promise<T>): Promise<T> {
    const { scheduler } = this.context;
    scheduler.hold();
    return work.finally(() => scheduler.release());
  }

  /** Participants have time to take back what is under way. */
  get undone(): Promise<unknown> | undefined {
    return this.participants.length > 0 ? this.#tail : undefined;
  }

  /** Runs `work`, which never rejects, while nothing else changes this config. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = (this.#tail ?? Promise.resolve()).then(work);
    this.#tail = result;
    void result.then(() => {
      if (this.#tail === result) this.#tail = undefined;
    });
    return result;
  }

  changesBetween(before: unknown, after: unknown, at: Path | null = []): readonly Change[] {
    const { arrayKey, secrets } = this.policy;
    const cycle = loadCycle.loaded;
    if (cycle) return cycle.changesBetween(before, after, { arrayKey, secrets, at });
    // nothing can have changed yet; and what tells secrets from the rest is still to come
    return allAdded(after, secrets.length > 0);
  }

  protected override ending(): void {
    this.#due?.cancel();
  }

  #serveDefaults(): void {
    const { policy } = this;
    if (policy.defaults === undefined) return;
    const resolution = this.resolve(policy.defaults, undefined);
    if (resolution instanceof Promise) void this.propose({ kind: 'defaults', trigger: 'defaults' });
    else if (resolution.kind === 'value') {
      const snapshot: Snapshot = {
        merged: resolution.merged,
        value: resolution.value,
        version: 1,
        trigger: 'defaults',
        at: this.context.clock.now(),
        because: undefined,
        pendingRestart: undefined,
      };
      this.state = nextState(this.state, { snapshot });
    }
  }

  /** Decides and commits. Only within a turn; never rejects. */
  async handle(proposal: Proposal, settle?: Settle): Promise<Outcome> {
    let decision: Decision;
    try {
      if (proposal.kind !== 'unchanged')
        return await (loadCycle.loaded ?? (await loadCycle())).carryOut(this, proposal, settle);
      decision = loadFeeds.loaded!.decideUnchanged(this.state, proposal);
    } catch (cause) {
      // whatever goes wrong: a proposal that rejected would be the last one
      const error = new LoadError(`The cycle failed: ${messageOf(cause)}`, { cause });
      decision = { outcome: { kind: 'failed', error } };
    }
    return this.install(proposal, decision, settle)();
  }

  /** Asks `check` about each value from now on. Gives what takes it away: what it kept away is then tried again. */
  addCheck(check: ValueCheck): () => void {
    this.checks = [...this.checks, check];
    return () => {
      if (!this.checks.includes(check)) return;
      this.checks = this.checks.filter((other) => other !== check);
      loadCycle.loaded?.retryKept(this);
    };
  }

  async restore(raw: JsonValue): Promise<void> {
    await (await loadOperations()).restore(this, raw);
  }

  async operated(): Promise<void> {
    (await loadOperations()).operatorOf(this);
  }

  /** What would come of other inputs; nothing is changed. */
  async rehearse(change: Intervention['change']): Promise<Rehearsal> {
    return this.#held((await loadCycle()).rehearse(this, change));
  }

  resolve(merged: unknown, before: Snapshot | undefined): Resolution | Promise<Resolution> {
    return resolve(merged, { before, validation: this.#validation });
  }

  /**
   * One synchronous step: inputs, value, waiting documents, health and schedule. Gives what tells everybody of it, so
   * that several configs can change before anybody hears of one.
   */
  install(proposal: Proposal, decision: Decision, settle?: Settle): () => Outcome {
    const before = this.#take(decision, settle);
    return () => this.#tell(proposal, decision, before);
  }

  /** Gives the state before; nothing where the config was closed, so that there is nobody to tell. */
  #take(decision: Decision, settle?: Settle): ConfigState | undefined {
    if (this.closed) return undefined;
    const before = this.state;
    if (decision.next) {
      this.state = nextState(before, decision.next);
      const { snapshot } = this.state;
      if (snapshot && snapshot !== before.snapshot) this.reader?.serve(snapshot.value);
    }
    settle?.(decision);
    if (this.state.waiting !== before.waiting || this.state.cached !== before.cached) {
      // what waits was looked at, so that all of the cycle is there
      this.#due ??= new loadCycle.loaded!.DueDocuments(this);
      this.#due.follow();
      loadFeeds.loaded?.followWaited(this, before);
    }
    return before;
  }

  #tell(proposal: Proposal, decision: Decision, before: ConfigState | undefined): Outcome {
    if (before === undefined) return closedOutcome(this.policy.name);
    try {
      this.healthChanged();
      const { snapshot } = this.state;
      // another document behind the same value can give a view with overrides another one
      if (snapshot?.merged !== before.snapshot?.merged) this.#onValue?.call();
      // what needed no look is nothing to tell of
      if (proposal.kind !== 'unchanged')
        loadCycle.loaded?.notify(this, proposal, { decision, before });
      this.follow(proposal, decision, before.inputs);
      if (proposal.kind === 'inputs' && this.state.inputs !== before.inputs)
        loadCycle.loaded!.retryKept(this);
    } catch (cause) {
      // it is in force all the same
      this.context.events.failed(this.policy.name, 'telling of a change', cause);
    }
    return decision.outcome;
  }
}
