import type { LoaderTime } from '../ports/clock.ts';
import type { Clock } from '../ports/clock.ts';
import type { Scheduler, Task } from './scheduler.ts';

/** A callback at a time, as a task of the scheduler; cancelling it twice does nothing. */
export class Delay implements Task {
  dueAt = 0;
  slot = -1;
  readonly #scheduler: Scheduler;
  readonly #call: () => void;

  constructor(scheduler: Scheduler, call: () => void) {
    this.#scheduler = scheduler;
    this.#call = call;
  }

  /** Begins, or begins again, to wait for this monotonic time. */
  start(dueAt: number): this {
    this.#scheduler.schedule(this, dueAt);
    return this;
  }

  cancel(): void {
    this.#scheduler.cancel(this);
  }

  run(): void {
    this.#call();
  }
}

/** The time that loaders are given, built on the scheduler. */
export function createLoaderTime(clock: Clock, scheduler: Scheduler): LoaderTime {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const delay = new Delay(scheduler, () => {
          signal.removeEventListener('abort', abort);
          resolve();
        });
        const abort = (): void => {
          delay.cancel();
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', abort, { once: true });
        // what is no number is no wait
        delay.start(clock.monotonic() + (ms > 0 ? ms : 0));
      }),
  };
}

/** What hangs must not keep a process from closing. */
export const CLOSE_PATIENCE_MS = 5_000;

/** Waits for `pending`, but no longer than `limitMs` milliseconds; says whether it settled. Never rejects. */
export function settlesWithin(
  pending: Promise<unknown>,
  limitMs: number,
  { clock, scheduler }: { readonly clock: Clock; readonly scheduler: Scheduler },
): Promise<boolean> {
  return new Promise((resolve) => {
    const delay = new Delay(scheduler, () => resolve(false)).start(clock.monotonic() + limitMs);
    const settled = (): void => {
      delay.cancel();
      resolve(true);
    };
    pending.then(settled, settled);
  });
}
