import type { Timer, TimerOptions } from '@holdfast/core';

interface PendingTimer {
  readonly dueAt: number;
  readonly keepAlive: boolean;
  callback(): void;
}

/** As the system clock, so that a wait that is too long for it shows in tests as well. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Timers in a row without time passing that are taken for a loop. */
const MAX_AT_ONCE = 10_000;

/** Monotonic time and the timers that wait for it. */
export class Timers {
  now = 0;
  readonly #pending = new Set<PendingTimer>();
  #firedAtOnce = 0;

  get size(): number {
    return this.#pending.size;
  }

  get keepAliveSize(): number {
    return [...this.#pending].filter((timer) => timer.keepAlive).length;
  }

  set(ms: number, callback: () => void, { keepAlive = false }: TimerOptions = {}): Timer {
    const waitMs = Math.min(Math.max(0, Math.ceil(ms) || 0), MAX_TIMER_MS);
    const timer = { dueAt: this.now + waitMs, keepAlive, callback };
    this.#pending.add(timer);
    return { cancel: () => void this.#pending.delete(timer) };
  }

  /** Moves to the first timer due up to `end` and fires it; false if there is none. */
  fireNext(end: number): boolean {
    const timer = this.#first(end);
    if (!timer) return false;
    this.#firedAtOnce = timer.dueAt > this.now ? 1 : this.#firedAtOnce + 1;
    if (this.#firedAtOnce > MAX_AT_ONCE)
      throw new Error(
        `Cannot advance: timers set each other without time passing, at ${this.now} ms`,
      );
    this.now = timer.dueAt;
    this.#pending.delete(timer);
    timer.callback();
    return true;
  }

  /** Of several at one time, the one that was set first. */
  #first(end: number): PendingTimer | undefined {
    let first: PendingTimer | undefined;
    for (const timer of this.#pending)
      if (timer.dueAt <= end && (!first || timer.dueAt < first.dueAt)) first = timer;
    return first;
  }
}
