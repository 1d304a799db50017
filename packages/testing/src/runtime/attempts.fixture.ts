import type { HoldfastEvent } from '@holdfast/core';

/** How an attempt stands: under way, or how it ended. */
type Standing =
  | 'under way'
  | HoldfastEvent<'reload.completed'>['outcome']
  | HoldfastEvent<'reload.failed'>['outcome']
  | 'rolledback';

/** Follows the attempts of a manager by its events: each begins once, ends once, and may be taken back after that. */
export class Attempts {
  /** What must not happen. */
  readonly wrong: string[] = [];
  readonly #standings = new Map<string, Standing>();

  /** Of those that have begun. */
  get standings(): readonly Standing[] {
    return [...this.#standings.values()];
  }

  /** Hears an event of any type. */
  readonly hear = (event: HoldfastEvent): void => {
    switch (event.type) {
      case 'reload.started':
        return this.#set(event.reloadId, undefined, 'under way');
      case 'reload.completed':
      case 'reload.failed':
        return this.#set(event.reloadId, 'under way', event.outcome);
      case 'reload.rolledback':
        return this.#set(event.reloadId, 'applied', 'rolledback');
      default:
    }
  };

  #set(id: string, from: Standing | undefined, to: Standing): void {
    const before = this.#standings.get(id);
    if (before !== from) this.wrong.push(`${id} is ${to}, and was ${before ?? 'not begun'}`);
    this.#standings.set(id, to);
  }
}
