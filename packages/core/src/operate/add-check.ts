import type { Proposal } from '../state/proposal.ts';
import type { ValueCheck } from '../state/value-check.ts';
import type { Waiting } from '../state/waiting.ts';

/** A config, as far as its checks are concerned. */
export interface CheckedConfig {
  checks: readonly ValueCheck[];
  readonly state: { readonly waiting: readonly (Waiting | undefined)[] };
  propose(proposal: Proposal): unknown;
}

/**
 * Asks `check` about each value from now on. Gives what takes it away again, any number of times: the documents that
 * were kept, perhaps since it refused them, are then tried again.
 */
export function addCheck(config: CheckedConfig, check: ValueCheck): () => void {
  config.checks = [...config.checks, check];
  return () => {
    if (!config.checks.includes(check)) return;
    config.checks = config.checks.filter((other) => other !== check);
    const { waiting } = config.state;
    const sources = [...waiting.keys()].filter((source) => waiting[source]?.kind === 'kept');
    if (sources.length > 0) config.propose({ kind: 'waiting', sources, trigger: 'retry' });
  };
}
