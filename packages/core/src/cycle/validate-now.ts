import type { StandardSchemaV1 } from '@standard-schema/spec';
import { copyJson, isThenable, isTree } from '../lazy-base.ts';
import {
  describeIssues,
  describeNoResult,
  describeThrown,
  describeTop,
} from './describe-issues.ts';
import type { ConfigPolicy } from '../options/config.ts';

/** What a schema makes of a value, or why it will have none of it: `does not fit the schema: …`. */
export type ImmediateVerdict =
  | { readonly kind: 'valid'; readonly value: unknown }
  | { readonly kind: 'invalid'; readonly why: string };

/** Asks a schema that has to answer at once. Without one, the value has to be an object, as with any config. */
export function validateNow(
  { schema, secrets }: Pick<ConfigPolicy, 'schema' | 'secrets'>,
  value: unknown,
): ImmediateVerdict {
  if (schema === undefined) {
    const isObject = isTree(value) && !Array.isArray(value);
    return isObject ? { kind: 'valid', value } : invalid(describeTop(value));
  }
  try {
    const result = answerOf(schema, value);
    if (isThenable(result)) {
      result.then(undefined, () => {});
      return invalid('cannot be checked at once: the schema is asynchronous');
    }
    const { issues } = result;
    if (issues) return invalid(describeIssues(issues, { document: value, secrets }));
    return 'value' in result ? { kind: 'valid', value: result.value } : invalid(describeNoResult());
  } catch (thrown) {
    return invalid(describeThrown(thrown));
  }
}

function answerOf(schema: StandardSchemaV1, value: unknown) {
  try {
    return schema['~standard'].validate(value);
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    // most likely it wrote into what is frozen
    return schema['~standard'].validate(copyJson(value));
  }
}

function invalid(why: string): ImmediateVerdict {
  return { kind: 'invalid', why };
}
