import { checkOf, HoldfastError } from '../lazy-base.ts';
import type { Outcome } from '../outcome.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Inputs } from '../state/inputs.ts';
import { type Because, checkBecause } from './because.ts';
import type { OperatedConfig } from './operated-config.ts';
import { take } from './step.ts';

/** Also where nothing is pinned yet: the cache may still have to say what was before the restart. */
function unpinned({ inputs }: ConfigState): Inputs {
  return isUnpinned(inputs) ? inputs : { ...inputs, pin: undefined };
}

function isUnpinned(inputs: Inputs): boolean {
  return 'pin' in inputs && inputs.pin === undefined;
}

/** The commit itself tells of pins, whoever changed them. */
const UNTOLD = { trigger: 'operator', told() {} } as const;

/** Keeps what is in force: whatever the sources bring waits. @throws {HoldfastError} why it cannot be */
export function pin(config: OperatedConfig, because: Because): Promise<Outcome> {
  checkBecause(checkOf(config.policy, 'pin'), because);
  const { by, reason } = because;
  const change = ({ inputs, snapshot }: ConfigState): Inputs | HoldfastError => {
    if (snapshot === undefined)
      return new HoldfastError('NO_VALUE', 'There is no value to pin yet');
    const barred = inputs.pin?.barred ?? inputs.documents.map(() => []);
    const at = config.context.clock.now();
    return { ...inputs, pin: { kind: 'all', barred, by, reason, at } };
  };
  return take(config, { ...UNTOLD, change }, because);
}

/**
 * Bars nothing any more. What was kept away and is still what its source has is tried again at once, past the limit of
 * updates; the outcome is that of it.
 */
export async function unpin(config: OperatedConfig, because: Because): Promise<Outcome> {
  checkBecause(checkOf(config.policy, 'unpin'), because);
  const { by, reason } = because;
  await take(config, { ...UNTOLD, takesAway: true, change: unpinned }, because);
  const { waiting } = config.state;
  const sources = [...waiting.keys()].filter((source) => waiting[source]?.kind === 'barred');
  if (sources.length === 0) return { kind: 'unchanged' };
  return config.propose({ kind: 'waiting', sources, trigger: 'unpin', by, reason });
}
