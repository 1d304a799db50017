import type { WatchRequest } from '@holdfast/core';
import { Pokes } from '../push/pokes.ts';
import { PROCESS_HANDLERS } from './process-handler.ts';

/**
 * Listens for one signal. It does so between two watches, too, when another watch of the same loader has ended and waits
 * to begin again: a `SIGHUP` without a handler would end the process.
 */
export class SignalWatch {
  readonly #signal: keyof typeof PROCESS_HANDLERS;
  readonly #pokes = new Pokes();
  readonly #poke = (): void => this.#pokes.poke();

  constructor(signal: keyof typeof PROCESS_HANDLERS) {
    this.#signal = signal;
  }

  async watch(request: WatchRequest): Promise<void> {
    if (request.signal.aborted) return;
    PROCESS_HANDLERS[this.#signal].add(this.#poke);
    await this.#pokes.watch(request);
  }

  /** Takes the handler away, unless somebody watches. */
  close(): void {
    this.#pokes.close();
    if (this.#pokes.idle) PROCESS_HANDLERS[this.#signal].delete(this.#poke);
  }
}
