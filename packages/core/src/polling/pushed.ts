import type { LoaderUser } from '../cycle/watch.ts';
import type { Limits } from '../ports/limits.ts';
import type { Loaded, Validator } from '../ports/loader.ts';
import type { HoldfastError } from '../errors.ts';
import type { HoldfastEvents } from '../events.ts';
import type { SourcePolicy } from '../options/sources.ts';
import { LONG_BYTES } from '../document/sizes.ts';
import { isBytes } from '../lazy-base.ts';
import type { Outcome } from '../outcome.ts';
import { afterPoll, isLateFor } from '../schedule/after-poll.ts';
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
  readonly watched: boolean;
  stretch(watched: boolean): void;
  poke(because: PollReason): void;
}

/** A document that was handed over. */
interface Offer {
  loaded: Loaded;
  /** What was doubted of the source when it came. */
  doubted: Health['doubted'];
}

/** What the watch of a loader tells one source: a push is a hint, the poll is the truth. */
export class Pushed implements LoaderUser {
  readonly #owner: SourceOwner;
  readonly #source: PushedSource;
  /** Nobody has looked at it yet. */
  #last: Offer | undefined;

  constructor(owner: SourceOwner, source: PushedSource) {
    this.#owner = owner;
    this.#source = source;
  }

  get limits(): Limits {
    return this.#owner.policy.limits;
  }

  known(): Validator | undefined {
    return this.#owner.documentOf(this.#source.index)?.validator;
  }

  connected(): void {
    if (!this.#source.watched) this.#emit({ state: 'connected' });
    // something may have been missed before the connection stood
    this.#source.stretch(true);
    this.#source.poke('push');
  }

  disconnected(until: number, error: HoldfastError | undefined): void {
    this.#source.stretch(false);
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
    // it must not overtake the cache: the poll that follows brings it
    if (this.#source.opening) return this.#source.poke('push');
    const { doubted } = this.#source.health;
    const offer: Offer = { loaded, doubted };
    // a long one takes many turns, in which more may come: of those that wait the newest is enough
    if (this.#last && isLong(this.#last.loaded)) return void Object.assign(this.#last, offer);
    this.#last = offer;
    void this.#owner.inTurn(() => {
      if (this.#last === offer) this.#last = undefined;
      const arrivals = [{ source: this.#source.index, loaded: offer.loaded }];
      const proposal = { kind: 'loaded', trigger: 'push', arrivals } as const;
      return this.#owner.handle(proposal, ({ outcome }) => this.#settle(offer, outcome));
    });
  }

  #settle({ loaded, doubted }: Offer, outcome: Outcome): void {
    const { clock } = this.#owner.context;
    const { ageMs } = loaded.hints ?? {};
    const times = { now: clock.monotonic(), wall: clock.now(), ageMs, doubted };
    const { health } = this.#source;
    this.#source.health = afterPoll(health, outcome, times);
    this.#source.settled ||= !isLateFor(health, doubted);
    // whoever sent it, it says nothing of the origin
    if (outcome.kind === 'refused' && outcome.error.code === 'UNTRUSTED') this.changed();
  }
}

function isLong({ raw }: Loaded): boolean {
  return isBytes(raw) && raw.length >= LONG_BYTES;
}
