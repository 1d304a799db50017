import { LoadError } from '@holdfast/core';
import type { LoadRequest } from '@holdfast/core';
import { untilAborted } from '../internal/until-aborted.ts';

/** When a load has to be over, by the monotonic clock: a little early, so that the error is ours, which names endpoints. */
export function dueAt({ time, deadlineMs = DEADLINE_MS }: LoadRequest): number {
  return time.monotonic() + deadlineMs * OUR_SHARE;
}

const OUR_SHARE = 0.9;
/** For engines that do not say it. */
const DEADLINE_MS = 10_000;

/**
 * Work under a signal of its own, which aborts with the request's, when the time is over, and when the work is. Whoever
 * loses a race is aborted, and whatever it still answers is ignored.
 */
export class Attempt<T> {
  readonly result: Promise<T>;
  readonly #controller = new AbortController();

  /**
   * @param request Without a signal, whoever made the attempt aborts it.
   * @param limitMs How long it may take.
   */
  constructor(
    request: Pick<LoadRequest, 'time'> & Partial<Pick<LoadRequest, 'signal'>>,
    work: (signal: AbortSignal) => Promise<T>,
    limitMs?: number,
  ) {
    const { signal: outer, time } = request;
    const { signal } = this.#controller;
    const follow = (): void => this.abort(outer?.reason);
    if (outer?.aborted) follow();
    else outer?.addEventListener('abort', follow);
    this.result = untilAborted((async () => work(signal))(), signal).finally(() => {
      outer?.removeEventListener('abort', follow);
      this.abort(new Error('the load is over'));
    });
    this.result.catch(() => {});
    if (limitMs !== undefined) void this.#limit(time, limitMs);
  }

  /** Its own: for what may last no longer than it. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends it; nothing happens where it has ended. */
  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  async #limit(time: LoadRequest['time'], limitMs: number): Promise<void> {
    try {
      await time.sleep(limitMs, this.signal);
    } catch {
      return;
    }
    const text = `no whole answer within ${Math.round(limitMs)} ms, its share of the deadline`;
    this.abort(new LoadError(text, { failure: 'timeout' }));
  }
}
