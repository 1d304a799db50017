import type { WatchRequest } from '@holdfast/core';
import { Pokes } from '../push/pokes.ts';

/**
 * Listens for one signal. It does so between two watches, too, when another watch of the same loader has ended and waits
 * to begin again: a `SIGHUP` without a handler would end the process.
 */
export class SignalWatch {
  readonly #signal: NodeJS.Signals;
  readonly #pokes = new Pokes();
  readonly #poke = (): void => this.#pokes.poke();

  constructor(signal: NodeJS.Signals) {
    this.#signal = signal;
  }

  async watch(request: WatchRequest): Promise<void> {
    if (request.signal.aborted) return;
    if (!process.listeners(this.#signal).includes(this.#poke)) process.on(this.#signal, this.#poke);
    await this.#pokes.watch(request);
  }

  /** Takes the handler away, unless somebody watches. */
  close(): void {
    if (this.#pokes.idle) process.off(this.#signal, this.#poke);
  }
}
