import type { Validator } from '../ports/loader.ts';
import type { SourceDocument } from '../state/inputs.ts';

/** Decides which polls of a source ask "has it changed?", and which ask for the whole document. */
export class Revalidation {
  readonly #everyMs: number;
  /** Monotonic time at which the whole document was last asked for with success. */
  #wholeAt: number;
  /** When the poll under way asked for the whole document. */
  #askedAt: number | undefined;

  constructor(everyMs: number, now: number) {
    this.#everyMs = everyMs;
    this.#wholeAt = now;
  }

  /** The validator to ask with; none when it is too young to be trusted, or was trusted for long enough. */
  next(document: SourceDocument | undefined, now: number): Validator | undefined {
    const trusted = now - this.#wholeAt < this.#everyMs;
    const validator = trusted && !document?.young ? document?.validator : undefined;
    this.#askedAt = validator === undefined ? now : undefined;
    return validator;
  }

  /** The poll under way succeeded: one that failed, as in an outage, does not count. */
  succeeded(): void {
    this.#wholeAt = this.#askedAt ?? this.#wholeAt;
  }
}
