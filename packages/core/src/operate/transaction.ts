import { HoldfastError, OptionCheck } from '../lazy-base.ts';
import type { Path } from '../document/path.ts';
import type { RawOf } from '../document/raw-of.ts';
import type { PathOf, ValueAt, ValueAtKeys } from '../document/typed-path.ts';
import type { DeepPartial } from '../options/deep-partial.ts';
import type { Outcome } from '../outcome.ts';
import { type Because, checkBecause } from './because.ts';
import { commitTogether } from './commit-together.ts';
import type { OperatedConfig } from './operated-config.ts';
import { operatorOf } from './operator.ts';
import { type OverrideOptions, overrideTerms, patchAt } from './override.ts';
import { ClearStep, OverrideStep } from './override-steps.ts';
import {
  checkVersion,
  type RollbackOptions,
  RollbackStep,
  rollbackTerms,
} from './rollback-step.ts';
import { proposalOf, type Step } from './step.ts';

/** The handle of a config that takes part. */
// oxlint-disable-next-line typescript/no-explicit-any -- who names the value alone must get handles of every schema
export interface Transacted<T, Raw = any> {
  /** Of the config. */
  readonly name: string;
  /** The value in force. */
  readonly current: T;
  /** Of types alone: what the schema takes. */
  readonly '~raw'?: Raw;
}

/** Gives the config of a handle; undefined where it is none of this manager. */
export type FindConfig = (handle: Transacted<unknown>) => OperatedConfig | undefined;

/** What is to change together. Its methods only note it down: nothing happens before the function has ended. */
export class Transaction {
  readonly #find: FindConfig;
  readonly #because: Because;
  readonly #add: (config: OperatedConfig, step: Step) => void;

  /** @internal */
  constructor(
    find: FindConfig,
    because: Because,
    add: (config: OperatedConfig, step: Step) => void,
  ) {
    this.#find = find;
    this.#because = because;
    this.#add = add;
  }

  /**
   * Lays something over the documents of a config, as `override()` of its handle does. A function is given the value
   * that is in force when the transaction is carried out.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS`; `CLOSED` when the transaction is over.
   */
  override<Raw, P extends PathOf<Raw>>(
    config: Transacted<unknown, Raw>,
    path: P,
    value: RawOf<ValueAt<Raw, P>>,
    options?: Pick<OverrideOptions, 'ttlMs' | 'persist'>,
  ): void;
  override<Raw, const P extends Path>(
    config: Transacted<unknown, Raw>,
    path: P,
    value: RawOf<ValueAtKeys<Raw, P>>,
    options?: Pick<OverrideOptions, 'ttlMs' | 'persist'>,
  ): void;
  override<T, Raw>(
    config: Transacted<T, Raw>,
    patch: DeepPartial<NoInfer<Raw>> | ((current: T) => DeepPartial<NoInfer<Raw>>),
    options?: Pick<OverrideOptions, 'ttlMs' | 'persist'>,
  ): void;
  override(handle: Transacted<unknown>, what: unknown, ...rest: readonly unknown[]): void {
    const config = this.#configOf(handle, 'override');
    const byPath = typeof what === 'string' || Array.isArray(what);
    const [value, given] = byPath ? rest : [undefined, rest[0]];
    const patch = byPath ? patchAt(config, what, value) : what;
    const options = (given === undefined ? {} : given) as Pick<OverrideOptions, 'ttlMs'>;
    const check = checkOf('override');
    check.object('options', options, ['ttlMs', 'persist']);
    const terms = { ...overrideTerms(config, options, check), ...this.#because };
    this.#add(config, new OverrideStep(config, patch, terms));
  }

  /** Takes all overrides of a config away. @throws {HoldfastError} `INVALID_OPTIONS`; `CLOSED` */
  clearOverrides(config: Transacted<unknown>): void {
    const own = this.#configOf(config, 'clearOverrides');
    this.#add(own, new ClearStep(own, this.#because));
  }

  /** Puts an earlier version of a config in force again, or a snapshot. @throws {HoldfastError} `INVALID_OPTIONS`; `CLOSED` */
  rollback(
    config: Transacted<unknown>,
    to: number | string,
    options: Pick<RollbackOptions, 'pin'> = {},
  ): void {
    const own = this.#configOf(config, 'rollback');
    const check = checkOf('rollback');
    checkVersion(check, 'to', to);
    check.object('options', options, ['pin']);
    const terms = rollbackTerms({ ...options, ...this.#because }, check);
    this.#add(own, new RollbackStep(own, to, terms));
  }

  #configOf(handle: Transacted<unknown>, method: string): OperatedConfig {
    const config = this.#find(handle);
    if (config) return config;
    const allowed = 'the handle of a config that is registered with this manager';
    throw checkOf(method).fail('config', allowed, handle);
  }
}

function checkOf(method: string): OptionCheck {
  return new OptionCheck(`${method}() of a transaction`);
}

/** The configs of a manager, by name, and how they are seen from outside. */
type Entries = ReadonlyMap<string, { readonly config: OperatedConfig; readonly handle: unknown }>;

/** Carries out all that `work` notes down, or nothing. @throws what `work` throws, or why it cannot be */
export async function transaction(
  entries: Entries,
  work: (tx: Transaction) => unknown,
  because: Because,
): Promise<ReadonlyMap<string, Outcome>> {
  const check = checkBecause(new OptionCheck('transaction()'), because);
  check.callable('work', work);
  const find: FindConfig = (handle) => {
    const entry = entries.get(handle?.name);
    return entry?.handle === handle ? entry?.config : undefined;
  };
  const steps: Steps = new Map();
  let over = false;
  const tx = new Transaction(find, { by: because.by, reason: because.reason }, (config, step) => {
    if (over) throw new HoldfastError('CLOSED', 'Cannot add to the transaction: it is over');
    steps.set(config, [...(steps.get(config) ?? []), step]);
  });
  try {
    await work(tx);
  } finally {
    over = true;
  }
  return carryOut(steps, because);
}

/** What is to be done with each config. */
export type Steps = Map<OperatedConfig, readonly Step[]>;

/**
 * Carries out all steps, or none; resolves when it is written down.
 *
 * @throws {HoldfastError} why it cannot be, or why it should not be in force and is
 */
export async function carryOut(
  steps: Steps,
  because: Because,
): Promise<ReadonlyMap<string, Outcome>> {
  const writes = Array.from(steps, ([config, own]) => {
    const written = operatorOf(config).writes();
    return () => written(own.some(({ takesAway }) => takesAway));
  });
  const { outcomes, error } = await commitTogether(
    Array.from(steps, ([config, own]) => ({ config, proposal: proposalOf(own, because) })),
  );
  for (const [config, own] of steps) {
    for (const step of own) step.told(outcomes.get(config.policy.name)!);
  }
  await Promise.all(writes.map((written) => written()));
  // what stays in force was told and written as any other
  if (error) throw error;
  return outcomes;
}
