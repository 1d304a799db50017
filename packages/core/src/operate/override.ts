import { copyJson, getAt, HoldfastError, MAX_WAIT_MS, messageOf, seal } from '../lazy-base.ts';
import { OptionCheck } from '../lazy-base.ts';
import type { Path } from '../document/path.ts';
import { parsePath } from '../document/path.ts';
import { redact } from '../document/redact.ts';
import type { Rehearsal } from '../cycle/rehearse.ts';
import type { Outcome } from '../outcome.ts';
import type { JsonValue } from '../ports/json.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Inputs, Override } from '../state/inputs.ts';
import { withOverride, withoutOverrides } from '../state/overrides.ts';
import { type Because, checkBecause } from './because.ts';
import type { OperatedConfig } from './operated-config.ts';
import { operatorOf } from './operator.ts';

/** How something is laid over the documents. */
export interface OverrideOptions extends Because {
  /** It ends by itself after so many milliseconds, 1 to 2 147 483 647. @default {never} */
  readonly ttlMs?: number;
  /** A restart keeps it: it is written to the cache of the manager before the call resolves. @default {false} */
  readonly persist?: boolean;
  /** Only says what would come of it. @default {false} */
  readonly dryRun?: boolean;
}

/** What is laid over the documents, as others see it. */
export interface OverrideInfo extends Because {
  /** Names it in events and in `explain()`. */
  readonly id: string;
  /** The raw JSON that is laid over the documents, without its secrets. */
  readonly patch: unknown;
  /** Wall-clock time in milliseconds at which it was set. */
  readonly at: number;
  /** Wall-clock time in milliseconds at which it ends by itself. */
  readonly expiresAt: number | undefined;
  /** A restart keeps it. */
  readonly persist: boolean;
}

/** Something that was laid over the documents, in the hands of who did it. */
export class OverrideHandle {
  /** Names it in events and in `explain()`. */
  readonly id: string;
  readonly #config: OperatedConfig;
  readonly #because: Because;

  /** @internal */
  constructor(config: OperatedConfig, { id, by, reason }: Override) {
    this.id = id;
    this.#config = config;
    this.#because = { by, reason };
  }

