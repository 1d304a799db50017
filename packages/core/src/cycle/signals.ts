/** A loader that leaves listeners on its signal must not pile them up for the life of the process. */
const USES = 256;

/** An AbortController that is lent to one load after the other. */
export interface Lent {
  readonly controller: AbortController;
  uses: number;
}

/** Abort controllers that are used again until they abort: a new one per poll costs more than the poll's own work. */
export class SignalPool {
  readonly #free: Lent[] = [];

  take(): Lent {
    return this.#free.pop() ?? { controller: new AbortController(), uses: 0 };
  }

  giveBack(lent: Lent): void {
    if (!lent.controller.signal.aborted && ++lent.uses < USES) this.#free.push(lent);
  }
}
