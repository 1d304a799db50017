import { OptionCheck } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { Outcome } from '../outcome.ts';
import type { Proposal } from '../state/proposal.ts';
import type { Waiting } from '../state/waiting.ts';

/** Who takes a refused document, and why. */
export interface AcceptOptions {
  /** Who: a name, an address. */
  readonly by: string;
  /** Why: for those who read it later. */
  readonly reason: string;
}

/** The queue of a config, as an operator uses it. */
export interface OperatedConfig {
  readonly policy: ConfigPolicy;
  readonly waiting: readonly (Waiting | undefined)[];
  propose(proposal: Proposal): Outcome | Promise<Outcome>;
}

/** Takes the document that was refused by what it was compared with, past the limit of updates and `maxRemoved`. */
export async function acceptRefused(
  config: OperatedConfig,
  options: AcceptOptions,
): Promise<Outcome> {
  const check: OptionCheck = new OptionCheck(
    `acceptRefused() of config ${JSON.stringify(config.policy.name)}`,
  );
  check.object('options', options, ['by', 'reason']);
  const { by, reason } = options;
  check.text('by', by);
  check.text('reason', reason);
  const source = config.waiting.findIndex((waiting) => waiting?.kind === 'kept');
  if (source < 0) return { kind: 'unchanged' };
  return config.propose({ kind: 'waiting', source, trigger: 'operator', by, reason });
}
