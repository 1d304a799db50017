import { checkOf, getAt, isHoldfastError, isPath, MAX_WAIT_MS, OptionCheck } from '../lazy-base.ts';
import type { Path } from '../document/path.ts';
import { parsePath } from '../document/path.ts';
import { redact, toldPaths } from '../document/redact.ts';
import type { Rehearsal } from '../cycle/rehearse.ts';
import type { Outcome } from '../outcome.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Inputs, Override } from '../state/inputs.ts';
import { type Because, checkBecause } from './because.ts';
import { ignoredPaths } from './ignored.ts';
import type { OperatedConfig } from './operated-config.ts';
import { operatorOf } from './operator.ts';
import { ClearStep, OverrideStep, type OverrideTerms, withoutUnread } from './override-steps.ts';
import { proposalOf, take } from './step.ts';

/** How something is laid over the documents. */
export interface OverrideOptions extends Because {
  /** It ends by itself after so many milliseconds, 1 to 2 147 483 647. @default {never} */
  readonly ttlMs?: number;
  /** A restart keeps it: it is written to the cache of the manager before the call resolves. @default {false} */
  readonly persist?: boolean;
  /** Only says what would come of it. @default {false} */
  readonly dryRun?: boolean;
}

/** What would come of an override. */
export interface OverrideRehearsal extends Rehearsal {
  /** Paths of it that no other layer has and that the schema leaves out: they would do nothing. */
  readonly ignored: readonly string[];
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
  /** Why it is still there, though its time is over or somebody cleared it: what was against its end last. */
  readonly overdue: string | undefined;
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
   *
   * @throws {HoldfastError} `INVALID_OPTIONS`; `CACHE_FAILED`: it is gone, but a restart would bring it back.
   */
  async clear(because: Partial<Because> = {}): Promise<Outcome> {
    const check: OptionCheck = new OptionCheck(`clear() of override ${this.id}`);
    check.object('options', because, ['by', 'reason']);
    const whole = { ...this.#because, ...because };
    check.text('by', whole.by);
    check.text('reason', whole.reason);
    return clear(this.#config, whole, [this.id]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clear();
  }
}

/** What `override()` of a handle was called with: a patch, or a path and a value; then the options. */
export function overrideBy(
  config: OperatedConfig,
  [what, ...rest]: readonly unknown[],
): Promise<OverrideHandle | OverrideRehearsal> {
  // a path, whose options were forgotten: what is in their place is a value, and may be a secret
  const byPath = rest.length > 1 || typeof what === 'string';
  if (!byPath) return override(config, what, rest[0] as OverrideOptions);
  const patch = patchAt(config, what as string, rest[0]);
  return override(config, patch, rest[1] as OverrideOptions);
}

/** Lays a patch over the documents. @throws {HoldfastError} why it cannot be */
async function override(
  config: OperatedConfig,
  patch: unknown,
  options: OverrideOptions,
): Promise<OverrideHandle | OverrideRehearsal> {
  const check = checkBecause(checkOf(config.policy, 'override'), options, [
    'ttlMs',
    'persist',
    'dryRun',
  ]);
  const { by, reason, dryRun = false } = options;
  check.flag('dryRun', dryRun);
  const terms = { by, reason, ...overrideTerms(config, options, check) };
  const step = new OverrideStep(config, patch, { ...terms, ...(dryRun && { id: 'this' }) });
  if (dryRun) return rehearsal(config, step);
  await take(config, step, options);
  return new OverrideHandle(config, step.set!);
}

/** What would come of it. */
async function rehearsal(config: OperatedConfig, step: OverrideStep): Promise<OverrideRehearsal> {
  let inputs: ReturnType<OverrideStep['change']> | undefined;
  const rehearsed = await config.rehearse((state) => (inputs = step.change(state)));
  if (inputs === undefined || isHoldfastError(inputs)) return { ...rehearsed, ignored: [] };
  const ignored = await ignoredPaths(config, { inputs }, [step.set!]);
  return { ...rehearsed, ignored: ignored.get(step.set!) ?? [] };
}

/** Takes overrides away: these, or all. */
async function clear(
  config: OperatedConfig,
  because: Because,
  ids?: readonly string[],
): Promise<Outcome> {
  const operator = operatorOf(config);
  const written = operator.writes();
  const step = new ClearStep(config, because, ids);
  const outcome = await config.propose(proposalOf([step], because));
  if (outcome.kind === 'refused' || outcome.kind === 'vetoed') {
    operator.end(step.gone, outcome.error, because);
    // what is still to be read was in nobody's value yet
    const change = ({ inputs }: ConfigState): Inputs => withoutUnread(config, inputs);
    if (ids === undefined) await config.propose({ ...proposalOf([step], because), change });
  } else if (outcome.kind !== 'failed') step.told();
  await written(step.takesAway);
  return outcome;
}

/** What operators call to reset a config to what its sources say. @throws {HoldfastError} `INVALID_OPTIONS` */
export function clearOverrides(config: OperatedConfig, because: Because): Promise<Outcome> {
  checkBecause(checkOf(config.policy, 'clearOverrides'), because);
  return clear(config, because);
}

/** What is laid over the documents, the lowest first. */
export function overridesOf({ state, policy, operator }: OperatedConfig): readonly OverrideInfo[] {
  return (state.inputs.overrides ?? []).map((one) => {
    const { expiresAt, patch, bytes: _bytes, ...info } = one;
    const overdue = operator?.overdue(one);
    return { ...info, patch: redact(patch, policy.secrets), expiresAt, overdue };
  });
}

/** A patch that sets one path. */
export function patchAt(config: OperatedConfig, path: string | Path, value: unknown): unknown {
  const check: OptionCheck = checkOf(config.policy, 'override');
  const keys = parsePath(path);
  // JSON would leave a symbol out, and with it the whole override
  if (!isPath(keys)) throw check.fail('path', 'a path that is not empty', path);
  const [told] = toldPaths([keys], config.policy.secrets);
  for (let i = 0; i < keys.length; i++) {
    // a patch replaces arrays as a whole, so that it cannot reach into one
    if (Array.isArray(getAt(config.state.snapshot?.merged, keys.slice(0, i))))
      throw check.fail('path', 'one that leads through no array: set the array', told);
  }
  return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

/** For how long it is, after defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function overrideTerms(
  { context, policy }: OperatedConfig,
  options: Pick<OverrideOptions, 'ttlMs' | 'persist'>,
  check: OptionCheck,
): OverrideTerms {
  const { ttlMs, persist = false } = options;
  if (ttlMs !== undefined) check.range('ttlMs', ttlMs, 1, MAX_WAIT_MS);
  check.flag('persist', persist);
  if (persist && context.cache === undefined)
    throw check.fail('persist', 'false where the manager has no cache', persist);
  if (persist && policy.secrets.length > 0 && context.cacheKeys.length === 0)
    throw check.fail('persist', 'false where a config with secrets has no cacheKeys', persist);
  return { ttlMs, persist };
}
