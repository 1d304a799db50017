const NOBODY = -1;

/** Who is due when: a list for each millisecond in typed arrays, so that a million clients take 12 MB. */
export class Timeline {
  /** When each client is due, in milliseconds, fractions included. */
  readonly dueAt: Float64Array;
  /** The first client of each millisecond. */
  readonly #first: Int32Array;
  /** The next client of the same millisecond. */
  readonly #next: Int32Array;

  constructor(clients: number, lengthMs: number) {
    this.dueAt = new Float64Array(clients);
    this.#first = new Int32Array(lengthMs).fill(NOBODY);
    this.#next = new Int32Array(clients).fill(NOBODY);
  }

  /** Puts a client, who waits for nothing else, at a time; forgets whoever is due after the end. */
  put(client: number, at: number): void {
    const slot = Math.floor(at);
    this.dueAt[client] = at;
    if (slot >= this.#first.length) return;
    this.#next[client] = this.#first[slot]!;
    this.#first[slot] = client;
  }

  /** Calls `visit` for each client when it is due. It may put the client again, later or in the same millisecond. */
  run(visit: (client: number, now: number) => void): void {
    for (let slot = 0; slot < this.#first.length; slot += 1) {
      while (this.#first[slot] !== NOBODY) {
        const client = this.#first[slot]!;
        this.#first[slot] = this.#next[client]!;
        visit(client, this.dueAt[client]!);
      }
    }
  }
}
