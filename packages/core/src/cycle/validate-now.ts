import { Validation } from '../lazy-base.ts';
import type { Schema } from '../document/validation.ts';
import { describeObjection } from './describe-issues.ts';

/** What a schema makes of a value, or why it will have none of it: `does not fit the schema: …`. */
export type ImmediateVerdict =
  | { readonly kind: 'valid'; readonly value: unknown }
  | { readonly kind: 'invalid'; readonly why: string };

/** Asks a schema that has to answer at once. Without one, the value has to be an object, as with any config. */
export function validateNow(schema: Schema, value: unknown): ImmediateVerdict {
  const verdict = new Validation(schema).run(value);
  if (verdict instanceof Promise)
    return { kind: 'invalid', why: 'cannot be checked at once: the schema is asynchronous' };
  if (verdict.kind === 'valid') return verdict;
  const judged = { document: value, secrets: schema.secrets };
  return { kind: 'invalid', why: describeObjection(verdict, judged) };
}
