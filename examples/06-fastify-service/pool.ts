// Stands in for the pool of your database client: as many queries at the same time as it has connections.
import { setImmediate } from 'node:timers/promises';

export class Pool {
  #size: number;
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  /** Surplus connections end as soon as their query has: none is cut off. */
  resize(size: number): void {
    this.#size = size;
    this.#wake();
  }

  async query(text: string): Promise<string> {
    if (this.#busy >= this.#size) await new Promise<void>((go) => void this.#waiting.push(go));
    else this.#busy += 1;
    await setImmediate(); // the network
    this.#busy -= 1;
    this.#wake();
    return `result of ${text}`;
  }

  #wake(): void {
    while (this.#busy < this.#size && this.#waiting.length > 0) {
      this.#busy += 1;
      this.#waiting.shift()!();
    }
  }
}
