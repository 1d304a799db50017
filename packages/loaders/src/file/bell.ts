import type { LoaderTime } from '@holdfast/core';

/** What a wait is ended by, beside its time. */
interface WaitTerms {
  readonly time: LoaderTime;
  readonly signal: AbortSignal;
}

/** Something that can be waited for, for a while; a ring that nobody waits for is remembered. */
export class Bell {
  #rang = false;
  #wake: (() => void) | undefined;

  /** Ends the wait that is under way, or the next one. */
  ring(): void {
    this.#rang = true;
    this.#wake?.();
  }

  /** Whether it rang within `ms` milliseconds. Rejects with the signal's reason when that aborts. */
  async wait(ms: number, { time, signal }: WaitTerms): Promise<boolean> {
    if (!this.#rang) await this.#sleep(ms, { time, signal });
    signal.throwIfAborted();
    const rang = this.#rang;
    this.#rang = false;
    return rang;
  }

  async #sleep(ms: number, { time, signal }: WaitTerms): Promise<void> {
    signal.throwIfAborted();
    const controller = new AbortController();
    const wake = (): void => controller.abort();
    this.#wake = wake;
    signal.addEventListener('abort', wake, { once: true });
    try {
      await time.sleep(ms, controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      this.#wake = undefined;
      signal.removeEventListener('abort', wake);
    }
  }
}
