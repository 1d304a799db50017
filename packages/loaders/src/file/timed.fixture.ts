import type { LoaderTime } from '@holdfast/core';
import { type ManualClock, manualClock } from '@holdfast/testing';

/** A manual clock, and what is made of it. */
export interface Timed {
  readonly clock: ManualClock;
  readonly controller: AbortController;
  readonly terms: { readonly time: LoaderTime; readonly signal: AbortSignal };
}

/** Time as the engine gives it to loaders, moved by hand. */
export function timed(): Timed {
  const clock = manualClock();
  const controller = new AbortController();
  const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = clock.setTimer(ms, resolve);
      signal.addEventListener('abort', () => {
        timer.cancel();
        reject(signal.reason as Error);
      });
    });
  const time = { now: () => clock.now(), monotonic: () => clock.monotonic(), sleep };
  return { clock, controller, terms: { time, signal: controller.signal } };
}
