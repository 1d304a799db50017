/** Something that waits for a slot. */
export interface SlotWaiter {
  /** What its slots are shared with. */
  readonly origin: string;
  /** A slot is theirs until they leave. Must not throw. */
  onSlot(): void;
}

/**
 * At most so many polls at the same time. The rest wait, the origins in turn and the polls of one origin in order of
 * arrival. One origin has at most half of the slots, so that one that hangs does not starve the others.
 */
export class PollSlots {
  #slots: number;
  readonly #share: number;
  readonly #holders = new Set<SlotWaiter>();
  /** How many slots each origin has. */
  readonly #held = new Map<string, number>();
  /** Who waits, by origin. */
  readonly #queues = new Map<string, Set<SlotWaiter>>();

  constructor(slots: number) {
    this.#slots = slots;
    this.#share = Math.ceil(slots / 2);
  }

  /** Calls `waiter.onSlot()` at once or when a slot is free. */
  enter(waiter: SlotWaiter): void {
    const { origin } = waiter;
    const queue = this.#queues.get(origin) ?? new Set();
    this.#queues.set(origin, queue.add(waiter));
    this.#admit();
  }

  /** Gives the slot back, or the place in the queue; does nothing without either. */
  leave(waiter: SlotWaiter): void {
    const { origin } = waiter;
    this.#unqueue(waiter);
    if (!this.#holders.delete(waiter)) return;
    const left = this.#heldBy(origin) - 1;
    if (left > 0) this.#held.set(origin, left);
    else this.#held.delete(origin);
    this.#admit();
  }

  /** Nobody gets one any more. */
  close(): void {
    this.#slots = 0;
  }

  #admit(): void {
    for (const [origin, queue] of this.#queues) {
      if (this.#holders.size >= this.#slots) return;
      // at most two origins are at their share: this passes over no long list
      if (this.#heldBy(origin) >= this.#share) continue;
      const [next] = queue;
      this.#unqueue(next!);
      // to the end: the other origins come first
      if (this.#queues.delete(origin)) this.#queues.set(origin, queue);
      this.#holders.add(next!);
      this.#held.set(origin, this.#heldBy(origin) + 1);
      next!.onSlot();
    }
  }

  #unqueue(waiter: SlotWaiter): void {
    const { origin } = waiter;
    const queue = this.#queues.get(origin);
    queue?.delete(waiter);
    if (queue?.size === 0) this.#queues.delete(origin);
  }

  #heldBy(origin: string): number {
    return this.#held.get(origin) ?? 0;
  }
}
