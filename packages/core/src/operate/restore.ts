import type { JsonValue } from '../ports/json.ts';
import { HoldfastError, isPlainObject, seal } from '../lazy-base.ts';
import type { Inputs, Override } from '../state/inputs.ts';
import { patchBytes } from '../state/overrides.ts';
import type { OperatedConfig } from './operated-config.ts';
import { operatorOf } from './operator.ts';

/** What an `Operator` wrote down. */
type Kept = Pick<Inputs, 'overrides' | 'pin'> & {
  /** Names of the sources, in the order in which the pin bars documents of theirs. */
  readonly sources?: readonly string[];
};

/**
 * Takes what operators set before the restart: what has not ended meanwhile. What has is told of, and goes from the cache,
 * too, so that it does not come back when the clock is set back. @throws {HoldfastError} `CACHE_FAILED`
 */
export async function restore(config: OperatedConfig, raw: JsonValue): Promise<void> {
  const {
    overrides = [],
    pin: last,
    sources = [],
  } = kept(seal(raw, undefined, config.policy.limits));
  const barred = config.policy.sources.map(({ name }) => last?.barred[sources.indexOf(name)] ?? []);
  const pin = last && { ...last, barred };
  const now = config.context.clock.now();
  const isAlive = ({ expiresAt = Infinity }: Override): boolean => expiresAt > now;
  const alive = overrides
    .filter(isAlive)
    .map((override) => ({ ...override, bytes: patchBytes(override.patch) }));
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
  const ended = overrides.filter((override) => !isAlive(override));
  if (ended.length === 0 || config.closed) return;
  operator.rewrite();
  for (const { id, by, reason } of ended) {
    const details = { trigger: 'expiry', id, because: 'expired', by, reason } as const;
    config.context.events.emit('override.cleared', config.policy.name, () => details);
  }
}

/** Another release may have written it otherwise: half understood it would stand in the way of every document. */
function kept(raw: JsonValue): Kept {
  const { overrides = [], pin, sources = [] }: Kept = raw as object;
  const isKnown =
    isPlainObject(raw) &&
    Array.isArray(overrides) &&
    overrides.every((one: unknown) => isPlainObject(one) && isPlainObject(one['patch'])) &&
    new Set(overrides.map(({ id }: Override) => id)).size === overrides.length &&
    Array.isArray(sources) &&
    (pin === undefined || isPin(pin));
  if (isKnown) return { overrides, pin, sources };
  throw new HoldfastError('CACHE_FAILED', 'the record has another form than this release writes');
}

function isPin(pin: unknown): boolean {
  if (!isPlainObject(pin) || !['document', 'all'].includes(pin['kind'] as string)) return false;
  return Array.isArray(pin['barred']) && pin['barred'].every(Array.isArray);
}
