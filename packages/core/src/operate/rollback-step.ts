import { isHoldfastError, type OptionCheck } from '../lazy-base.ts';
import type { HoldfastError } from '../errors.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { PastVersion } from '../state/history.ts';
import type { Inputs, Override, Pin } from '../state/inputs.ts';
import type { NamedSnapshot } from '../state/named-snapshot.ts';
import { pastVersion, rolledBack } from '../state/rollback.ts';
import type { Because } from './because.ts';
import type { OperatedConfig } from './operated-config.ts';
import { tellReplaced } from './override-steps.ts';
import { snapshotOf } from './snapshots.ts';
import type { Accepted, Step } from './step.ts';

/** How to go back. */
export interface RollbackOptions extends Because {
  /**
   * What does not come into force by itself until `unpin()`: the documents that were rolled back from, or whatever the
   * sources bring. @default {'document'}
   */
  readonly pin?: 'document' | 'all';
}

/** What it goes back to is looked up in its turn: until then the history may have moved on. */
export class RollbackStep implements Step {
  readonly trigger = 'rollback' as const;
  readonly takesAway = true;
  readonly #config: OperatedConfig;
  readonly #to: number | string;
  readonly #terms: Because & Pick<Pin, 'kind'>;
  #from = 0;
  #version = 0;
  #overrides: { before: readonly Override[]; after: readonly Override[] } = {
    before: [],
    after: [],
  };

  constructor(config: OperatedConfig, to: number | string, terms: Because & Pick<Pin, 'kind'>) {
    this.#config = config;
    this.#to = to;
    this.#terms = terms;
  }

  change(state: ConfigState): Inputs | HoldfastError {
    const past = earlier(this.#config, state, this.#to);
    if (isHoldfastError(past)) return past;
    const { by, reason, kind } = this.#terms;
    const at = this.#config.context.clock.now();
    const inputs = rolledBack(state, past.inputs, { by, reason, kind, at });
    this.#overrides = { before: state.inputs.overrides ?? [], after: inputs.overrides ?? [] };
    this.#from = state.snapshot?.version ?? 0;
    this.#version = past.version;
    return inputs;
  }

  told(outcome: Accepted): void {
    const { context, policy, snapshot } = this.#config;
    const { by, reason } = this.#terms;
    tellReplaced(this.#config, this.#overrides, { by, reason, because: 'rollback' });
    context.events.emit('history.rolledback', policy.name, () => ({
      trigger: this.trigger,
      from: this.#from,
      to: this.#version,
      version: outcome.kind === 'accepted' ? outcome.version : snapshot!.version,
      ...(typeof this.#to === 'string' && { snapshot: this.#to }),
      by,
      reason,
    }));
  }
}

/** An earlier version by its number, or a snapshot by its id. */
export function earlier(
  config: OperatedConfig,
  state: ConfigState,
  to: number | string,
): PastVersion | NamedSnapshot | HoldfastError {
  return typeof to === 'number'
    ? pastVersion(state, to, config.policy.history)
    : snapshotOf(config, to);
}

/** Options of a rollback after defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function rollbackTerms(
  { by, reason, pin = 'document' }: RollbackOptions,
  check: OptionCheck,
): Because & Pick<Pin, 'kind'> {
  if (pin !== 'document' && pin !== 'all') throw check.fail('pin', '"document" or "all"', pin);
  return { by, reason, kind: pin };
}

/** Refuses what names no version. @throws {HoldfastError} `INVALID_OPTIONS` */
export function checkVersion(check: OptionCheck, name: string, version: unknown): void {
  if (typeof version === 'number' || typeof version === 'string') return;
  throw check.fail(name, 'the number of a version or the id of a snapshot', version);
}
