import type { ConfigHandle } from '@holdfast/core';

/** So many listen at a time. */
const LISTENERS = 100;

/** Listeners of changes that come and go: a hundred at a time. */
export class Listeners {
  readonly #subscribed: (() => void)[] = [];
  readonly #gone = new FinalizationRegistry<undefined>(() => (this.#held -= 1));
  #held = 0;
  #next = 0;

  /** Those that something still holds, as far as garbage was collected. */
  get held(): number {
    return this.#held;
  }

  /** One more, in the place of the oldest one when there are enough. */
  turn(configs: readonly ConfigHandle<unknown>[]): void {
    if (this.#subscribed.length >= LISTENERS) this.#subscribed.shift()!();
    const config = configs[this.#next++ % configs.length]!;
    let seen: unknown;
    const listener = (value: unknown): void => void (seen = value ?? seen);
    this.#held += 1;
    this.#gone.register(listener, undefined);
    this.#subscribed.push(config.onChange(listener));
  }

  /** All of them go. */
  end(): void {
    for (const off of this.#subscribed.splice(0)) off();
  }
}
