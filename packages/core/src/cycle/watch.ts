import {
  backoffWait,
  Delay,
  isHoldfastError,
  isLoadError,
  LoadError,
  wallTime,
} from '../lazy-base.ts';
import type { HoldfastError } from '../errors.ts';
import type { Clock, LoaderTime } from '../ports/clock.ts';
import type { Limits } from '../ports/limits.ts';
import type { Loaded, Loader, Validator } from '../ports/loader.ts';
import type { Scheduler } from '../schedule/scheduler.ts';
import { foreignWords } from './foreign-words.ts';

/** A source that uses a loader: what its watch tells. */
export interface LoaderUser {
  readonly limits: Limits;
  known(): Validator | undefined;
  connected(): void;
  /** It ended, cleanly where there is no error, and begins again at the wall-clock time `until`. */
  disconnected(until: number, error: HoldfastError | undefined): void;
  changed(): void;
  offered(loaded: Loaded): void;
}

/** What watches need of their manager. */
export interface WatchServices {
  readonly clock: Clock;
  readonly random: () => number;
  readonly scheduler: Scheduler;
  readonly time: LoaderTime;
}

/** One watch per loader object, fanned out to all who use it. */
export class Watches {
  readonly #services: WatchServices;
  readonly #running = new Map<Loader, Watch>();

  constructor(services: WatchServices) {
    this.#services = services;
  }

  /** Returns what ends it; the watch itself ends with its last user. */
  join(loader: Loader, user: LoaderUser): () => void {
    const watch = this.#running.get(loader) ?? new Watch(loader, this.#services);
    this.#running.set(loader, watch);
    watch.join(user);
    return () => {
      watch.users.delete(user);
      if (watch.users.size > 0) return;
      this.#running.delete(loader);
      watch.end();
    };
  }
}

/** Backoff of a watch: from a second to a minute; forgotten when a connection stood for two minutes. */
const BACKOFF = { minIntervalMs: 500, intervalMs: 1_000, backoffMaxMs: 60_000 };
const HEALTHY_MS = 120_000;
/** The longest wait, with its jitter: after what somebody has to mend, and where the other end wants still more. */
const LONGEST_MS = 300_000;

/** Wait after a connection ended, cleanly where there is no error, in milliseconds. @param random In [0, 1). */
function waitAfter(error: HoldfastError | undefined, level: number, random: number): number {
  const wait = backoffWait(BACKOFF, level, random);
  if (!isLoadError(error)) return wait;
  const longest = LONGEST_MS * (0.9 + 0.1 * random);
  if (error.retry === 'slow') return longest;
  // jittered upwards: all of a fleet were told the same
  const asked = (error.retryAfterMs ?? 0) * (1 + 0.1 * random);
  return Math.max(wait, Math.min(asked, longest));
}

class Watch {
  readonly users = new Set<LoaderUser>();
  readonly #loader: Loader;
  readonly #services: WatchServices;
  readonly #restart: Delay;
  #abort: AbortController | undefined;
  #connected = false;
  /** Of the connection that stands, or was the last. */
  #connectedAt = Infinity;
  #level = 0;

  constructor(loader: Loader, services: WatchServices) {
    this.#loader = loader;
    this.#services = services;
    this.#restart = new Delay(services.scheduler, () => this.start());
  }

  join(user: LoaderUser): void {
    this.users.add(user);
    this.start();
    if (this.#connected) user.connected();
  }

  /** Begins to watch, unless it does. */
  start(): void {
    if (this.#abort || !this.#loader.watch || this.#restart.slot >= 0) return;
    const abort = new AbortController();
    this.#abort = abort;
    void this.#watch(abort.signal);
  }

  end(): void {
    this.#restart.cancel();
    this.#abort?.abort(new LoadError(`The watch of ${this.#loader.name} ends`));
  }

  /** One connection. However it ends, cleanly too, the next one comes after a backoff. */
  async #watch(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#services;
    this.#connectedAt = Infinity;
    let error: HoldfastError | undefined;
    try {
      await this.#loader.watch?.(this.#request(signal));
    } catch (thrown) {
      error = isHoldfastError(thrown)
        ? thrown
        : new LoadError(foreignWords(thrown), { failure: 'other', cause: thrown });
    }
    this.#abort = undefined;
    this.#connected = false;
    if (signal.aborted) return;
    this.#level = clock.monotonic() - this.#connectedAt > HEALTHY_MS ? 1 : this.#level + 1;
    const waitMs = waitAfter(error, this.#level, random());
    const again = clock.monotonic() + waitMs;
    this.#restart.start(again);
    this.#tell((user) => user.disconnected(wallTime(clock, again), error));
  }

  #request(signal: AbortSignal) {
    const [first] = this.users;
    // what a connection says of itself after it ended is not heard
    const hears = (): boolean => !signal.aborted && this.#abort?.signal === signal;
    const tell = (call: (user: LoaderUser) => void): void => {
      if (hears()) this.#tell(call);
    };
    return {
      signal,
      time: this.#services.time,
      limits: first!.limits,
      known: () => [...this.users][0]?.known(),
      connected: () => {
        if (hears() && !this.#connected) {
          this.#connected = true;
          this.#connectedAt = this.#services.clock.monotonic();
        }
        tell((user) => user.connected());
      },
      // a poke may come from elsewhere, and is heard between two connections too
      changed: () => {
        if (!signal.aborted) this.#tell((user) => user.changed());
      },
      offer: (loaded: Loaded) => tell((user) => user.offered(loaded)),
    };
  }

  #tell(call: (user: LoaderUser) => void): void {
    for (const user of this.users) call(user);
  }
}
