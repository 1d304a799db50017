import type { Inputs, Override } from './inputs.ts';

/** `inputs` with one more override on top. Pure. */
export function withOverride(inputs: Inputs, override: Override): Inputs {
  return { ...inputs, overrides: [...(inputs.overrides ?? []), override] };
}

/** `inputs` without these overrides, or without any. `inputs` itself when none of them is there. Pure. */
export function withoutOverrides(inputs: Inputs, ids?: readonly string[]): Inputs {
  const { overrides = [] } = inputs;
  const left = ids === undefined ? [] : overrides.filter(({ id }) => !ids.includes(id));
  return left.length === overrides.length ? inputs : { ...inputs, overrides: left };
}
