/** Cancels what it was returned for; calling it again does nothing. */
export interface Timer {
  cancel(): void;
}

/** How {@link Clock.setTimer} treats the process. */
export interface TimerOptions {
  /** Holds the process open until the timer fires or is cancelled. @default {false} */
  readonly keepAlive?: boolean;
}

/** The only source of time. Swap it in tests; nothing else in this package may ask for the time or set a timer. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970. It can step; use it for what is shown or stored. */
  now(): number;
  /** Milliseconds since an arbitrary origin; never steps back. Every wait and age is counted in it. */
  monotonic(): number;
  /** Calls back once, not before `ms` milliseconds. */
  setTimer(ms: number, callback: () => void, options?: TimerOptions): Timer;
}

/** Longest delay that `setTimeout` honours; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Real time. Its timers never hold a process open unless told to. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(ms, callback, { keepAlive = false } = {}) {
    const handle: unknown = setTimeout(
      callback,
      Math.min(Math.max(0, Math.ceil(ms)), MAX_TIMER_MS),
    );
    if (!keepAlive && typeof handle === 'object') (handle as { unref?(): void }).unref?.();
    return { cancel: () => clearTimeout(handle as number) };
  },
};

/** What loaders may know of time. */
export interface LoaderTime {
  /** See {@link Clock.now}. */
  now(): number;
  /** See {@link Clock.monotonic}. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason, and leaves nothing behind, when it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
