import {
  copyJson,
  formatPath,
  HoldfastError,
  isPlainObject,
  isThenable,
  seal,
} from '../lazy-base.ts';
import { toldFault } from '../document/redact.ts';
import { kindOfThrown } from '../document/kind-of-thrown.ts';
import { toldCause } from '../document/told-cause.ts';
import type { Path } from '../document/path.ts';
import type { JsonValue } from '../ports/json.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Inputs, Override } from '../state/inputs.ts';
import { patchBytes, tooMany, withOverride, withoutOverrides } from '../state/overrides.ts';
import type { Trigger } from '../outcome.ts';
import type { Because } from './because.ts';
import type { OperatedConfig } from './operated-config.ts';
import { operatorOf } from './operator.ts';
import type { Step } from './step.ts';

/** What an override is, beside its patch, who and why. */
export interface OverrideTerms {
  readonly ttlMs: number | undefined;
  readonly persist: boolean;
  /** @default {a new one} */
  readonly id?: string;
}

/** Lays a patch over the documents. */
export class OverrideStep implements Step {
  readonly trigger = 'override';
  /** Once it was looked at. */
  set: Override | undefined;
  readonly #config: OperatedConfig;
  readonly #patch: unknown;
  readonly #terms: OverrideTerms & Because;

  constructor(config: OperatedConfig, patch: unknown, terms: OverrideTerms & Because) {
    this.#config = config;
    this.#patch = patch;
    this.#terms = terms;
  }

  change(state: ConfigState): Inputs | HoldfastError {
    const patch = patchFor(this.#config, state, this.#patch);
    if (patch instanceof HoldfastError) return patch;
    const { by, reason, ttlMs, persist } = this.#terms;
    const at = this.#config.context.clock.now();
    const expiresAt = ttlMs === undefined ? undefined : at + ttlMs;
    const { id = operatorOf(this.#config).nextId('o') } = this.#terms;
    const bytes = patchBytes(patch);
    this.set = { id, patch, bytes, by, reason, at, persist, ...(expiresAt && { expiresAt }) };
    const inputs = withOverride(state.inputs, this.set);
    return tooMany(inputs.overrides) ?? inputs;
  }

  told(): void {
    tellSet(this.#config, this.set!, this.trigger);
    operatorOf(this.#config).lookAt(this.set!);
  }
}

/** Takes overrides away: these, or all. */
export class ClearStep implements Step {
  readonly trigger = 'override';
  /** What goes, once it was looked at. */
  gone: readonly Override[] = [];
  readonly #config: OperatedConfig;
  readonly #because: Because;
  readonly #ids: readonly string[] | undefined;

  constructor(config: OperatedConfig, because: Because, ids?: readonly string[]) {
    this.#config = config;
    this.#because = because;
    this.#ids = ids;
  }

  /** Of one that is there it is known whether it was written down. */
  get takesAway(): boolean {
    return this.#ids === undefined || this.gone.length === 0;
  }

  change({ inputs }: ConfigState): Inputs {
    const { overrides = [] } = inputs;
    this.gone = overrides.filter(({ id }) => this.#ids?.includes(id) ?? true);
    const left = withoutOverrides(inputs, this.#ids);
    return this.#ids === undefined ? withoutUnread(this.#config, left) : left;
  }

  told(): void {
    tellCleared(this.#config, this.gone, { ...this.#because, because: 'cleared' });
  }
}

/** `inputs` to which no override of before the restart comes any more. */
export function withoutUnread({ unread }: OperatedConfig, inputs: Inputs): Inputs {
  return unread ? { ...inputs, cleared: inputs.cleared ?? 'overrides' } : inputs;
}

/** Tells that an override is laid over the documents. */
function tellSet(config: OperatedConfig, override: Override, trigger: Trigger): void {
  const { id, patch, expiresAt, by, reason } = override;
  const paths = Object.freeze(
    config.changesBetween(undefined, patch).map(({ path }) => formatPath(path)),
  );
  const details = { trigger, id, paths, by, reason, expiresAt };
  config.context.events.emit('override.set', config.policy.name, () => details);
}

/** Tells which overrides went, and which came, by what puts all of them at once. */
export function tellReplaced(
  config: OperatedConfig,
  { before = [], after = [] }: { before?: readonly Override[]; after?: readonly Override[] },
  because: Because & { readonly because: 'rollback' | 'import' },
): void {
  tellCleared(config, others(before, after), because);
  for (const override of others(after, before)) tellSet(config, override, because.because);
}

/** Those of `overrides` that `of` has not. */
function others(overrides: readonly Override[], of: readonly Override[]): readonly Override[] {
  return overrides.filter(({ id }) => !of.some((other) => other.id === id));
}

/** Tells that these overrides are no more. */
function tellCleared(
  { context, policy }: OperatedConfig,
  gone: readonly Override[],
  { by, reason, because }: Because & { readonly because: 'cleared' | 'rollback' | 'import' },
): void {
  const trigger: Trigger = because === 'cleared' ? 'override' : because;
  for (const { id } of gone) {
    const details = { trigger, id, because, by, reason };
    context.events.emit('override.cleared', policy.name, () => details);
  }
}

/** Where a patch is nothing but `undefined`, which JSON leaves out; not within arrays, which are replaced as a whole. */
function emptyPath(patch: unknown, path: Path): Path | undefined {
  if (!isPlainObject(patch)) return undefined;
  const entries = Object.entries(patch);
  const [first] = entries;
  if (first && entries.every(([, value]) => value === undefined)) return [...path, first[0]];
  for (const [key, value] of entries) {
    const found = emptyPath(value, [...path, key]);
    if (found) return found;
  }
  return undefined;
}

function patchFor(
  { policy }: OperatedConfig,
  { snapshot }: ConfigState,
  patch: unknown,
): JsonValue | HoldfastError {
  let made = patch;
  try {
    if (typeof patch === 'function') made = patch(snapshot?.value);
  } catch (thrown) {
    // its words are the cause's: they may quote the value
    const text = `The override could not be made: its function threw (${kindOfThrown(thrown)})`;
    const cause = toldCause(thrown, { values: [snapshot?.value], secrets: policy.secrets });
    return refused(text, cause);
  }
  try {
    // it is refused, and when it rejects nobody else is there to look
    if (isThenable(made)) made.then(undefined, () => {});
    const copy = copyJson(made, policy.limits.maxKeys);
    if (typeof copy !== 'object' || copy === null || Array.isArray(copy))
      throw refused('must be an object: it is laid over the documents');
    if (Object.keys(copy).length === 0) throw refused('is empty: it would change nothing');
    const empty = emptyPath(made, []);
    if (empty) throw refused(`would change nothing: it is empty at ${formatPath(empty)}`, empty);
    return seal(copy, undefined, policy.limits);
  } catch (fault) {
    return refused(`The override ${toldFault(fault, policy.secrets)}`);
  }
}

function refused(why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('INVALID_OPTIONS', why, { cause });
}
