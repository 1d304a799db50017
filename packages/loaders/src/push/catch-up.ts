import type { Loaded, Loader, LoadRequest, LoadResult, WatchRequest } from '@holdfast/core';
import { linkedController } from './linked-controller.ts';

/** For how long at most what a new connection brings waits until the document was read again. */
const LONGEST_MS = 2_000;

/**
 * Holds back what a new connection offers until the document was read again. A server may replay the past: each document
 * of it would come into force for a moment, and take back what a poll has found. Once it was read, the newest offer
 * counts only where the reading failed; that is no later than {@link LONGEST_MS}, since a poll may have to wait for long.
 */
export class CatchUp {
  /** Connections that stand, and after which nothing was read yet. */
  readonly #waiting = new Set<NewConnection>();

  /** Loads, and says to the connections that stood before whether they are needed. */
  async load(loader: Loader, request: LoadRequest): Promise<LoadResult> {
    const before = [...this.#waiting];
    let wasRead = false;
    try {
      const result = await loader.load(request);
      wasRead = result.kind !== 'absent';
      return result;
    } finally {
      for (const connection of before) connection.end(wasRead);
    }
  }

  /** The same watch, whose offers wait where they have to. */
  async watch(
    watch: (request: WatchRequest) => Promise<void>,
    request: WatchRequest,
  ): Promise<void> {
    const connection = new NewConnection(request);
    try {
      await watch({
        ...request,
        connected: () => {
          this.#waiting.add(connection);
          void connection.wait().then(() => this.#waiting.delete(connection));
          request.connected();
        },
        offer: (loaded) => connection.offer(loaded),
      });
    } finally {
      connection.end(false);
    }
  }
}

class NewConnection {
  readonly #request: WatchRequest;
  readonly #over: AbortController;
  #newest: Loaded | undefined;

  constructor(request: WatchRequest) {
    this.#request = request;
    this.#over = linkedController(request.signal);
  }

  offer(loaded: Loaded): void {
    if (this.#over.signal.aborted) this.#request.offer(loaded);
    else this.#newest = loaded;
  }

  /** Resolves when nothing waits any more. */
  async wait(): Promise<void> {
    const { signal } = this.#over;
    await this.#request.time.sleep(LONGEST_MS, signal).catch(() => undefined);
    this.end(false);
  }

  end(wasRead: boolean): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort(new Error('the connection is no longer new'));
    if (!wasRead && this.#newest) this.#request.offer(this.#newest);
    this.#newest = undefined;
  }
}
