import { type Clock, systemClock } from '@holdfast/core';

/** A clock that knows how many of its timers wait. */
export interface CountingClock extends Clock {
  waiting(): number;
}

/** The system clock, counted; in all else it is the same, so that the scheduler goes the same way. */
export function countingClock(): CountingClock {
  const waiting = new Set<object>();
  return {
    ...systemClock,
    waiting: () => waiting.size,
    setTimer(ms, callback, options) {
      const timer = systemClock.setTimer(
        ms,
        () => {
          waiting.delete(timer);
          callback();
        },
        options,
      );
      waiting.add(timer);
      return {
        cancel() {
          waiting.delete(timer);
          timer.cancel();
        },
        keepAlive: (hold) => timer.keepAlive?.(hold),
      };
    },
  };
}
