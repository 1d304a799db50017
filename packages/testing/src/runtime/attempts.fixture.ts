import type { HoldfastEvent } from '@holdfast/core';

/** How an attempt stands: under way, or how it ended. */
type Standing =
  | 'under way'
  | HoldfastEvent<'reload.completed'>['outcome']
  | HoldfastEvent<'reload.failed'>['outcome']
  | 'rolledback';

/** Follows the attempts of a manager by its events: each begins once, ends once, and may be taken back after that. */
export class Attempts {
  readonly #wrong: string[] = [];
  readonly #standings = new Map<string, Standing>();

  /** Of those that have begun. */
  get standings(): readonly Standing[] {
    return [...this.#standings.values()];
  }

  /** Hears an event of any type. */
  readonly hear = (event: HoldfastEvent): void => {
    const { type } = event;
    if (type === 'reload.started') this.#set(event.reloadId, undefined, 'under way');
    if (type === 'reload.completed' || type === 'reload.failed')
      this.#set(event.reloadId, 'under way', event.outcome);
    if (type === 'reload.rolledback') this.#set(event.reloadId, 'applied', 'rolledback');
  };

  /** The config is closed. @throws {Error} where one has no end, or more than one */
  close(): void {
    for (const [id, how] of this.#standings)
      if (how === 'under way') this.#wrong.push(`${id} has no end`);
    if (this.#wrong.length > 0) throw new Error(`Attempts: ${this.#wrong.join('; ')}`);
  }

  #set(id: string, from: Standing | undefined, to: Standing): void {
    const before = this.#standings.get(id);
    if (before !== from) this.#wrong.push(`${id} is ${to}, and was ${before ?? 'not begun'}`);
    this.#standings.set(id, to);
  }
}
