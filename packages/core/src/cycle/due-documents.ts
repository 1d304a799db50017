import { Delay } from '../lazy-base.ts';
import type { Proposal } from '../state/proposal.ts';
import { dueTime, type Waiting } from '../state/waiting.ts';
import type { ManagerContext } from './context.ts';

/** A config, as far as its waiting documents are concerned. */
interface WaitingOwner {
  readonly context: ManagerContext;
  readonly state: { readonly waiting: readonly (Waiting | undefined)[] };
  propose(proposal: Proposal): unknown;
}

/** Those of one kind are tried together: held ones count as updates, what was vetoed is only tried again. */
const TRIGGERS = { held: 'window', vetoed: 'retry' } as const;

/** Proposes documents that wait again when their time has come. Made when the first one waits. */
export class DueDocuments {
  readonly #owner: WaitingOwner;
  readonly #delay: Delay;

  constructor(owner: WaitingOwner) {
    this.#owner = owner;
    this.#delay = new Delay(owner.context.scheduler, () => this.#propose());
  }

  /** What waits has changed. */
  follow(): void {
    const dueAt = Math.min(...this.#owner.state.waiting.map(dueTime));
    if (dueAt === Infinity) this.#delay.cancel();
    else this.#delay.start(dueAt);
  }

  cancel(): void {
    this.#delay.cancel();
  }

  #propose(): void {
    const { context, state } = this.#owner;
    const now = context.clock.monotonic();
    for (const kind of ['held', 'vetoed'] as const) {
      const sources = [...state.waiting.keys()].filter((source) => {
        const waiting = state.waiting[source];
        return waiting?.kind === kind && waiting.dueAt <= now;
      });
      if (sources.length === 0) continue;
      this.#owner.propose({ kind: 'waiting', sources, trigger: TRIGGERS[kind] });
    }
  }
}
