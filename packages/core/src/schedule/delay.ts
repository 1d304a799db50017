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
