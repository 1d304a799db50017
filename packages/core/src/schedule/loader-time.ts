import type { Clock, LoaderTime } from '../ports/clock.ts';
import { Delay } from './delay.ts';
import type { Scheduler } from './scheduler.ts';

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
