/** Something that waits for a slot. */
export interface SlotWaiter {
  /** A slot is theirs until they leave. Must not throw. */
  onSlot(): void;
}

/**
 * At most so many polls at the same time; the rest wait in order of arrival. One origin has at most half of the slots,
 * so that one that hangs does not starve the others.
 */
export class PollSlots {
  readonly #slots: number;
  /** Each with its origin. */
  readonly #holders = new Map<SlotWaiter, string>();
  readonly #waiting = new Map<SlotWaiter, string>();

  constructor(slots: number) {
    this.#slots = slots;
  }

  /** Calls `waiter.onSlot()` at once or when a slot is free. */
  enter(waiter: SlotWaiter, origin: string): void {
    this.#waiting.set(waiter, origin);
    this.#admit();
  }

  /** Gives the slot back, or the place in the queue; does nothing without either. */
  leave(waiter: SlotWaiter): void {
    this.#waiting.delete(waiter);
    if (this.#holders.delete(waiter)) this.#admit();
  }

  #admit(): void {
    for (const [next, origin] of this.#waiting) {
      if (this.#holders.size >= this.#slots) return;
      if (this.#heldBy(origin) >= Math.ceil(this.#slots / 2)) continue;
      this.#waiting.delete(next);
      this.#holders.set(next, origin);
      next.onSlot();
    }
  }

  #heldBy(origin: string): number {
    let held = 0;
    for (const holder of this.#holders.values()) if (holder === origin) held++;
    return held;
  }
}
