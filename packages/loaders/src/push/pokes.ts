import type { Loaded, WatchRequest } from '@holdfast/core';

/**
 * Those who watch one loader whose news come from elsewhere. They have no connection that could stand, so they never say
 * that one does: polls are not put further apart for the sake of a sender who may be gone.
 *
 * A watch may end because another one of the loader has ended, and wait to begin again: meanwhile it is told as before.
 * What comes before anybody watches is kept as one poke.
 */
export class Pokes {
  readonly #watching = new Set<WatchRequest>();
  /** Those whose watch ended last. */
  readonly #resting = new Set<WatchRequest>();
  #missed = false;

  /** Whether nobody watches. */
  get idle(): boolean {
    return this.#watching.size === 0;
  }

  /** Tells of a change. A document that comes with it is in force at once, and confirmed by a poll. */
  poke(loaded?: Loaded): void {
    this.#missed = this.idle && this.#resting.size === 0;
    for (const request of this.#resting) request.changed();
    for (const request of this.#watching) {
      if (loaded) request.offer(loaded);
      request.changed();
    }
  }

  /** Tells of changes until the signal aborts. */
  async watch(request: WatchRequest): Promise<void> {
    const { signal } = request;
    if (signal.aborted) return;
    this.#resting.clear();
    this.#watching.add(request);
    if (this.#missed) request.changed();
    this.#missed = false;
    await new Promise<unknown>((resolve) => {
      signal.addEventListener('abort', resolve, { once: true });
    });
    this.#watching.delete(request);
    this.#resting.add(request);
  }

  /** Nobody waits to begin again: what ended is told of nothing any more. */
  close(): void {
    if (this.idle) this.#resting.clear();
  }
}
