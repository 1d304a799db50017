import type { ErrorCode } from '../errors.ts';
import { OptionCheck } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { Outcome } from '../outcome.ts';
import type { ConfigState } from '../state/config-state.ts';
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
  readonly state: ConfigState;
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
  const { waiting } = config.state;
  const sources = [...waiting.keys()].filter((source) => isAcceptable(waiting[source]));
  if (sources.length === 0) return { kind: 'unchanged' };
  return config.propose({ kind: 'waiting', sources, trigger: 'operator', by, reason });
}

/** Only what a document was compared with can be passed over; the schema, rules and participants never. */
function isAcceptable(waiting: Waiting | undefined): boolean {
  return waiting?.kind === 'kept' && COMPARED.has(waiting.error.code);
}

const COMPARED: ReadonlySet<ErrorCode> = new Set(['REMOVED_TOO_MUCH']);
