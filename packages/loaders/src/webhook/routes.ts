import type { Pokes } from '../push/pokes.ts';

/** Who is told of which config. A name is known for as long as somebody listens to it. */
export class Routes {
  readonly #routes = new Map<string, Set<Pokes>>();

  add(config: string, pokes: Pokes): void {
    const told = this.#routes.get(config) ?? new Set();
    this.#routes.set(config, told.add(pokes));
  }

  delete(config: string, pokes: Pokes): void {
    const told = this.#routes.get(config);
    told?.delete(pokes);
    if (told?.size === 0) this.#routes.delete(config);
  }

  /** Those of one config, or of all where it is `*`; none where nobody knows the name. */
  to(config: string): readonly Pokes[] {
    if (config === '*') return [...this.#routes.values()].flatMap((told) => [...told]);
    return [...(this.#routes.get(config) ?? [])];
  }
}
