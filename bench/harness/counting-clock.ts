import { type Clock, systemClock } from '@holdfast/core';

/** A clock that knows how many of its timers wait. */
export interface CountingClock extends Clock {
  waiting(): number;
}

/** The system clock, counted. */
export function countingClock(): CountingClock {
  const waiting = new Set<object>();
  return {
    ...systemClock,
    waiting: () => waiting.size,
    setTimer(ms, callback, options) {
      const token = {};
      const timer = systemClock.setTimer(
        ms,
        () => {
          waiting.delete(token);
          callback();
        },
        options,
      );
      waiting.add(token);
      return {
        cancel() {
          waiting.delete(token);
          timer.cancel();
        },
      };
    },
  };
}
