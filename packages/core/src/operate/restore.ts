import type { JsonValue } from '../ports/json.ts';
import { HoldfastError, isPlainObject, seal } from '../lazy-base.ts';
import type { Inputs, Override, Pin } from '../state/inputs.ts';
import { patchBytes } from '../state/overrides.ts';
import { MOST_BARRED } from '../state/rollback.ts';
import type { OperatedConfig, OperatorMemory } from './operated-config.ts';
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
      const { overrides: since = [], cleared } = inputs;
      // what was set meanwhile lies above
      const both = [...(cleared ? [] : renamed(alive, since, operator)), ...since];
      return { ...inputs, overrides: both, ...pinBeside(inputs, pin) };
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

/** `alive`, where somebody was faster and has the name of one, with another name for that. */
function renamed(
  alive: readonly Override[],
  since: readonly Override[],
  operator: OperatorMemory,
): readonly Override[] {
  const names = new Set([...alive, ...since].map(({ id }) => id));
  return alive.map((override) => {
    if (since.every(({ id }) => id !== override.id)) return override;
    let id: string;
    do id = operator.nextId('o');
    while (names.has(id));
    return { ...override, id };
  });
}

/** What was pinned before the restart, and what operators have said of pins since then, which counts for more. */
function pinBeside(inputs: Inputs, last: Pin | undefined): Pick<Inputs, 'pin'> {
  if (last === undefined || inputs.cleared === 'all') return {};
  if (!('pin' in inputs)) return { pin: last };
  const { pin } = inputs;
  if (pin === undefined) return { pin };
  const barred = pin.barred.map((those, i) => [...last.barred[i]!, ...those].slice(-MOST_BARRED));
  return { pin: { ...(last.kind === 'all' ? last : pin), barred } };
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
