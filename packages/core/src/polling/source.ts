import type { ManagerContext } from '../cycle/context.ts';
import type { Decision } from '../state/proposal.ts';
import type { SourcePolicy } from '../options/sources.ts';
import { closedOutcome, type Outcome, type Trigger } from '../outcome.ts';
import type { Hints } from '../ports/loader.ts';
import { afterPoll } from '../schedule/after-poll.ts';
import { atOnce, nextWait } from '../schedule/next-wait.ts';
import { afterRequest, afterSecondRequest } from '../schedule/request-bound.ts';
import type { SlotWaiter } from '../schedule/poll-slots.ts';
import type { Task } from '../schedule/scheduler.ts';
import { aged, type Because, type Health, newborn } from '../state/health.ts';
import type { NextPoll } from '../state/status.ts';
import type { SourceOwner } from './owner.ts';
import { Poll, type PollHost } from './poll.ts';
import { Revalidation } from './revalidation.ts';
import { Refreshes, startRefresh } from './refreshes.ts';

/** Overdue polls are spread over this time, or over the interval where that is shorter. */
const SPREAD_MS = 10_000;

/**
 * The polling of one source: a task of the scheduler, whose time is the next poll, or the deadline while it loads.
 *
 * ```
 * idle ──due──▶ queued ──slot──▶ loading ──answer──▶ deciding ──commit──▶ idle
 *   └───────────── refresh() ──────▶┘                          closed, from any
 * ```
 */
export class Source implements Task, SlotWaiter, PollHost {
  dueAt = 0;
  slot = -1;
  health: Health = newborn;
  /** Why the next poll is when it is. */
  because: Because = 'start';
  readonly index: number;
  readonly policy: SourcePolicy;
  readonly origin: string;
  readonly #owner: SourceOwner;
  readonly #context: ManagerContext;
  #phase: 'idle' | 'queued' | 'loading' | 'deciding' | 'closed' = 'idle';
  #paused = false;
  #watched = false;
  /** A poke came during a poll: one more follows. */
  #dirty = false;
  /** After time was lost the poll was put off once; the next time it is made. */
  #spread = false;
  /** No poll starts before this time, refreshes apart. */
  #notBefore = 0;
  readonly #revalidation: Revalidation;
  #poll: Poll | undefined;
  #refreshes: Refreshes | undefined;
  /** Answers in a row that said nothing, since something was committed while they were under way. */
  #overtaken = 0;

  constructor(owner: SourceOwner, index: number) {
    this.#owner = owner;
    this.#context = owner.context;
    this.index = index;
    this.policy = owner.policy.sources[index]!;
    this.origin = this.policy.loader.origin ?? this.policy.loader.key;
    this.#revalidation = new Revalidation(this.policy.polling.revalidateMs, this.#now());
  }

