import type { Clock, Retry, StatusState, Validator } from '@holdfast/core';
import {
  contentOf,
  type Doc,
  equal,
  losesMost,
  policy,
  type Stored,
  type Terms,
  type Value,
  valueOf,
} from './documents.fixture.ts';

/** What a load came to, as the origin sees it. */
type Answer =
  | { readonly kind: 'loaded'; readonly doc: Doc }
  | { readonly kind: 'unchanged'; readonly doNotStore?: boolean }
  | { readonly kind: 'failed'; readonly retry?: Retry };

type Trigger = 'cache' | 'poll' | 'push' | 'window' | 'operator';
type Outcome =
  | { kind: 'unchanged' | 'accepted' | 'held' }
  | { kind: 'refused' | 'failed'; code: string };

type Waiting = { readonly kind: 'held' | 'kept'; readonly doc: Doc; readonly opensAt: number };

interface Poll {
  readonly basis: Doc | undefined;
  readonly waiting: Waiting | undefined;
  readonly known: Validator | undefined;
  readonly startedAt: number;
  tries: number;
}

type Times = Pick<Clock, 'monotonic' | 'now'>;

/**
 * What a config of one source must do from the start of a process to its end, said as shortly as it can be said: no
 * schedule, no promises, no sharing. It is told what the origin was asked and answered and when the process woke, and
 * says what is in force.
 */
export class Model {
  readonly terms: Terms;
  closed = false;
  paused = false;
  doc: Doc | undefined;
  value: Value | undefined;
  version = 0;
  waiting: Waiting | undefined;
  poll: Poll | undefined;
  level = 0;
  troubles = 0;
  confirmed = false;
  doubted = false;
  confirmedAt: number | undefined;
  lastSuccessAt: number | undefined;
  /** Wall-clock time at which the document in force was written or confirmed. */
  storedAt: number | undefined;
  lastFailure: { readonly code: string; readonly at: number } | undefined;
  /** Of the last poll. */
  outcome: Outcome['kind'] | undefined;
  overtaken = false;
  readonly #times: Times;
  readonly #startedAt: number;
  #updates: readonly number[] = [];
  /** Since when the validator is trusted; unknown before the first answer. */
  #trustedSince: number | undefined;
  #offset: number;

