/** Runs actions on one key one after the other, in the order in which they were asked for. */
export class KeyQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  async run(key: string, action: () => Promise<void>): Promise<void> {
    const done = (this.#last.get(key) ?? Promise.resolve()).then(action);
    const settled = done.catch(() => undefined);
    this.#last.set(key, settled);
    try {
      await done;
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    }
  }
}
