import type { JsonValue } from '../ports/json.ts';
import { seal } from '../lazy-base.ts';
import type { Inputs } from '../state/inputs.ts';
import type { OperatedConfig } from './operated-config.ts';
import { operatorOf } from './operator.ts';

/** What an `Operator` wrote down. */
type Kept = Pick<Inputs, 'overrides' | 'pin'>;

/** Takes what operators set before the restart: what has not ended meanwhile. Never rejects. */
export async function restore(config: OperatedConfig, raw: JsonValue): Promise<void> {
  const { overrides = [], pin } = seal(raw, undefined, config.policy.limits) as unknown as Kept;
  const now = config.context.clock.now();
  const alive = overrides.filter(({ expiresAt = Infinity }) => expiresAt > now);
  operatorOf(config);
  await config.propose({
    kind: 'inputs',
    trigger: 'cache',
    by: '',
    reason: '',
    change: ({ inputs }) => ({ ...inputs, overrides: alive, ...(pin && { pin }) }),
  });
}
