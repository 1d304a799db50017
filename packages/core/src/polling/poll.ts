import { Load } from '../cycle/load.ts';
import { titleOf } from '../cycle/title.ts';
import type { LoadAnswer, LoadTask, Skipped } from '../cycle/load-task.ts';
import type { Basis, Decision, Proposal } from '../state/proposal.ts';
import type { HoldfastError } from '../errors.ts';
import { LoadError } from '../lazy-base.ts';
import type { SourcePolicy } from '../options/sources.ts';
import type { Outcome, Trigger } from '../outcome.ts';
import type { Limits } from '../ports/limits.ts';
import type { Held, Hints, Validator } from '../ports/loader.ts';
import { afterPoll, isLateFor } from '../schedule/after-poll.ts';
import { atOnce, nextWait, type Wait } from '../schedule/next-wait.ts';
import type { Health } from '../state/health.ts';
import type { NextPoll } from '../state/status.ts';
import { knownDocument } from '../state/waiting.ts';
import { proposeFirst } from './first-answers.ts';
import type { SourceOwner } from './owner.ts';

/** What a poll asks of its source, and tells it. */
export interface PollHost {
  /** Of the source in its config. */
  readonly index: number;
  readonly policy: SourcePolicy;
  /** When the next poll is. */
  readonly next: NextPoll | undefined;
  /** A second request within the poll: it counts against the minimum interval. */
  secondTry(): void;
  /** There is an answer: the deadline is met. */
  answered(): void;
  readonly health: Health;
  /** A watch is connected. */
  readonly watched: boolean;
  /** Something may have changed since the poll began. */
  readonly dirty: boolean;
  /** Called within the commit, before anybody hears of it. */
  settle(decision: Decision, settled: Settled): void;
  /** The commit is done and everybody has heard of it. */
  finish(): void;
}

/** What a poll leaves behind. */
export interface Settled {
  readonly health: Health;
  /** What is known was invalidated while the source was being asked: its answer is none to that. */
  readonly late: boolean;
  /** Until the next poll. */
  readonly wait: Wait;
  /** In [0, 1): what came of this poll for the wait comes of it for whatever else is spread. */
  readonly random: number;
}

/** How a poll asks. */
export interface PollTerms {
  readonly trigger: Trigger;
  /** It is the first one, put off by chance. */
  readonly atPhase: boolean;
  /** See `LoadTask`. */
  readonly ownTurnAt: number;
  /** What to ask with; absent to ask for the whole document. */
  readonly known: Validator | undefined;
  readonly mayTryAgain: boolean;
}

/**
 * One poll of a source: a load, whose answer becomes a proposal, which ends in an outcome. Callbacks and no async
 * functions: their frames would cost more than the rest of an unchanged poll.
 */
export class Poll implements LoadTask {
  readonly config: string;
  readonly trigger: Trigger;
  readonly ownTurnAt: number;
  readonly source: SourcePolicy;
  readonly limits: Limits;
  readonly known: Validator | undefined;
  readonly mayTryAgain: boolean;
  readonly #owner: SourceOwner;
  readonly #host: PollHost;
  readonly #basedOn: Basis;
  readonly #startedAt: number;
  readonly #load: Load;
  readonly #atPhase: boolean;
  readonly #doubted: Health['doubted'];
  #ended = false;

  constructor(owner: SourceOwner, host: PollHost, terms: PollTerms) {
    const { context, policy } = owner;
    this.config = policy.name;
    this.source = host.policy;
    this.limits = policy.limits;
    this.known = terms.known;
    this.mayTryAgain = terms.mayTryAgain;
    this.#atPhase = terms.atPhase;
    this.#doubted = host.health.doubted;
    this.#owner = owner;
    this.#host = host;
    this.trigger = terms.trigger;
    this.ownTurnAt = terms.ownTurnAt;
    const waiting = owner.state.waiting[host.index]?.document;
    this.#basedOn = { document: owner.documentOf(host.index), waiting };
    this.#startedAt = context.clock.monotonic();
    this.#load = new Load(context, this);
  }

  get held(): Held | undefined {
    return this.#basedOn.document;
  }

