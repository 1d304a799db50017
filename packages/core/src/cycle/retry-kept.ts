import type { Proposal } from '../state/proposal.ts';
import { isRetryable, type Waiting } from '../state/waiting.ts';

/** A config whose kept documents may be tried again. */
interface Keeper {
  readonly state: { readonly waiting: readonly (Waiting | undefined)[] };
  propose(proposal: Proposal): unknown;
}

/** What was refused for the sake of something that has changed since is tried again. */
export function retryKept(config: Keeper): void {
  const { waiting } = config.state;
  const sources = [...waiting.keys()].filter((source) => isRetryable(waiting[source]));
  if (sources.length > 0) config.propose({ kind: 'waiting', sources, trigger: 'retry' });
}
