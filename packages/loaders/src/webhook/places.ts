/** Bodies that are read at once: with `maxBytes` the bound of what strangers can have us hold. */
const MOST_AT_ONCE = 64;

/** A body that had so long gives up its place where another one waits: one that hangs must keep nobody out. */
const ENOUGH_MS = 1_000;

/** Where a body is read. */
export interface Place {
  /** Aborts when it is given up. */
  readonly signal: AbortSignal;
  readonly leave: () => void;
}

/** Places for the bodies of requests. */
export class Places {
  readonly #clock: { now(): number };
  /** When each was taken, the oldest first. */
  readonly #taken = new Map<AbortController, number>();

  constructor(clock: { now(): number }) {
    this.#clock = clock;
  }

  /** Undefined when there is none. */
  take(): Place | undefined {
    const now = this.#clock.now();
    if (this.#taken.size >= MOST_AT_ONCE && !this.#giveUp(now)) return undefined;
    const controller = new AbortController();
    this.#taken.set(controller, now);
    return { signal: controller.signal, leave: () => void this.#taken.delete(controller) };
  }

  #giveUp(now: number): boolean {
    const [oldest, since] = this.#taken.entries().next().value!;
    if (Math.abs(now - since) < ENOUGH_MS) return false;
    this.#taken.delete(oldest);
    oldest.abort();
    return true;
  }
}