  /** Only an optional source may have none; whether it may lose one is for its options to say. */
  get mayBeAbsent(): boolean {
    const { optional, whenAbsent } = this.source;
    const known = this.#basedOn.document ?? knownDocument(this.#owner.state, this.#host.index);
    return optional && (known === undefined || whenAbsent === 'empty');
  }

  start(): void {
    if (this.#owner.context.events.hears('poll.started')) this.#tellStart();
    // by a listener that closed the config
    if (this.#ended) return;
    void this.#load.run().then((answer) => this.#decide(answer));
  }

  #tellStart(): void {
    const details = { source: this.source.name, trigger: this.trigger };
    this.#owner.context.events.emit('poll.started', this.config, () => details);
  }

  /** Its time is over: whatever the loader answers later is ignored. */
  expire(): void {
    const { loader, polling } = this.source;
    const text = `Cannot load ${titleOf(loader)}: no whole answer within ${polling.deadlineMs} ms (polling.deadlineMs)`;
    this.#load.expire(new LoadError(text, { failure: 'timeout' }));
  }

  /** Ends it without an outcome. */
  abort(error: HoldfastError): void {
    this.#ended = true;
    this.#load.abort(error);
  }

  onSecondTry(): void {
    this.#host.secondTry();
  }

  #decide(answer: LoadAnswer | Skipped): void {
    if (this.#ended) return;
    this.#host.answered();
    // whoever got the slot may have closed this config
    if (this.#ended) return;
    if (answer.kind === 'failed') return this.#fail({ outcome: answer });
    if (answer.kind === 'skipped') {
      const { error, until } = answer;
      return this.#fail({ outcome: { kind: 'failed', error }, skippedUntil: until });
    }
    const settle = (decision: Decision): void => this.#settle(decision, answer.hints);
    const outcome = proposeFirst(this.#owner, this.#proposal(answer), settle);
    if (outcome instanceof Promise) void outcome.then((settled) => this.#finish(settled));
    else this.#finish(outcome);
  }

  /** There is nothing to look at. */
  #fail(decision: Decision): void {
    this.#settle(decision, undefined);
    this.#owner.healthChanged();
    this.#finish(decision.outcome);
  }

  /** An answer that was overtaken, or a breaker that gave none, says nothing about the source. */
  #settle(decision: Decision, hints: Hints | undefined): void {
    const { clock, random: draw } = this.#owner.context;
    const { outcome, overtaken, skippedUntil } = decision;
    const { policy, watched, dirty, health: before } = this.#host;
    const now = clock.monotonic();
    const doubted = this.#doubted;
    const late = isLateFor(before, doubted);
    const times = { now, wall: clock.now(), ageMs: hints?.ageMs, doubted };
    const silent = overtaken || skippedUntil !== undefined;
    const health = silent ? before : afterPoll(before, outcome, times);
    const first = before.succeeded === undefined && !this.#atPhase;
    const facts = { policy: policy.polling, health, hints, watched, first, now };
    const random = draw();
    const wait = dirty || overtaken ? atOnce : nextWait(outcome, facts, random);
    this.#host.settle(decision, { health, late, wait, random });
  }

  #proposal(answer: Exclude<LoadAnswer, { kind: 'failed' }>): Proposal {
    const source = this.#host.index;
    const trigger = this.trigger;
    const basedOn = this.#basedOn;
    if (answer.kind === 'unchanged')
      return { kind: 'unchanged', source, trigger, basedOn, doNotStore: answer.hints?.doNotStore };
    const loaded = answer.kind === 'absent' ? 'absent' : answer;
    return { kind: 'loaded', trigger, arrivals: [{ source, loaded, basedOn }] };
  }

  #finish(outcome: Outcome): void {
    if (this.#ended) return;
    this.#ended = true;
    const { clock, events } = this.#owner.context;
    if (events.hears('poll.finished')) {
      const durationMs = clock.monotonic() - this.#startedAt;
      const details = { source: this.source.name, outcome, durationMs, next: this.#host.next };
      // it is handed to all listeners, and to whoever asked for the poll
      Object.freeze(outcome);
      events.emit('poll.finished', this.config, () => details);
    }
    this.#host.finish();
  }
}