  /** When the next poll is; undefined while one is under way, while paused, and after close. */
  get next(): NextPoll | undefined {
    if (this.slot < 0 || this.#phase === 'loading') return undefined;
    const inMs = this.dueAt - this.#now();
    return { at: this.#context.clock.now() + inMs, because: this.because };
  }

  /** Whether a poll ever ended. */
  get settled(): boolean {
    return this.health.succeeded !== undefined;
  }

  /** Begins to poll: the first poll is due in `waitMs` milliseconds, unless a refresh or a push began already. */
  start(waitMs: number): void {
    if (this.#phase !== 'idle' || this.slot >= 0) return;
    this.#scheduleAt(Math.max(this.#now() + waitMs, this.#notBefore), 'start');
  }

  pause(): void {
    this.#paused = true;
    if (this.#phase !== 'idle' && this.#phase !== 'queued') return;
    // who waits for a refresh is served all the same
    if (this.#refreshes?.pending) return;
    this.#context.slots.leave(this);
    this.#context.scheduler.cancel(this);
    this.#phase = 'idle';
  }

  resume(): void {
    this.#paused = false;
    this.poke('resume');
  }

  /** Resolves with the outcome of a poll that starts after this call; calls of one tick share it. Never rejects. */
  refresh(): Promise<Outcome> {
    return new Promise((resolve) => {
      if (this.#phase === 'closed') return resolve(closedOutcome(this.#owner.policy.name));
      this.#refreshes ??= new Refreshes(this.#context.scheduler);
      // a poll that is put off for the sake of pushes is not put off for a new call
      const waits = this.#refreshes.pending && this.#overtaken < 2;
      if (!waits) void Promise.resolve(this).then(startRefresh);
      return this.#refreshes.ask(resolve);
    });
  }

  close(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#context.slots.leave(this);
    this.#context.scheduler.cancel(this);
    const outcome = closedOutcome(this.#owner.policy.name);
    this.#poll?.abort(outcome.error);
    this.#refreshes?.end(outcome);
  }

  /** The process or the machine stood still: what is overdue by that is spread, not done all at once. */
  lostTime(sleptMs: number): void {
    if (sleptMs > 0) {
      this.health = aged(this.health, sleptMs);
      this.#owner.healthChanged();
    }
    const overdue = sleptMs > 0 || this.dueAt <= this.#now();
    if (this.#phase !== 'idle' || this.slot < 0 || this.#spread || !overdue) return;
    this.#spread = true;
    const within = Math.min(this.policy.polling.intervalMs, SPREAD_MS);
    const at = this.#now() + this.#context.random() * within;
    this.#scheduleAt(Math.max(this.#notBefore, at), 'resume');
  }

  /** For the scheduler: the next poll is due, or the deadline of the one under way has come. */
  run(): void {
    if (this.#phase === 'idle') {
      this.#phase = 'queued';
      this.#context.slots.enter(this);
    } else if (this.#phase === 'loading') this.#poll?.expire();
  }

  onSlot(): void {
    this.#begin(this.because === 'push' ? 'push' : 'poll');
  }

  /** While a watch is connected, polls are only the safety net. */
  stretch(watched: boolean): void {
    this.#watched = watched;
    const plain = this.#now() + this.policy.polling.intervalMs;
    const tooLate = this.#phase === 'idle' && this.slot >= 0 && this.dueAt > plain;
    if (!watched && tooLate) this.#scheduleAt(plain, 'interval');
  }

  /** Something may have changed: polls as soon as the minimum interval allows. */
  poke(because: Because): void {
    if (this.#phase === 'loading' || this.#phase === 'deciding') this.#dirty = true;
    if (this.#phase !== 'idle') return;
    const at = Math.max(this.#now(), this.#notBefore);
    if (this.slot < 0 || at < this.dueAt) this.#scheduleAt(at, because);
  }

  /** Begins the poll that refreshes wait for, unless one is under way: the next one starts when it ends. */
  startRefresh(): void {
    if (!this.#refreshes?.pending) return;
    if (this.#phase !== 'idle' && this.#phase !== 'queued') return;
    this.#context.slots.leave(this);
    this.#begin('refresh');
  }

  #begin(trigger: Trigger): void {
    const { events, scheduler } = this.#context;
    const { deadlineMs, minIntervalMs } = this.policy.polling;
    const now = this.#now();
    this.#phase = 'loading';
    this.#dirty = false;
    this.#spread = false;
    this.#notBefore = afterRequest(this.#notBefore, now, minIntervalMs);
    this.#refreshes?.begin();
    scheduler.schedule(this, now + deadlineMs);
    if (events.hears('poll.started')) {
      const details = { source: this.policy.name, trigger };
      events.emit('poll.started', this.#owner.policy.name, () => details);
    }
    const known = this.#revalidation.next(this.#owner.documentOf(this.index), now);
    const mayTryAgain = this.health.succeeded !== false;
    this.#poll = new Poll(this.#owner, this, { trigger, known, mayTryAgain });
    this.#poll.start();
  }

  secondTry(): void {
    const { minIntervalMs } = this.policy.polling;
    this.#notBefore = afterSecondRequest(this.#notBefore, this.#now(), minIntervalMs);
  }

  answered(): void {
    this.#phase = 'deciding';
    this.#context.scheduler.cancel(this);
  }

  /** Health, schedule and the answers to `refresh()`: a part of the commit, before any listener is called. */
  settle({ outcome, overtaken = false }: Decision, hints: Hints | undefined): void {
    const first = !this.settled;
    this.#context.slots.leave(this);
    this.#overtaken = overtaken ? this.#overtaken + 1 : 0;
    if (overtaken) {
      // what the answer was compared with is gone: it is asked for again
      this.#dirty = true;
      this.#refreshes?.carryOver();
    } else this.note(outcome, hints?.ageMs);
    if (outcome.kind !== 'failed') this.#revalidation.succeeded();
    const { health, policy } = this;
    const now = this.#now();
    const facts = { policy: policy.polling, health, hints, watched: this.#watched, first, now };
    const wait = this.#dirty ? atOnce : nextWait(outcome, facts, this.#context.random());
    this.#dirty = false;
    this.#scheduleAt(Math.max(now + wait.ms, this.#notBefore), wait.because);
    this.#refreshes?.answer(outcome);
  }

  /** The poll is over: what came meanwhile is done now. */
  finish(outcome: Outcome, durationMs: number): void {
    const { events } = this.#context;
    this.#phase = 'idle';
    this.#poll = undefined;
    if (events.hears('poll.finished')) {
      const details = { source: this.policy.name, outcome, durationMs, next: this.next };
      events.emit('poll.finished', this.#owner.policy.name, () => details);
    }
    // again at once, but only once: pushes that keep coming must not turn one refresh into a storm of requests
    if (this.#refreshes?.pending && this.#overtaken < 2) this.startRefresh();
    else if (this.#dirty) this.poke('push');
  }

  /** How it goes with the source after an outcome. */
  note(outcome: Outcome, ageMs?: number): void {
    const wall = this.#context.clock.now();
    this.health = afterPoll(this.health, outcome, { now: this.#now(), wall, ageMs });
  }

  #scheduleAt(at: number, because: Because): void {
    // who waits for a refresh is served while paused, too
    if (this.#phase === 'closed' || (this.#paused && !this.#refreshes?.pending)) return;
    this.because = because;
    this.#context.scheduler.schedule(this, at);
  }

  #now(): number {
    return this.#context.clock.monotonic();
  }
}
