import type { WatchRequest } from '@holdfast/core';
import { Pokes } from '../push/pokes.ts';
import { PROCESS_HANDLERS } from './process-handler.ts';

/** Takes the handler of a watch away that was never closed, since its loader was never registered, and that is held no more. */
const ABANDONED = new FinalizationRegistry<() => void>((takeAway) => takeAway());

/**
 * Listens for one signal, from when it is made until it is closed: a `SIGHUP` without a handler would end the process. So
 * it does before its watch begins, and between two of them, when another watch of the same loader has ended and waits to
 * begin again.
 */
export class SignalWatch {
  readonly #handler: (typeof PROCESS_HANDLERS)['SIGHUP'];
  readonly #pokes = new Pokes();
  readonly #poke: () => void;

  constructor(signal: keyof typeof PROCESS_HANDLERS) {
    const handler = PROCESS_HANDLERS[signal];
    // the process must not hold what nobody else holds
    const pokes = new WeakRef(this.#pokes);
    const poke = (): void => pokes.deref()?.poke();
    handler.add(poke);
    ABANDONED.register(this, () => handler.delete(poke));
    this.#handler = handler;
    this.#poke = poke;
  }

  async watch(request: WatchRequest): Promise<void> {
    if (request.signal.aborted) return;
    // again, where it was closed meanwhile
    this.#handler.add(this.#poke);
    await this.#pokes.watch(request);
  }

  /** Takes the handler away, unless somebody watches. */
  close(): void {
    this.#pokes.close();
    if (this.#pokes.idle) this.#handler.delete(this.#poke);
  }
}