  /** A process starts: it serves what the defaults give, then the newest record that its schema takes. */
  constructor(times: Times, terms: Terms, records: readonly Stored[]) {
    const now = times.monotonic();
    this.terms = terms;
    this.#times = times;
    this.#startedAt = now;
    this.#offset = times.now() - now;
    this.value = valueOf(undefined, terms);
    this.version = this.value ? 1 : 0;
    const found = records.findIndex(({ doc }) => this.#propose(doc, 'cache').kind === 'accepted');
    if (found < 0) return;
    // a record from the future says nothing about its age
    const ageMs = times.now() - records[found]!.confirmedAt;
    if (ageMs < 0) return;
    this.confirmedAt = now - ageMs;
    this.doubted = found > 0;
  }

  /** A load begins, with or without a validator; gives the one that it must come with. */
  began(conditional: boolean): Validator | undefined {
    const now = this.#times.monotonic();
    this.overtaken = false;
    if (this.poll) this.poll.tries += 1;
    else {
      const trusted = this.#trusts(now, conditional) && !this.doc?.young;
      const known = trusted ? this.doc?.validator : undefined;
      // a second try is made only where nothing was wrong before
      const tries = this.troubles === 0 ? 1 : 2;
      this.poll = { basis: this.doc, waiting: this.waiting, known, startedAt: now, tries };
    }
    return this.poll.known;
  }

  /** Chance decides from half of the period on, and nobody at its end. */
  #trusts(now: number, conditional: boolean): boolean {
    const sinceMs = now - (this.#trustedSince ?? now);
    const { revalidateMs } = policy.polling;
    return sinceMs < revalidateMs / 2 || (sinceMs < revalidateMs && conditional);
  }

  /** A load ended: by an answer, or at its deadline. */
  answered(answer: Answer): void {
    const { basis, waiting, known, startedAt, tries } = this.poll!;
    if (answer.kind === 'failed' && answer.retry === 'now' && tries === 1) return;
    this.poll = undefined;
    const failed = answer.kind === 'failed' || (answer.kind === 'unchanged' && !known);
    if (!failed && !known) this.#trustedSince = startedAt;
    else if (!failed) this.#trustedSince ??= this.#times.monotonic();
    if (failed) {
      this.#note({ kind: 'failed', code: 'LOAD_FAILED' });
    } else if (basis !== this.doc || (this.waiting && this.waiting !== waiting)) {
      Object.assign(this, { outcome: 'unchanged', overtaken: true });
      return;
    } else if (answer.kind === 'unchanged') {
      this.waiting = undefined;
      if (this.doc && answer.doNotStore) this.doc = { ...this.doc, doNotStore: true };
      this.#note(answer);
    } else this.#note(this.#judge(answer.doc, 'poll'));
  }

  offered(doc: Doc): void {
    const { outcome } = this;
    this.#note(this.#judge(doc, 'push'));
    this.outcome = outcome;
  }

  /** The process is about to handle a timer; it notices that the machine slept. */
  waking(): void {
    const sleptMs = this.#times.now() - this.#times.monotonic() - this.#offset;
    this.#offset += sleptMs;
    if (sleptMs <= 30_000) return;
    this.doubted = true;
    if (this.confirmedAt !== undefined) this.confirmedAt -= sleptMs;
  }

  /** The process handled a timer: what was held is applied when the window opens. */
  woke(): void {
    const { waiting } = this;
    if (waiting?.kind === 'held' && waiting.opensAt <= this.#times.monotonic())
      this.#propose(waiting.doc, 'window');
  }

  acceptRefused(): void {
    if (this.waiting?.kind !== 'kept') return;
    const { lastFailure, outcome, doubted } = this;
    if (this.#propose(this.waiting.doc, 'operator').kind !== 'accepted') return;
    // there was another answer since
    if (lastFailure?.code !== 'REMOVED_TOO_MUCH') return;
    this.#note({ kind: 'accepted' });
    // it is as old, and as doubtful, as its answer
    this.confirmedAt! -= Math.max(this.#times.now() - lastFailure.at, 0);
    this.#stored();
    Object.assign(this, { outcome, doubted });
  }

  get state(): StatusState {
    if (this.closed) return 'closed';
    if (this.#times.monotonic() - (this.confirmedAt ?? this.#startedAt) > policy.maxStaleMs)
      return 'expired';
    if (this.troubles > 0) return this.troubles < policy.fallbackAfter ? 'stale' : 'fallback';
    if (this.confirmed) return this.doubted ? 'stale' : 'fresh';
    return this.doc ? 'stale' : 'starting';
  }

  #judge(doc: Doc, trigger: Trigger): Outcome {
    const content = contentOf(doc);
    if (!content) return this.#refused('DECODE_FAILED');
    if (!this.doc || !equal(content, contentOf(this.doc))) return this.#propose(doc, trigger);
    if (!equal(doc, this.doc)) this.doc = doc;
    this.waiting = undefined;
    return { kind: 'unchanged' };
  }

  /** Of a document alone: what was kept before it is what the origin has no more; what is held was good. */
  #refused(code: 'DECODE_FAILED' | 'SCHEMA_FAILED'): Outcome {
    if (this.waiting?.kind === 'kept') this.waiting = undefined;
    return { kind: 'refused', code };
  }

  #propose(doc: Doc, trigger: Trigger): Outcome {
    const value = valueOf(contentOf(doc), this.terms);
    if (!value) return this.#refused('SCHEMA_FAILED');
    const forced = trigger === 'cache' || trigger === 'operator';
    if (!forced && losesMost(this.doc, doc)) {
      this.waiting = { kind: 'kept', doc, opensAt: Infinity };
      return { kind: 'refused', code: 'REMOVED_TOO_MUCH' };
    }
    const changed = !equal(value, this.value);
    const { max, windowMs } = policy.updates;
    const now = this.#times.monotonic();
    const recent = this.#updates.filter((at) => now - at < windowMs);
    if (changed && !forced && recent.length >= max) {
      this.waiting = { kind: 'held', doc, opensAt: recent.at(-max)! + windowMs };
      return { kind: 'held' };
    }
    if (changed && !forced) this.#updates = [...recent, now];
    if (changed) this.version += 1;
    Object.assign(this, { doc, value, waiting: undefined });
    this.#stored();
    return { kind: 'accepted' };
  }

  /** A record is as old as the answer that it is of; less than a second does not count. */
  #stored(): void {
    const now = this.#times.monotonic();
    const ageMs = now - (this.confirmedAt ?? now);
    this.storedAt = this.#times.now() - (ageMs < 1_000 ? 0 : ageMs);
  }

  #note(outcome: Outcome): void {
    const succeededBefore = this.troubles === 0;
    this.outcome = outcome.kind;
    if ('code' in outcome) {
      this.troubles += 1;
      if (outcome.kind === 'failed') this.level += 1;
      this.lastFailure = { code: outcome.code, at: this.#times.now() };
      return;
    }
    if (succeededBefore) this.level = 0;
    this.troubles = 0;
    this.confirmed = true;
    this.doubted = false;
    this.confirmedAt = this.#times.monotonic();
    this.lastSuccessAt = this.#times.now();
    if (outcome.kind !== 'held') this.storedAt = this.lastSuccessAt;
    this.lastFailure = undefined;
  }
}
