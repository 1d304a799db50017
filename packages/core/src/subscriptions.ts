/** Callbacks that are called together. The same function twice is two subscriptions. */
export class Subscriptions {
  #all: Set<{ readonly call: () => void }> | undefined;

  /** Returns what ends it, any number of times. */
  add(call: () => void): () => void {
    const subscription = { call };
    this.#all ??= new Set();
    this.#all.add(subscription);
    return () => {
      this.#all?.delete(subscription);
      // an empty set still takes memory, and most configs have no subscription most of the time
      if (this.#all?.size === 0) this.#all = undefined;
    };
  }

  /** Calls those that are there now: one that is added meanwhile waits for the next time. */
  call(): void {
    if (this.#all === undefined) return;
    const now = [...this.#all];
    // who was unsubscribed by another one of them is not called any more
    for (const subscription of now) if (this.#all?.has(subscription)) subscription.call();
  }
}
