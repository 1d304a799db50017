import type { ManagerContext } from '../cycle/context.ts';
import type { SourcePolicy } from '../options/sources.ts';
import { longestWait } from '../schedule/longest-wait.ts';
import { type DuePoll, nextPollAt } from '../schedule/next-poll.ts';
import type { Wait } from '../schedule/next-wait.ts';
import { afterRequest, afterSecondRequest } from '../schedule/request-bound.ts';
import type { PollSlots } from '../schedule/poll-slots.ts';
import { spread } from '../schedule/spread.ts';
import type { Task } from '../schedule/scheduler.ts';
import type { PollReason } from '../state/health.ts';

/** When a source is read: a task of the scheduler that keeps the minimum interval between its requests. */
export abstract class PacedTask implements Task {
  dueAt = 0;
  slot = -1;
  /** Why the next poll is when it is. */
  because: PollReason = 'start';
  readonly policy: SourcePolicy;
  protected readonly context: ManagerContext;
  /** When the last poll began. */
  protected beganAt = 0;
  /** When the source was asked last, and not skipped by a breaker. */
  protected askedAt: number;
  /** No poll starts before this time, refreshes apart. */
  #notBefore = 0;

  constructor(context: ManagerContext, policy: SourcePolicy) {
    this.context = context;
    this.policy = policy;
    this.askedAt = this.now();
  }

  abstract run(): void;

  /** Where it waits until it may poll beside the others. */
  protected get slots(): PollSlots {
    return this.context.pools!.slots;
  }

  /** The earliest time that the minimum interval allows. */
  protected get soonest(): number {
    return Math.max(this.now(), this.#notBefore);
  }

  /** From then on no breaker skips it: nobody waits for more than two of the longest waits for what neighbours do. */
  protected get ownTurnAt(): number {
    return this.askedAt + 2 * longestWait(this.policy.polling);
  }

  /** When the breaker of the origin lets it ask again, if that is open. */
  protected get opensAt(): number {
    const { origin = '' } = this.policy.loader;
    const breaker = this.context.breakers.get(origin);
    return breaker?.kind === 'open' ? Math.min(breaker.until, this.ownTurnAt) : 0;
  }

  /** A poll begins. */
  protected began(): void {
    this.beganAt = this.now();
    const { minIntervalMs } = this.policy.polling;
    this.#notBefore = afterRequest(this.#notBefore, this.beganAt, minIntervalMs);
  }

  /** From here until the answer, the time of this task is the deadline. */
  protected armDeadline(): void {
    this.context.scheduler.schedule(this, this.now() + this.policy.polling.deadlineMs);
  }

  /** A second request within the poll: it counts against the minimum interval. */
  secondTry(): void {
    const { minIntervalMs } = this.policy.polling;
    this.#notBefore = afterSecondRequest(this.#notBefore, this.now(), minIntervalMs);
  }

  /** When the next poll is after this wait, as far as the breaker of the origin lets it. */
  protected nextAfter(wait: Wait, skippedUntil: number | undefined): DuePoll {
    return nextPollAt(wait, {
      policy: this.policy.polling,
      now: this.now(),
      opensAt: skippedUntil ?? this.opensAt,
      skipped: skippedUntil !== undefined,
      random: this.context.random,
    });
  }

  protected pollAt(at: number, because: PollReason): void {
    this.because = because;
    this.context.scheduler.schedule(this, Math.max(at, this.#notBefore));
  }

  protected unschedule(): void {
    this.context.scheduler.cancel(this);
  }

  protected spreadMs(): number {
    return spread(this.policy.polling, this.context.random());
  }

  protected now(): number {
    return this.context.clock.monotonic();
  }
}
