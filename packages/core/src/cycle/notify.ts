import { type Change, diff } from '../document/diff.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { Outcome, Trigger } from '../outcome.ts';
import type { Proposal } from '../state/proposal.ts';
import type { Waiting } from '../state/waiting.ts';
import type { ManagerContext } from './context.ts';

/** What a listener is told about a change beside the value. */
export interface ChangeDetails<T> {
  /** The value before; undefined the first time. */
  readonly previous: T | undefined;
  /** The leaves that differ; paths are relative to the value. Computed when it is read. */
  readonly changes: readonly Change[];
  /** Counts the changes of the config; 1 is the first value. */
  readonly version: number;
  /** What brought it. */
  readonly trigger: Trigger;
}

/** A value that came into force. */
export interface ValueChange<T = unknown> {
  readonly value: T;
  readonly previous: T | undefined;
  readonly version: number;
  readonly trigger: Trigger;
}

/** {@link ChangeDetails} with `changes` computed at most once, and only if somebody reads it. */
export class LazyDetails<T> implements ChangeDetails<T> {
  readonly value: T;
  readonly previous: T | undefined;
  readonly version: number;
  readonly trigger: Trigger;
  readonly #arrayKey: string | undefined;
  #changes: readonly Change[] | undefined;

  constructor({ value, previous, version, trigger }: ValueChange<T>, arrayKey: string | undefined) {
    this.value = value;
    this.previous = previous;
    this.version = version;
    this.trigger = trigger;
    this.#arrayKey = arrayKey;
  }

  get changes(): readonly Change[] {
    this.#changes ??= diff(this.previous, this.value, { arrayKey: this.#arrayKey });
    return this.#changes;
  }
}

/** The config that an event is about. */
export interface EventSubject {
  readonly policy: ConfigPolicy;
  readonly context: ManagerContext;
  readonly waiting: readonly (Waiting | undefined)[];
}

/** Tells of another value in force. `changes` is computed when somebody reads it. */
export function tellChanged(
  { policy, context }: EventSubject,
  change: ValueChange,
  proposal: Proposal,
): void {
  const { version, trigger } = change;
  const { by, reason } = 'by' in proposal ? proposal : {};
  context.events.emit('config.changed', policy.name, () => {
    const details = new LazyDetails(change, policy.arrayKey);
    return {
      version,
      trigger,
      by,
      reason,
      get changes() {
        return details.changes;
      },
    };
  });
}

/** Tells of a document that was refused or held. */
export function tellOutcome(
  { policy, context, waiting }: EventSubject,
  proposal: Proposal,
  outcome: Outcome,
): void {
  if (proposal.kind !== 'loaded' && proposal.kind !== 'waiting') return;
  const { source: index, trigger } = proposal;
  const source = policy.sources[index]!.name;
  if (outcome.kind === 'refused') {
    const kept = waiting[index]?.kind === 'kept';
    const { error } = outcome;
    context.events.emit('document.refused', policy.name, () => ({ source, trigger, error, kept }));
  } else if (outcome.kind === 'held') {
    context.events.emit('document.held', policy.name, () => ({ source, until: outcome.until }));
  }
}
