import type { EventHub } from '../event-hub.ts';
import type { Loader } from '../ports/loader.ts';

/** Counts who uses a loader, and closes it when its last user leaves. */
export class LoaderUses {
  readonly #events: EventHub;
  readonly #counts = new Map<Loader, number>();

  constructor(events: EventHub) {
    this.#events = events;
  }

  enter(loader: Loader): void {
    // a loader that holds nothing open needs no book-keeping
    if (loader.close) this.#counts.set(loader, (this.#counts.get(loader) ?? 0) + 1);
  }

  /** @param config Who leaves, for the event when closing fails. Never rejects. */
  async leave(loader: Loader, config: string): Promise<void> {
    const count = this.#counts.get(loader);
    if (count === undefined) return;
    if (count > 1) return void this.#counts.set(loader, count - 1);
    this.#counts.delete(loader);
    try {
      await loader.close?.();
    } catch (error) {
      this.#events.failed(config, `closing ${loader.name}`, error);
    }
  }
}
