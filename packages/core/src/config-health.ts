import type { ManagerContext } from './cycle/context.ts';
import type { ConfigPolicy } from './options/config.ts';
import type { Feeding } from './feeding.ts';
import type { Gathering } from './polling/owner.ts';
import type { Source } from './polling/source.ts';
import type { ConfigState } from './state/config-state.ts';
import { type FailureNote, newborn } from './state/health.ts';
import type { SourceDocument } from './state/inputs.ts';
import type { Snapshot } from './state/snapshot.ts';
import { type SourceFacts, stateOf, type StatusState, worstState } from './state/status.ts';
import { Subscriptions } from './subscriptions.ts';

/** How it goes with a config: what its sources amount to, and who is told when that changes. */
export abstract class ConfigHealth {
  readonly policy: ConfigPolicy;
  readonly context: ManagerContext;
  /** Monotonic time since which it is loaded; Infinity before. */
  startedAt: number = Infinity;
  /** The next read of the value makes it load or poll, see `state/due-on-read.ts`. */
  dueOnRead: boolean;
  closed = false;
  /** Sources that are still to be made begin so. */
  invalidated = false;
  #settled: Subscriptions | undefined;
  firstAnswers: Gathering | undefined;
  /** While the sources are still to be made. */
  feeding: Feeding | undefined;
  /** Empty until the code of polls is there. */
  abstract readonly sources: readonly Source[];
  abstract readonly state: ConfigState;
  #lastState: StatusState = 'starting';

  constructor(policy: ConfigPolicy, context: ManagerContext) {
    this.policy = policy;
    this.context = context;
    this.dueOnRead = policy.lazy;
  }

  /** Called whenever something ended that somebody may wait for. */
  get onSettled(): Subscriptions {
    this.#settled ??= new Subscriptions();
    return this.#settled;
  }

  get snapshot(): Snapshot | undefined {
    return this.state.snapshot;
  }

  documentOf(source: number): SourceDocument | undefined {
    return this.state.inputs.documents[source];
  }

  /** The worst state of its sources, as of now; without a value it is not fresh. */
  get statusState(): StatusState {
    if (this.closed) return 'closed';
    const now = this.context.clock.monotonic();
    // nearly always there is one, and each poll asks
    const state =
      this.policy.sources.length === 1
        ? stateOf(this.factsOf(0), this.policy, now)
        : worstState(this.#facts, this.policy, now);
    // that all sources are empty is no value
    return state === 'fresh' && this.snapshot === undefined ? 'starting' : state;
  }

  /** The last failure or refusal of the sources that have not recovered. */
  get lastFailure(): FailureNote | undefined {
    return this.#facts
      .flatMap(({ health }) => health.lastFailure ?? [])
      .toSorted((a, b) => b.at - a.at)[0];
  }

  get #facts(): readonly SourceFacts[] {
    return this.policy.sources.map((_, index) => this.factsOf(index));
  }

  /** Of the source with this index, also before it is made. */
  factsOf(index: number): SourceFacts {
    const health = this.sources[index]?.health ?? this.feeding?.health ?? newborn;
    const hasDocument = this.documentOf(index) !== undefined;
    const required = !this.policy.sources[index]!.optional;
    return { health, hasDocument, startedAt: this.startedAt, required };
  }

  healthChanged(): void {
    this.noticeState();
    this.firstAnswers?.follow();
    this.#settled?.call();
  }

  /** Tells of a state that came with time alone, such as `expired`, or with what happened. */
  noticeState(): void {
    const previous = this.#lastState;
    const state = this.statusState;
    if (state === previous) return;
    this.#lastState = state;
    const error = state === 'closed' ? undefined : this.lastFailure?.error;
    this.context.events.emit('status.changed', this.policy.name, () => ({
      state,
      previous,
      error,
    }));
  }
}
