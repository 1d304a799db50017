import { reworded } from '../cycle/reworded.ts';
import type { HoldfastError } from '../errors.ts';
import { isHoldfastError } from '../lazy-base.ts';
import type { Outcome } from '../outcome.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Inputs } from '../state/inputs.ts';
import type { InputsProposal } from '../state/proposal.ts';
import type { Because } from './because.ts';
import type { OperatedConfig } from './operated-config.ts';
import { operatorOf } from './operator.ts';

/** What came into force. */
export type Accepted = Extract<Outcome, { kind: 'accepted' | 'unchanged' }>;

/** One thing that an operator wants of a config. Several can make one proposal. */
export interface Step {
  readonly trigger: InputsProposal['trigger'];
  /** Once it is in force: what it takes away may have gone before, and is to be gone after a restart, too. */
  readonly takesAway?: boolean;
  /** The inputs as it would have them, given what is; the error is why not. Called once, in the config's turn. */
  change(state: ConfigState): Inputs | HoldfastError;
  /** It is in force: tells of it. */
  told(outcome: Accepted): void;
}

/** Several steps, one after the other, as one proposal. */
export function proposalOf(steps: readonly Step[], { by, reason }: Because): InputsProposal {
  const change = (state: ConfigState): Inputs | HoldfastError => {
    let { inputs } = state;
    for (const step of steps) {
      const next = step.change({ ...state, inputs });
      if (isHoldfastError(next)) return next;
      inputs = next;
    }
    return inputs;
  };
  return { kind: 'inputs', trigger: steps.at(-1)!.trigger, by, reason, change };
}

/**
 * Proposes one step; resolves when it is in force and written down.
 *
 * @throws {HoldfastError} why it cannot be; `CACHE_FAILED`: it is in force, and not written down
 */
export async function take(
  config: OperatedConfig,
  step: Step,
  because: Because,
): Promise<Accepted> {
  const written = operatorOf(config).writes();
  const outcome = await config.propose(proposalOf([step], because));
  if ('error' in outcome) throw named(config, outcome.error);
  step.told(outcome as Accepted);
  await written(step.takesAway);
  return outcome as Accepted;
}

/** What an operator's call rejects with: it says of which config. */
export function named({ policy }: OperatedConfig, error: HoldfastError): HoldfastError {
  const config = `Config ${JSON.stringify(policy.name)}`;
  const isNamed = error.message.startsWith(config);
  return isNamed ? error : reworded(error, `${config}: ${error.message}`);
}
