/** A timer that runs. */
export interface Timer {
  /** Ends it; calling it again does nothing. */
  cancel(): void;
  /** Changes whether it holds the process open. Where it is missing, the timer is set anew. */
  keepAlive?(hold: boolean): void;
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
  /**
   * Resolves in a later turn of the event loop, without waiting for any time: asked for between the steps of long work, a
   * document of megabytes. A clock for tests knows by it that something is under way. @default the runtime's own
   */
  nextTurn?(): Promise<void>;
}

/** Longest delay that timers of all platforms honour, about 24.8 days; a longer one would fire at once. */
export const MAX_WAIT_MS: number = 2 ** 31 - 1;

/** What `setTimeout` gives: an object in Node, Bun and Deno, a number in browsers. */
type Handle = { ref?(): void; unref?(): void } | number;

class SystemTimer implements Timer {
  readonly #handle: Handle;

  constructor(ms: number, callback: () => void) {
    const handle: unknown = setTimeout(callback, Math.min(Math.max(0, Math.ceil(ms)), MAX_WAIT_MS));
    this.#handle = handle as Handle;
  }

  cancel(): void {
    clearTimeout(this.#handle as number);
  }

  keepAlive(hold: boolean): void {
    if (typeof this.#handle === 'number') return;
    if (hold) this.#handle.ref?.();
    else this.#handle.unref?.();
  }
}

/** Real time. Its timers never hold a process open unless told to. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(ms, callback, { keepAlive = false } = {}) {
    const timer = new SystemTimer(ms, callback);
    if (!keepAlive) timer.keepAlive(false);
    return timer;
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
