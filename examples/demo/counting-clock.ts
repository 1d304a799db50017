import { type Clock, systemClock } from '@holdfast/core';

/** The system's clock, which knows how many timers are set: Holdfast can set none behind its back. */
export function countingClock(): Clock & { readonly pending: number } {
  const pending = new Set<object>();
  return {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic(),
    setTimer(ms, callback, options) {
      const entry = {};
      pending.add(entry);
      const call = (): void => {
        pending.delete(entry);
        callback();
      };
      const timer = systemClock.setTimer(ms, call, options);
      return {
        cancel() {
          pending.delete(entry);
          timer.cancel();
        },
      };
    },
    get pending() {
      return pending.size;
    },
  };
}
