/** An outage after another one within the window is told once it lasts for so long. */
const LASTS_MS = 60_000;

/** Of a breaker or a watch. */
interface Outage {
  /** When the one began that goes on. */
  readonly since: number | undefined;
  /** Whether it was told, and so will its end be. */
  readonly isTold: boolean;
  /** When one was told the last time. */
  readonly toldAt: number;
}

/** Which outages of breakers and watches are told: what flaps must not flood the log, and what lasts is told in any case. */
export class Outages {
  readonly #known = new Map<string, Outage>();
  readonly #windowMs: number;

  /** @param windowMs Within it one outage is told, and those that last. */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** An outage begins, or goes on, and is told once; or it ends, which is told where its beginning was. */
  isNews(what: string, at: number, turn: 'begins' | 'ends' | undefined): boolean {
    if (turn === undefined) return false;
    const last = this.#known.get(what);
    const { since = at, isTold = false, toldAt = -Infinity } = last ?? {};
    if (turn === 'ends') {
      if (last) this.#known.set(what, { since: undefined, isTold: false, toldAt });
      return isTold;
    }
    const begins = !isTold && (at - toldAt > this.#windowMs || at - since >= LASTS_MS);
    this.#known.set(what, { since, isTold: isTold || begins, toldAt: begins ? at : toldAt });
    return begins;
  }

  /** Nothing is told any more of what begins so. */
  forget(start: string): void {
    for (const what of this.#known.keys()) if (what.startsWith(start)) this.#known.delete(what);
  }
}
