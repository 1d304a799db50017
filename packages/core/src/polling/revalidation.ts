import type { Validator } from '../ports/loader.ts';
import type { SourceDocument } from '../state/inputs.ts';

/** Decides which polls of a source ask "has it changed?", and which ask for the whole document. */
export class Revalidation {
  readonly #everyMs: number;
  /** Monotonic time from which on the whole document is asked for; never before the first answer. */
  #dueAt = Infinity;
  /** When the poll under way asked for the whole document. */
  #askedAt: number | undefined;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** The validator to ask with; none when it is too young to be trusted, or was trusted for long enough. */
  next(document: SourceDocument | undefined, now: number): Validator | undefined {
    const trusted = now < this.#dueAt && !document?.young;
    const validator = trusted ? document?.validator : undefined;
    this.#askedAt = validator === undefined ? now : undefined;
    return validator;
  }

  /**
   * The poll under way succeeded: one that failed, as in an outage, does not count.
   *
   * @param random In [0, 1). The next time is after half of the period to all of it: of a fleet that was deployed at once,
   * all would else ask for whole documents within the same minute, hour by hour.
   */
  succeeded(now: number, random: number): void {
    if (this.#askedAt === undefined && this.#dueAt < Infinity) return;
    this.#dueAt = (this.#askedAt ?? now) + this.#everyMs * (1 - random / 2);
  }
}
