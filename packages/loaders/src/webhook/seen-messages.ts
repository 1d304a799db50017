import { type Claim, TOLERANCE_S } from './signature.ts';

/** Within this time a message could come again and still look fresh. */
const REPLAYABLE_MS = (2 * TOLERANCE_S + 1) * 1_000;

/** The messages of the last ten minutes. None is forgotten early: its replay would count. */
export class SeenMessages {
  readonly #most: number;
  readonly #messages = new Map<string, { readonly timestamp: string; readonly until: number }>();

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * `new`, or `remembered` when no more can be; `again` when the sender tries once more, which has a time of its
   * own; `replay` when it is the very message once more.
   */
  judge({ id, timestamp }: Claim, nowMs: number): 'new' | 'again' | 'replay' | 'remembered' {
    this.#forget(nowMs);
    const seen = this.#messages.get(id);
    if (seen) return seen.timestamp === timestamp ? 'replay' : 'again';
    return this.#messages.size < this.#most ? 'new' : 'remembered';
  }

  add({ id, timestamp }: Claim, nowMs: number): void {
    this.#messages.set(id, { timestamp, until: nowMs + REPLAYABLE_MS });
  }

  #forget(nowMs: number): void {
    for (const [id, { until }] of this.#messages) {
      if (until > nowMs) return;
      this.#messages.delete(id);
    }
  }
}
