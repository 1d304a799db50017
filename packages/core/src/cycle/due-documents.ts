import { Delay } from '../lazy-base.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Proposal } from '../state/proposal.ts';
import { dueTime, type Waiting } from '../state/waiting.ts';
import type { ManagerContext } from './context.ts';

/** A config, as far as its waiting documents are concerned. */
interface WaitingOwner {
  readonly context: ManagerContext;
  readonly state: Pick<ConfigState, 'waiting' | 'cached'>;
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
    const { waiting, cached } = this.#owner.state;
    const dueAt = Math.min(...waiting.map(dueTime), ...cached.map(dueTime));
    if (dueAt === Infinity) this.#delay.cancel();
    else this.#delay.start(dueAt);
  }

  cancel(): void {
    this.#delay.cancel();
  }

  #propose(): void {
    const { context, state } = this.#owner;
    const now = context.clock.monotonic();
    const due = (those: ConfigState['waiting'], kind: Waiting['kind']): readonly number[] =>
      [...those.keys()].filter((source) => {
        const waiting = those[source];
        return waiting?.kind === kind && dueTime(waiting) <= now;
      });
    for (const kind of ['held', 'vetoed'] as const) {
      const trigger = TRIGGERS[kind];
      // what was in force first, or what came since would be compared with nothing
      for (const cached of [true, false]) {
        const sources = due(cached ? state.cached : state.waiting, kind);
        if (sources.length > 0) this.#owner.propose({ kind: 'waiting', sources, cached, trigger });
      }
    }
  }
}
