/** Something that waits for a slot. */
export interface SlotWaiter {
  /** A slot is theirs; they give it back with `release`. Must not throw. */
  onSlot(): void;
}

/** At most so many polls at the same time; the rest wait in order of arrival. */
export class PollSlots {
  readonly #waiting = new Set<SlotWaiter>();
  #free: number;

  constructor(slots: number) {
    this.#free = slots;
  }

  /** Calls `waiter.onSlot()` at once or when a slot is free. */
  acquire(waiter: SlotWaiter): void {
    if (this.#free > 0) {
      this.#free--;
      waiter.onSlot();
    } else this.#waiting.add(waiter);
  }

  /** Leaves the queue; says whether it was in it. */
  leave(waiter: SlotWaiter): boolean {
    return this.#waiting.delete(waiter);
  }

  release(): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      next.onSlot();
      return;
    }
    this.#free++;
  }
}
