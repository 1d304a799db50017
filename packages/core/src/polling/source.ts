import type { Decision } from '../state/proposal.ts';
import { aged, closedOutcome, newborn, wallTime } from '../lazy-base.ts';
import type { Outcome, Trigger } from '../outcome.ts';
import { loadPRetry } from '../libraries.ts';
import { firstWait } from '../schedule/first-wait.ts';
import type { SlotWaiter } from '../schedule/poll-slots.ts';
import type { Health, PollReason } from '../state/health.ts';
import type { NextPoll } from '../state/status.ts';
import { invalidated } from './invalidate.ts';
import type { SourceOwner } from './owner.ts';
import { PacedTask } from './paced-task.ts';
import { Poll, type PollHost, type Settled } from './poll.ts';
import { Revalidation } from './revalidation.ts';
import { Refreshes, startRefresh } from './refreshes.ts';

/** @see Source */
type Phase = 'opening' | 'idle' | 'queued' | 'loading' | 'deciding' | 'telling' | 'closed';

/**
 * The polling of one source: a task of the scheduler, whose time is the next poll, or the deadline while it loads. It is
 * not asked before the cache was looked at: what comes is compared with that.
 *
 * ```
 * opening ──start()──▶ idle ──due──▶ queued ──slot──▶ loading ──answer──▶ deciding ──commit──▶ telling ──▶ idle
 *   └───────────── refresh() ──────▶┘                          closed, from any
 * ```
 */
export class Source extends PacedTask implements SlotWaiter, PollHost {
  health: Health = newborn;
  /** Whether a poll ever ended. */
  settled = false;
  readonly index: number;
  readonly #owner: SourceOwner;
  #phase: Phase = 'opening';
  /** A watch is connected. */
  watched = false;
  /** A poke came during a poll, or before the start: one more follows. */
  dirty = false;
  /** The poll was put off by chance: the first one, or one after time was lost, which is put off once. */
  #spread = false;
  readonly #revalidation: Revalidation;
  #poll: Poll | undefined;
  #refreshes: Refreshes | undefined;
  /** Answers in a row that said nothing, since something was committed while they were under way. */
  #overtaken = 0;

  constructor(owner: SourceOwner, index: number) {
    super(owner.context, owner.policy.sources[index]!);
    this.#owner = owner;
    this.index = index;
    this.#revalidation = new Revalidation(this.policy.polling.revalidateMs);
    if (owner.invalidated) this.health = invalidated(newborn);
  }

  /** What it shares slots with. */
  get origin(): string {
    return this.policy.loader.origin ?? this.policy.loader.key;
  }

