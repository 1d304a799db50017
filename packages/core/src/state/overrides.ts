import { HoldfastError } from '../errors.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Inputs, Override } from './inputs.ts';

/**
 * Each is merged with every change from then on, and kept by every version: who sets them in a loop, and clears none,
 * must not make the config slow and its history large. By hand nobody sets so many.
 */
const MOST_OVERRIDES = 1_000;

/** Why there may not be so many. */
export function tooMany({ length }: readonly Override[]): HoldfastError | undefined {
  if (length <= MOST_OVERRIDES) return undefined;
  const text = `There would be ${length} overrides, and may be ${MOST_OVERRIDES}: clear some, or let them end by themselves (ttlMs)`;
  return new HoldfastError('LIMIT_EXCEEDED', text);
}

/** What a patch counts in the history: the length of its text. Measured once, when it is set. */
export function patchBytes(patch: JsonValue): number {
  return JSON.stringify(patch).length;
}

/** `inputs` with one more override on top. Pure. */
export function withOverride(
  inputs: Inputs,
  override: Override,
): Inputs & Required<Pick<Inputs, 'overrides'>> {
  return { ...inputs, overrides: [...(inputs.overrides ?? []), override] };
}

/** `inputs` without these overrides, or without any. `inputs` itself when none of them is there. Pure. */
export function withoutOverrides(inputs: Inputs, ids?: readonly string[]): Inputs {
  const { overrides = [] } = inputs;
  const left = ids === undefined ? [] : overrides.filter(({ id }) => !ids.includes(id));
  return left.length === overrides.length ? inputs : { ...inputs, overrides: left };
}
