/** Callbacks that are called together. The same function twice is two subscriptions. */
export class Subscriptions {
  #all: Set<{ readonly call: () => void }> | undefined;

  /** Returns what ends it, any number of times. */
  add(call: () => void): () => void {
    const subscription = { call };
    this.#all ??= new Set();
    this.#all.add(subscription);
    return () => void this.#all?.delete(subscription);
  }

  /** Calls those that are there now: one that is added meanwhile waits for the next time. */
  call(): void {
    if (this.#all === undefined) return;
    const now = [...this.#all];
    for (const { call } of now) call();
  }
}
