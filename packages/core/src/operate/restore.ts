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
  const operator = operatorOf(config);
  await config.propose({
    kind: 'inputs',
    trigger: 'cache',
    by: '',
    reason: '',
    change: ({ inputs }) => {
      const { overrides: since = [] } = inputs;
      const names = new Set([...alive, ...since].map(({ id }) => id));
      const before = alive.map((override) => {
        if (since.every(({ id }) => id !== override.id)) return override;
        // somebody was faster, and has its name
        let id: string;
        do id = operator.nextId('o');
        while (names.has(id));
        return { ...override, id };
      });
      // what was set meanwhile lies above
      return { ...inputs, overrides: [...before, ...since], ...(pin && { pin }) };
    },
  });
}
