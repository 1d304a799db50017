import type { StandardSchemaV1 } from '@standard-schema/spec';
import { copyJson } from '../document/copy-json.ts';
import { isThenable, isTree } from '../document/kind.ts';
import { lazily } from '../lazily.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type * as DescribeIssues from './describe-issues.ts';

/** Loaded when a schema refuses a document. */
export const loadDescribeIssues: () => Promise<typeof DescribeIssues> = lazily(
  () => import('./describe-issues.ts'),
);

/** What a schema says of a document, or why it will have none of it: `does not fit the schema: …`. */
export type Verdict =
  | { readonly kind: 'valid'; readonly value: unknown }
  | { readonly kind: 'invalid'; readonly why: string };

/** Makes a verdict of why it is refused, said by what {@link loadDescribeIssues} gives. */
export type Refuse = (describe: (words: typeof DescribeIssues) => string) => Answer;

type Answer = Verdict | Promise<Verdict>;

/** Runs the schema of one config. Without a schema the document itself is the value, and must be an object. */
export class Validation {
  readonly #policy: Pick<ConfigPolicy, 'schema' | 'secrets'>;
  #writesIntoInput = false;

  constructor(policy: Pick<ConfigPolicy, 'schema' | 'secrets'>) {
    this.#policy = policy;
  }

  /** A value is given at once, unless the schema is asynchronous. Does not throw. */
  run(document: unknown, refuse: Refuse = refuseLater): Answer {
    const { schema } = this.#policy;
    if (schema === undefined) return untyped(document, refuse);
    // what it threw is left out, as a cause too: it may quote the document
    const threw = (thrown: unknown) => refuse(({ describeThrown }) => describeThrown(thrown));
    try {
      const result = this.#validate(schema, document);
      const verdict = (settled: Result) => this.#verdict(settled, document, refuse);
      const settled = isThenable(result) ? Promise.resolve(result).then(verdict) : verdict(result);
      return settled instanceof Promise ? settled.catch(threw) : settled;
    } catch (thrown) {
      return threw(thrown);
    }
  }

  #verdict(result: Result, document: unknown, refuse: Refuse): Answer {
    const { issues } = result;
    const secrets = this.#policy.secrets;
    if (issues)
      return refuse(({ describeIssues }) => describeIssues(issues, { document, secrets }));
    if ('value' in result) return { kind: 'valid', value: result.value };
    return refuse(({ describeNoResult }) => describeNoResult());
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

type Result = StandardSchemaV1.Result<unknown>;

function untyped(document: unknown, refuse: Refuse): Answer {
  if (isTree(document) && !Array.isArray(document)) return { kind: 'valid', value: document };
  return refuse(({ describeTop }) => describeTop(document));
}

/** What says why is loaded when there is something to say. */
async function refuseLater(describe: Parameters<Refuse>[0]): Promise<Verdict> {
  return { kind: 'invalid', why: describe(await loadDescribeIssues()) };
}