  /** When the next poll is; undefined while one waits for a slot or is under way, while paused, and after close. */
  get next(): NextPoll | undefined {
    if (this.slot < 0 || this.#phase === 'loading') return undefined;
    const next = { at: wallTime(this.context.clock, this.dueAt), because: this.because };
    return this.policy.loader.watch ? { ...next, watched: true } : next;
  }

  /** The cache was not looked at yet. */
  get opening(): boolean {
    return this.#phase === 'opening';
  }

  /** Begins to poll: at once, or, where the cache knows enough and nobody asked for more, at a random phase. */
  start(): void {
    if (!this.opening) return;
    this.#phase = 'idle';
    const now = this.now();
    const { random } = this.context;
    const waitMs = firstWait(this.health, { policy: this.policy.polling, now, random });
    this.#spread = waitMs > 0;
    this.#scheduleAt(now + waitMs, 'start');
    // not at once: it may be in the middle of a commit, and a poll calls loaders and listeners
    if (this.#refreshes?.pending) void Promise.resolve(this).then(startRefresh);
    else this.#followUp();
  }

  /** What the cache knew is good enough until the first poll, which is put off by chance. */
  get putOff(): boolean {
    return this.#phase === 'idle' && this.#spread && this.because === 'start';
  }

  /** The wait for the next poll runs, unless it is paused: from the commit on, however long others take over it. */
  get #waits(): boolean {
    return this.#phase === 'idle' || this.#phase === 'telling';
  }

  pause(): void {
    if (!this.#waits && this.#phase !== 'queued') return;
    // who waits for a refresh is served all the same
    if (this.#refreshes?.pending) return;
    this.slots.leave(this);
    this.unschedule();
    if (this.#phase === 'queued') this.#phase = 'idle';
  }

  resume(): void {
    this.poke('resume');
  }

  /** Resolves with the outcome of a poll that begins after this call, or began `withinMs` before it at most. */
  refresh(withinMs = 0): Promise<Outcome> {
    return new Promise((resolve) => {
      if (this.#phase === 'closed') return resolve(closedOutcome(this.#owner.policy.name));
      this.#refreshes ??= new Refreshes(this.context.scheduler);
      // until the commit nobody was answered
      const unanswered = this.#phase === 'loading' || this.#phase === 'deciding';
      if (unanswered && this.now() - this.beganAt < withinMs) return this.#refreshes.join(resolve);
      // a poll that is put off for the sake of pushes is not put off for a new call
      const waits = this.#refreshes.pending && this.#overtaken < 2;
      if (!waits) void Promise.resolve(this).then(startRefresh);
      return this.#refreshes.ask(resolve);
    });
  }

  close(): void {
    this.#phase = 'closed';
    this.slots.leave(this);
    this.unschedule();
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
    const overdue = sleptMs > 0 || this.dueAt <= this.now();
    const again = this.#spread && this.because !== 'start';
    if (!this.#waits || this.slot < 0 || again || !overdue) return;
    this.#spread = true;
    this.#scheduleAt(this.now() + this.spreadMs(), 'resume');
  }

  /** For the scheduler: the next poll is due, or the deadline of the one under way has come. */
  run(): void {
    if (this.#phase === 'idle') {
      this.#phase = 'queued';
      this.slots.enter(this);
    } else if (this.#phase === 'loading') {
      this.#poll?.expire();
    }
  }

  onSlot(): void {
    // its neighbour left the slot, since all of them are being closed
    if (this.#owner.closed) return this.slots.leave(this);
    this.#begin(this.because === 'push' ? 'push' : 'poll');
  }

  /** While a watch is connected, polls are only the safety net. */
  stretch(watched: boolean): void {
    const ends = this.watched && !watched && this.because === 'interval';
    this.watched = watched;
    const plain = this.now() + this.policy.polling.intervalMs;
    if (ends && this.#waits && this.dueAt > plain) this.#scheduleAt(plain, 'interval');
  }

  /** Something may have changed: polls as soon as the minimum interval allows. */
  poke(because: PollReason): void {
    if (this.#phase !== 'idle' && this.#phase !== 'queued') this.dirty = true;
    if (this.#phase !== 'idle') return;
    if (this.slot < 0 || this.soonest < this.dueAt) this.#scheduleAt(this.now(), because);
  }

  /** Begins the poll that refreshes wait for, unless one is under way: the next one starts when it ends. */
  startRefresh(): void {
    if (!this.#refreshes?.pending) return;
    if (this.#phase !== 'idle' && this.#phase !== 'queued') return;
    this.slots.leave(this);
    this.#begin('refresh');
  }

  #begin(trigger: Trigger): void {
    const atPhase = this.#spread && this.because === 'start' && trigger === 'poll';
    this.#phase = 'loading';
    this.dirty = false;
    this.#spread = false;
    this.began();
    this.#refreshes?.begin();
    this.armDeadline();
    const known = this.#revalidation.next(this.#owner.documentOf(this.index), this.now());
    const mayTryAgain = this.health.succeeded !== false;
    const terms = { trigger, atPhase, known, mayTryAgain, ownTurnAt: this.ownTurnAt };
    this.#poll = new Poll(this.#owner, this, terms);
    this.#poll.start();
    // for second tries when the disk is gone; not at the start, which has no time to lose
    if (this.settled && !loadPRetry.loaded) loadPRetry().catch(() => {});
  }

  answered(): void {
    this.#phase = 'deciding';
    // a decision may wait for other sources, or for participants: not at the cost of those who want to load
    this.slots.leave(this);
    this.unschedule();
  }

  /** Health, schedule and the answers to `refresh()`: a part of the commit, before any listener is called. */
  settle(decision: Decision, { health, late, wait, random }: Settled): void {
    const { outcome, overtaken = false, skippedUntil } = decision;
    this.#phase = 'telling';
    this.health = health;
    this.#overtaken = overtaken ? this.#overtaken + 1 : 0;
    // what the answer was compared with is gone: it is asked for again
    if (overtaken) this.#refreshes?.carryOver();
    if (skippedUntil === undefined) this.askedAt = this.beganAt;
    if (outcome.kind !== 'failed') this.#revalidation.succeeded(this.now(), random);
    this.settled ||= !overtaken && !late;
    const { at, because } = this.nextAfter(wait, skippedUntil);
    this.#scheduleAt(at, because);
    this.dirty = false;
    this.#refreshes?.answer(outcome);
  }

  /** The poll is over, and everybody has heard of it. */
  finish(): void {
    this.#poll = undefined;
    if (this.#phase === 'closed') return;
    this.#phase = 'idle';
    // it fell due while somebody checked the health of what is new
    if (this.slot < 0) this.#scheduleAt(this.now(), this.because);
    this.#followUp();
  }

  /** What was asked for meanwhile is done now. */
  #followUp(): void {
    // again at once, but only once: pushes that keep coming must not turn one refresh into a storm of requests
    if (this.#refreshes?.pending && this.#overtaken < 2) this.startRefresh();
    else if (this.dirty) this.poke('push');
  }

  #scheduleAt(at: number, because: PollReason): void {
    // who waits for a refresh is served while paused, too
    if (this.#phase === 'closed' || (this.#owner.paused && !this.#refreshes?.pending)) return;
    this.pollAt(at, because);
  }
}
