import type { ConfigState } from '../state/config-state.ts';
import type { Proposal } from '../state/proposal.ts';
import { isRetryable } from '../state/waiting.ts';

/** A config whose kept documents, and overrides, may be tried again. */
interface Keeper {
  readonly state: Pick<ConfigState, 'waiting' | 'cached'>;
  /** Once it was needed. */
  readonly operator: { follow(): void } | undefined;
  propose(proposal: Proposal): unknown;
}

/** What was refused for the sake of something that has changed since is tried again. */
export function retryKept(config: Keeper): void {
  const { state } = config;
  for (const cached of [true, false]) {
    const waiting = cached ? state.cached : state.waiting;
    const sources = [...waiting.keys()].filter((source) => isRetryable(waiting[source]));
    if (sources.length > 0) config.propose({ kind: 'waiting', sources, cached, trigger: 'retry' });
  }
  // overrides that could not go wait, too
  config.operator?.follow();
}
