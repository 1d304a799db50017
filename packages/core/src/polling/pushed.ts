import type { LoaderUser } from '../cycle/watch.ts';
import type { Limits } from '../ports/limits.ts';
import type { Loaded, Validator } from '../ports/loader.ts';
import type { HoldfastError } from '../errors.ts';
import type { HoldfastEvents } from '../events.ts';
import type { Outcome } from '../outcome.ts';
import type { SourcePolicy } from '../options/sources.ts';
import { afterPoll } from '../schedule/after-poll.ts';
import type { SourceOwner } from './owner.ts';
import type { Health, PollReason } from '../state/health.ts';

/** A source that can be told of news. */
interface PushedSource {
  readonly index: number;
  readonly policy: SourcePolicy;
  health: Health;
  settled: boolean;
  /** The cache was not looked at yet. */
  readonly opening: boolean;
  /** Something may have changed since the poll under way began. */
  readonly dirty: boolean;
  watch: SourceWatch | undefined;
  unstretch(): void;
  poke(because: PollReason): void;
}

/** What a source asks of its watch, and tells it. */
export interface SourceWatch {
  /** Polls are only the safety net. */
  readonly isConnected: boolean;
  /** A poll ended, and nothing overtook it. */
  polled(outcome: Outcome): void;
}

/** Outcomes of polls that found a document, or found that there is no other. */
const READ: ReadonlySet<Outcome['kind']> = new Set(['unchanged', 'accepted', 'held']);

/** What the watch of a loader tells one source: a push is a hint, the poll is the truth. */
export class Pushed implements LoaderUser, SourceWatch {
  readonly #owner: SourceOwner;
  readonly #source: PushedSource;
  isConnected = false;
  /** The document was not read yet since the connection stands. */
  #isCatchingUp = false;
  /** The newest one that was offered meanwhile. */
  #early: Loaded | undefined;

  constructor(owner: SourceOwner, source: PushedSource) {
    this.#owner = owner;
    this.#source = source;
    source.watch = this;
  }

  get limits(): Limits {
    return this.#owner.policy.limits;
  }

  known(): Validator | undefined {
    return this.#owner.documentOf(this.#source.index)?.validator;
  }

  connected(): void {
    if (!this.isConnected) this.#emit({ state: 'connected' });
    // something may have been missed before the connection stood
    this.isConnected = true;
    this.#isCatchingUp = true;
    this.#source.poke('push');
  }

  disconnected(until: number, error: HoldfastError | undefined): void {
    this.isConnected = false;
    this.#source.unstretch();
    this.#emit({ state: 'down', error, until });
  }

  #emit(details: Omit<HoldfastEvents['watch.changed'], 'config' | 'at' | 'source'>): void {
    const { context, policy } = this.#owner;
    const source = this.#source.policy.name;
    context.events.emit('watch.changed', policy.name, () => ({ source, ...details }));
  }

  changed(): void {
    this.#source.poke('push');
  }

  offered(loaded: Loaded): void {
    const { opening, index } = this.#source;
    const document = this.#owner.documentOf(index);
    // what was missed may be told once more, and would come after what is newer: that is read anyway
    const isEarly = this.#isCatchingUp && document !== undefined && !this.#owner.paused;
    if (isEarly) this.#early = loaded;
    // nor must it overtake the cache: the poll that follows brings it
    if (opening || isEarly) return this.#source.poke('push');
    return this.#propose(loaded);
  }

  polled({ kind }: Outcome): void {
    // where nothing can be read, what was told is better than nothing
    if (this.#early && !READ.has(kind)) this.#propose(this.#early);
    this.#early = undefined;
    this.#isCatchingUp &&= this.#source.dirty;
  }

  #propose(loaded: Loaded): void {
    const proposal = {
      kind: 'loaded',
      trigger: 'push',
      arrivals: [{ source: this.#source.index, loaded }],
    } as const;
    void this.#owner.propose(proposal, ({ outcome }) => {
      const { clock } = this.#owner.context;
      const { ageMs } = loaded.hints ?? {};
      const times = { now: clock.monotonic(), wall: clock.now(), ageMs };
      this.#source.health = afterPoll(this.#source.health, outcome, times);
      this.#source.settled = true;
    });
  }
}
