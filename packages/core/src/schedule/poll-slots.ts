/** Something that waits for a slot. */
export interface SlotWaiter {
  /** A slot is theirs until they leave. Must not throw. */
  onSlot(): void;
}

/** At most so many polls at the same time; the rest wait in order of arrival. */
export class PollSlots {
  readonly #slots: number;
  readonly #holders = new Set<SlotWaiter>();
  readonly #waiting = new Set<SlotWaiter>();

  constructor(slots: number) {
    this.#slots = slots;
  }

  /** Calls `waiter.onSlot()` at once or when a slot is free. */
  enter(waiter: SlotWaiter): void {
    this.#waiting.add(waiter);
    this.#admit();
  }

  /** Gives the slot back, or the place in the queue; does nothing without either. */
  leave(waiter: SlotWaiter): void {
    this.#waiting.delete(waiter);
    if (this.#holders.delete(waiter)) this.#admit();
  }

  #admit(): void {
    for (const next of this.#waiting) {
      if (this.#holders.size >= this.#slots) return;
      this.#waiting.delete(next);
      this.#holders.add(next);
      next.onSlot();
    }
  }
}
