/** The handler of the process for one signal. There is one for all who listen: Node warns of more than ten. */
class ProcessHandler {
  readonly #signal: NodeJS.Signals;
  readonly #listeners = new Set<() => void>();
  readonly #handle = (): void => this.#listeners.forEach((listener) => listener());

  constructor(signal: NodeJS.Signals) {
    this.#signal = signal;
  }

  /** Calls `listener` at each signal; once, however often it is added. */
  add(listener: () => void): void {
    this.#listeners.add(listener);
    const isThere = process.listeners(this.#signal).includes(this.#handle);
    if (!isThere) process.on(this.#signal, this.#handle);
  }

  /** Takes the handler away with its last listener. */
  delete(listener: () => void): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) process.off(this.#signal, this.#handle);
  }
}

/** Of the process, as its signals are. */
export const PROCESS_HANDLERS: Readonly<Record<'SIGHUP' | 'SIGUSR2', ProcessHandler>> = {
  SIGHUP: new ProcessHandler('SIGHUP'),
  SIGUSR2: new ProcessHandler('SIGUSR2'),
};
