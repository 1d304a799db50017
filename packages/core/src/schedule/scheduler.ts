import type { Clock, Timer } from '../ports/clock.ts';

/** Something that is run at a time. The scheduler writes `dueAt` and `slot`; nobody else does. */
export interface Task {
  /** Monotonic time at which it is due. */
  dueAt: number;
  /** Its place in the heap; negative while it is not scheduled. Begin with -1. */
  slot: number;
  /** Must not throw. It may schedule itself again. */
  run(): void;
}

/** The slot of a task that was taken out to be run. */
const DUE = -2;
/** It never sleeps longer, so that a step of the wall clock is seen within this time. */
const LONGEST_SLEEP_MS = 60_000;
/** A wall clock that gained so much on the monotonic one: the machine was asleep. */
const SUSPENDED_MS = 30_000;
/** A wake so late: the process was stopped or its event loop blocked. */
const PAUSED_MS = 5_000;

/** One timer for all tasks: a binary heap by time. Never holds a process open unless somebody waits (see `hold`). */
export class Scheduler {
  readonly #clock: Clock;
  /** Called when time was lost; with how long the whole machine slept, in milliseconds, if it did. */
  readonly #onLostTime: (sleptMs: number) => void;
  readonly #heap: Task[] = [];
  readonly #wake = (): void => this.#onTimer();
  #timer: Timer | undefined;
  #armedFor = Infinity;
  #holds = 0;
  /** Wall clock minus monotonic clock. */
  #offset: number;

  constructor(clock: Clock, onLostTime: (sleptMs: number) => void) {
    this.#clock = clock;
    this.#onLostTime = onLostTime;
    this.#offset = clock.now() - clock.monotonic();
  }

  /** Number of tasks that are scheduled. */
  get size(): number {
    return this.#heap.length;
  }

  /** Schedules `task` for a monotonic time, in place of whenever it was scheduled for. */
  schedule(task: Task, dueAt: number): void {
    this.#remove(task);
    // no wait is better than one without end
    task.dueAt = Number.isNaN(dueAt) ? this.#clock.monotonic() : dueAt;
    this.#place(task, this.#heap.push(task) - 1);
    this.#up(task);
    // when this is no longer the first wake, the early one finds nothing due and arms again
    if (task.dueAt < this.#armedFor) this.#arm();
  }

  /** Takes `task` out; does nothing when it is not scheduled. */
  cancel(task: Task): void {
    this.#remove(task);
    if (this.#heap.length === 0) this.#disarm();
  }

  /** Holds the process open for as long as a timer runs, until `release`. Each hold wants its release. */
  hold(): void {
    if (this.#holds++ === 0) this.#keepAlive(true);
  }

  release(): void {
    if (--this.#holds === 0) this.#keepAlive(false);
  }

  #onTimer(): void {
    const late = this.#clock.monotonic() - this.#armedFor;
    this.#timer = undefined;
    this.#armedFor = Infinity;
    this.#noticeLostTime(late);
    const now = this.#clock.monotonic();
    // what is scheduled by these runs waits for the next wake, even if it is due
    for (const task of this.#takeDue(now)) {
      if (task.slot === DUE) task.run();
    }
    this.#arm();
  }

  #takeDue(now: number): readonly Task[] {
    const due: Task[] = [];
    for (let first = this.#heap[0]; first && first.dueAt <= now; first = this.#heap[0]) {
      this.#remove(first);
      first.slot = DUE;
      due.push(first);
    }
    return due;
  }

  #noticeLostTime(late: number): void {
    const offset = this.#clock.now() - this.#clock.monotonic();
    const gained = offset - this.#offset;
    const sleptMs = gained > SUSPENDED_MS ? gained : 0;
    this.#offset = offset;
    if (sleptMs > 0 || late > PAUSED_MS) this.#onLostTime(sleptMs);
  }

  #keepAlive(hold: boolean): void {
    if (this.#timer?.keepAlive) this.#timer.keepAlive(hold);
    else {
      this.#disarm();
      this.#arm();
    }
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#armedFor = Infinity;
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined) return;
    const now = this.#clock.monotonic();
    const at = Math.min(first.dueAt, now + LONGEST_SLEEP_MS);
    if (at >= this.#armedFor) return;
    this.#timer?.cancel();
    this.#armedFor = at;
    this.#timer = this.#clock.setTimer(Math.max(0, at - now), this.#wake, {
      keepAlive: this.#holds > 0,
    });
  }

  #remove(task: Task): void {
    const { slot } = task;
    task.slot = -1;
    if (slot < 0) return;
    const last = this.#heap.pop()!;
    if (last !== task) {
      this.#place(last, slot);
      this.#down(last);
      this.#up(last);
    }
  }

  #place(task: Task, slot: number): void {
    this.#heap[slot] = task;
    task.slot = slot;
  }

  #up(task: Task): void {
    let { slot } = task;
    while (slot > 0) {
      const above = (slot - 1) >> 1;
      const parent = this.#heap[above]!;
      if (parent.dueAt <= task.dueAt) break;
      this.#place(parent, slot);
      slot = above;
    }
    this.#place(task, slot);
  }

  #down(task: Task): void {
    let { slot } = task;
    for (;;) {
      let below = 2 * slot + 1;
      if (below >= this.#heap.length) break;
      const right = this.#heap[below + 1];
      if (right && right.dueAt < this.#heap[below]!.dueAt) below++;
      const child = this.#heap[below]!;
      if (child.dueAt >= task.dueAt) break;
      this.#place(child, slot);
      slot = below;
    }
    this.#place(task, slot);
  }
}
