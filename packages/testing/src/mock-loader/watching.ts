import type { Loaded, WatchRequest } from '@holdfast/core';

interface Connection {
  readonly request: WatchRequest;
  end(error?: Error): void;
}

/** The watched side of a mock loader: who is connected, and what they are told. */
export class Watching {
  /** Watches begun so far. */
  begun = 0;
  readonly #open = new Set<Connection>();
  #online = false;
  #endAtOnce = 0;
  #endWith: Error | undefined;

  /** Watches under way. */
  get size(): number {
    return this.#open.size;
  }

  /** One connection; settles when the test disconnects it, or with the signal. */
  async watch(request: WatchRequest): Promise<void> {
    request.signal.throwIfAborted();
    this.begun += 1;
    if (this.#endAtOnce > 0) {
      this.#endAtOnce -= 1;
      if (this.#endWith) throw this.#endWith;
      return;
    }
    const ended = this.#enter(request);
    if (this.#online) request.connected();
    await ended;
  }

  connect(): void {
    this.#online = true;
    this.#endAtOnce = 0;
    for (const { request } of this.#open) request.connected();
  }

  disconnect(error: Error | undefined, times: number): void {
    this.#online = false;
    this.#endAtOnce = times - 1;
    this.#endWith = error;
    for (const connection of this.#open) connection.end(error);
  }

  changed(): void {
    if (this.#online) for (const { request } of this.#open) request.changed();
  }

  offer(loaded: Loaded): void {
    if (this.#online) for (const { request } of this.#open) request.offer(loaded);
  }

  #enter(request: WatchRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#open.delete(connection);
        request.signal.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        leave();
        reject(request.signal.reason as Error);
      };
      const connection: Connection = {
        request,
        end(error) {
          leave();
          if (error) reject(error);
          else resolve();
        },
      };
      this.#open.add(connection);
      request.signal.addEventListener('abort', abort);
    });
  }
}