  /**
   * Takes it away: what the sources say counts again, also when others changed the config meanwhile. Any number of
   * times. Resolves with the outcome; where the documents are no value without it, that is `refused`, and it goes as
   * soon as they are.
   */
  async clear(because: Partial<Because> = {}): Promise<Outcome> {
    return clear(this.#config, { ...this.#because, ...because }, [this.id]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clear();
  }
}

/** Lays a patch over the documents. @throws {HoldfastError} why it cannot be */
export async function override(
  config: OperatedConfig,
  patch: unknown,
  options: OverrideOptions,
): Promise<OverrideHandle | Rehearsal> {
  const terms = overrideTerms(config, options);
  const operator = operatorOf(config);
  const { clock } = config.context;
  const { by, reason } = options;
  let set: Override | undefined;
  const change = (state: ConfigState): Inputs | HoldfastError => {
    const sealed = patchFor(config, state, patch);
    if (sealed instanceof HoldfastError) return sealed;
    const at = clock.now();
    const { ttlMs, persist } = terms;
    const expiresAt = ttlMs === undefined ? undefined : at + ttlMs;
    const id = options.dryRun ? 'this' : operator.nextId();
    set = { id, patch: sealed, by, reason, at, persist, ...(expiresAt && { expiresAt }) };
    return withOverride(state.inputs, set);
  };
  if (terms.dryRun) return config.rehearse(change);
  const outcome = await config.propose({ kind: 'inputs', trigger: 'override', by, reason, change });
  if ('error' in outcome) throw outcome.error;
  const { id, expiresAt, patch: sealed } = set!;
  const paths = config.changesBetween(undefined, sealed).map(({ path }) => path.join('.'));
  config.context.events.emit('override.set', config.policy.name, () => ({
    id,
    paths,
    by,
    reason,
    expiresAt,
  }));
  await operator.written();
  return new OverrideHandle(config, set!);
}

/** Takes overrides away: these, or all. */
export async function clear(
  config: OperatedConfig,
  { by, reason }: Because,
  ids?: readonly string[],
): Promise<Outcome> {
  const operator = operatorOf(config);
  let gone: readonly Override[] = [];
  const outcome = await config.propose({
    kind: 'inputs',
    trigger: 'override',
    by,
    reason,
    change: ({ inputs }) => {
      const { overrides = [] } = inputs;
      gone = overrides.filter(({ id }) => ids?.includes(id) ?? true);
      return withoutOverrides(inputs, ids);
    },
  });
  if (outcome.kind === 'refused' || outcome.kind === 'vetoed') {
    for (const { id } of gone) operator.end(id);
    return outcome;
  }
  for (const { id } of gone) {
    const because = 'cleared' as const;
    config.context.events.emit('override.cleared', config.policy.name, () => {
      return { id, because, by, reason };
    });
  }
  await operator.written();
  return outcome;
}

/** What operators call to reset a config to what its sources say. @throws {HoldfastError} `INVALID_OPTIONS` */
export function clearOverrides(config: OperatedConfig, because: Because): Promise<Outcome> {
  checkBecause(`clearOverrides() of config ${JSON.stringify(config.policy.name)}`, because);
  return clear(config, because);
}

/** What is laid over the documents, the lowest first. */
export function overridesOf({ state, policy }: OperatedConfig): readonly OverrideInfo[] {
  return (state.inputs.overrides ?? []).map(({ expiresAt, patch, ...info }) => ({
    ...info,
    patch: redact(patch, policy.secrets),
    expiresAt,
  }));
}

/** A patch that sets one path. */
export function patchAt(config: OperatedConfig, path: string | Path, value: unknown): unknown {
  const keys = parsePath(path);
  const check: OptionCheck = new OptionCheck(
    `override() of config ${JSON.stringify(config.policy.name)}`,
  );
  if (keys.length === 0) throw check.fail('path', 'one that is not empty', path);
  for (let i = 0; i < keys.length; i++) {
    // a patch replaces arrays as a whole, so that it cannot reach into one
    if (Array.isArray(getAt(config.state.snapshot?.merged, keys.slice(0, i))))
      throw check.fail('path', 'one that leads through no array: set the array', keys.join('.'));
  }
  return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

function overrideTerms({ policy, context }: OperatedConfig, options: OverrideOptions) {
  const what = `override() of config ${JSON.stringify(policy.name)}`;
  const check: OptionCheck = checkBecause(what, options, ['ttlMs', 'persist', 'dryRun']);
  const { ttlMs, persist = false, dryRun = false } = options;
  if (ttlMs !== undefined) check.range('ttlMs', ttlMs, 1, MAX_WAIT_MS);
  if (typeof persist !== 'boolean') throw check.fail('persist', 'true or false', persist);
  if (typeof dryRun !== 'boolean') throw check.fail('dryRun', 'true or false', dryRun);
  if (persist && context.cache === undefined)
    throw check.fail('persist', 'false where the manager has no cache', persist);
  return { ttlMs, persist, dryRun };
}

function patchFor(
  { policy }: OperatedConfig,
  { snapshot }: ConfigState,
  patch: unknown,
): JsonValue | HoldfastError {
  try {
    const made: unknown = typeof patch === 'function' ? patch(snapshot?.value) : patch;
    const copy = copyJson(made, policy.limits.maxKeys);
    if (typeof copy !== 'object' || copy === null || Array.isArray(copy))
      throw new Error('must be an object: it is laid over the documents');
    return seal(copy, undefined, policy.limits);
  } catch (cause) {
    return new HoldfastError('INVALID_OPTIONS', `The override ${messageOf(cause)}`, { cause });
  }
}
