import type { StandardSchemaV1 } from '@standard-schema/spec';
import { copyJson } from '../document/copy-json.ts';
import { isThenable, isTree, kindOf } from '../document/kind.ts';
import { HoldfastError } from '../errors.ts';
import { lazily } from '../lazily.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type * as DescribeIssues from './describe-issues.ts';

/** Loaded when a schema refuses a document. */
export const loadDescribeIssues: () => Promise<typeof DescribeIssues> = lazily(
  () => import('./describe-issues.ts'),
);

/** What a schema says of a document. */
export type Verdict =
  | { readonly kind: 'valid'; readonly value: unknown }
  | { readonly kind: 'invalid'; readonly error: HoldfastError };

/** Runs the schema of one config. Without a schema the document itself is the value, and must be an object. */
export class Validation {
  readonly #schema: StandardSchemaV1 | undefined;
  #writesIntoInput = false;

  constructor({ schema }: ConfigPolicy) {
    this.#schema = schema;
  }

  /** A value is given at once, unless the schema is asynchronous. Neither throws nor rejects. */
  run(document: unknown): Verdict | Promise<Verdict> {
    if (this.#schema === undefined) return untyped(document);
    try {
      const result = this.#validate(this.#schema, document);
      const settled = isThenable(result)
        ? Promise.resolve(result).then((late) => verdict(late, document))
        : verdict(result, document);
      return settled instanceof Promise ? settled.catch(threw) : settled;
    } catch (thrown) {
      return threw(thrown);
    }
  }

  #validate(schema: StandardSchemaV1, document: unknown) {
    const validate = (input: unknown) => schema['~standard'].validate(input);
    if (this.#writesIntoInput) return validate(copyJson(document));
    const again = (thrown: unknown) => {
      if (!(thrown instanceof TypeError)) throw thrown;
      // most likely it wrote into the frozen document: it gets a copy from now on, if that helps
      const result = validate(copyJson(document));
      this.#writesIntoInput = true;
      return result;
    };
    try {
      const result = validate(document);
      return isThenable(result) ? Promise.resolve(result).catch(again) : result;
    } catch (thrown) {
      return again(thrown);
    }
  }
}

function untyped(document: unknown): Verdict {
  if (isTree(document) && !Array.isArray(document)) return { kind: 'valid', value: document };
  const what = `must be an object at the top, but is ${kindOf(document)} (a schema can allow it)`;
  return { kind: 'invalid', error: new HoldfastError('SCHEMA_FAILED', what) };
}

function verdict(
  result: StandardSchemaV1.Result<unknown>,
  document: unknown,
): Verdict | Promise<Verdict> {
  if (result.issues !== undefined) return invalid(result.issues, document);
  return 'value' in result
    ? { kind: 'valid', value: result.value }
    : unchecked('the schema gave no result');
}

/** What describes the issues is loaded when there are any. */
async function invalid(
  issues: readonly StandardSchemaV1.Issue[],
  document: unknown,
): Promise<Verdict> {
  const { describeIssues } = await loadDescribeIssues();
  const error = new HoldfastError('SCHEMA_FAILED', describeIssues(issues, document));
  return { kind: 'invalid', error };
}

/** What it threw is left out, as a cause too: it may quote the document. */
function threw(thrown: unknown): Verdict {
  const what = thrown instanceof Error ? thrown.constructor.name : typeof thrown;
  return unchecked(`the schema threw (${what})`);
}

function unchecked(why: string): Verdict {
  const error = new HoldfastError('SCHEMA_FAILED', `could not be checked: ${why}`);
  return { kind: 'invalid', error };
}
