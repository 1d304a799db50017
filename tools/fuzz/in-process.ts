import type { Subject } from './order.ts';
import { type Spoil, runOrder } from './subject.ts';

/** Goes through cases in this process; with `spoil`, of loaders that are wrong. */
export function inProcess(spoil?: Spoil): Subject {
  return {
    run: async (order) => structuredClone(await runOrder(order, spoil)),
    [Symbol.asyncDispose]: async () => {},
  };
}
