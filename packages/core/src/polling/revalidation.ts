import type { Validator } from '../ports/loader.ts';
import type { SourceDocument } from '../state/inputs.ts';

/** Decides which polls of a source ask "has it changed?", and which ask for the whole document. */
export class Revalidation {
  readonly #everyMs: number;
  /** Monotonic time at which the whole document was last asked for. */
  #askedWholeAt: number;

  constructor(everyMs: number, now: number) {
    this.#everyMs = everyMs;
    this.#askedWholeAt = now;
  }

  /** The validator to ask with; none when it is too young to be trusted, or was trusted for long enough. */
  next(document: SourceDocument | undefined, now: number): Validator | undefined {
    const trusted = now - this.#askedWholeAt < this.#everyMs;
    if (trusted && document?.validator && !document.young) return document.validator;
    this.#askedWholeAt = now;
    return undefined;
  }
}
