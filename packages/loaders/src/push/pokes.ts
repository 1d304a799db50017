import type { Loaded, WatchRequest } from '@holdfast/core';

/**
 * Those who watch a loader whose news come from elsewhere. They have no connection that could stand, so they never say
 * that one does: polls are not put further apart for the sake of a sender who may be gone.
 *
 * What comes while nobody watches is kept as one poke, for a watch that is about to begin again.
 */
export class Pokes {
  readonly #watching = new Set<WatchRequest>();
  #missed = false;

  /** Whether nobody watches. */
  get idle(): boolean {
    return this.#watching.size === 0;
  }

  /** Tells of a change. A document that comes with it is in force at once, and confirmed by a poll. */
  poke(loaded?: Loaded): void {
    this.#missed = this.idle;
    for (const request of this.#watching) {
      if (loaded) request.offer(loaded);
      request.changed();
    }
  }

  /** Tells of changes until the signal aborts. */
  async watch(request: WatchRequest): Promise<void> {
    const { signal } = request;
    if (signal.aborted) return;
    this.#watching.add(request);
    if (this.#missed) request.changed();
    this.#missed = false;
    await new Promise<unknown>((resolve) => {
      signal.addEventListener('abort', resolve, { once: true });
    });
    this.#watching.delete(request);
  }
}
