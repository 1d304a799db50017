import { Validation } from '../lazy-base.ts';
import type { HoldfastError } from '../errors.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { Inputs } from '../state/inputs.ts';
import { check } from './attempt.ts';
import type { ManagerContext } from './context.ts';
import { mergeLayers } from './merge-layers.ts';
import { resolve, type Resolution } from './resolve.ts';

/** What inputs are worth by the schema alone, whatever is in force; nobody else is asked. */
export async function evaluate(
  { policy, context }: { readonly policy: ConfigPolicy; readonly context: ManagerContext },
  inputs: Inputs,
): Promise<{ readonly value: unknown } | HoldfastError> {
  const { merged } = mergeLayers(policy, inputs);
  const validation = new Validation(policy);
  const tools = {
    policy,
    context,
    resolve: (value: unknown): Resolution | Promise<Resolution> =>
      resolve(value, { before: undefined, validation }),
  };
  const resolution = await check(merged, tools);
  return resolution.kind === 'value' ? resolution : resolution.error;
}
