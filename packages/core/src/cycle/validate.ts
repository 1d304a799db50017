import type { StandardSchemaV1 } from '@standard-schema/spec';
import { copyJson } from '../document/copy-json.ts';
import { isTree, kindOf } from '../document/kind.ts';
import { formatPath, getAt, type Path } from '../document/path.ts';
import { HoldfastError, messageOf } from '../errors.ts';
import type { ConfigPolicy } from '../options/config.ts';

/** What a schema says of a document. */
export type Verdict =
  | { readonly kind: 'valid'; readonly value: unknown }
  | { readonly kind: 'invalid'; readonly error: HoldfastError };

/** More issues than these help nobody. */
const ISSUES_SHOWN = 5;

/** Runs the schema of one config. Without a schema the document itself is the value, and must be an object. */
export class Validation {
  readonly #schema: StandardSchemaV1 | undefined;
  #writesIntoInput = false;

  constructor({ schema }: ConfigPolicy) {
    this.#schema = schema;
  }

  /** Gives a promise only where the schema does; neither throws nor rejects. */
  run(document: unknown): Verdict | Promise<Verdict> {
    if (this.#schema === undefined) return untyped(document);
    try {
      const result = this.#validate(this.#schema, document);
      if (!(result instanceof Promise)) return verdict(result, document);
      return result.then(
        (settled) => verdict(settled, document),
        (thrown: unknown) => threw(thrown),
      );
    } catch (thrown) {
      return threw(thrown);
    }
  }

  #validate(schema: StandardSchemaV1, document: unknown) {
    const { validate } = schema['~standard'];
    if (this.#writesIntoInput) return validate(copyJson(document));
    try {
      return validate(document);
    } catch (thrown) {
      if (!(thrown instanceof TypeError)) throw thrown;
      // most likely it wrote into the frozen document: it gets a copy from now on, if that helps
      const result = validate(copyJson(document));
      this.#writesIntoInput = true;
      return result;
    }
  }
}

function untyped(document: unknown): Verdict {
  if (isTree(document) && !Array.isArray(document)) return { kind: 'valid', value: document };
  const what = `must be an object at the top, but is ${kindOf(document)} (a schema can allow it)`;
  return { kind: 'invalid', error: new HoldfastError('SCHEMA_FAILED', what) };
}

function verdict(result: StandardSchemaV1.Result<unknown>, document: unknown): Verdict {
  if (result.issues === undefined) return { kind: 'valid', value: result.value };
  const shown = result.issues.slice(0, ISSUES_SHOWN).map((issue) => describeIssue(issue, document));
  const more = result.issues.length - shown.length;
  const text = `does not fit the schema: ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
  return { kind: 'invalid', error: new HoldfastError('SCHEMA_FAILED', text) };
}

/** The thrown message is left out: it may quote the document. The error itself is the cause. */
function threw(cause: unknown): Verdict {
  const error = new HoldfastError('SCHEMA_FAILED', 'could not be checked: the schema threw', {
    cause,
  });
  return { kind: 'invalid', error };
}

function describeIssue(issue: StandardSchemaV1.Issue, document: unknown): string {
  const path: Path = (issue.path ?? []).map((part) => {
    const key = typeof part === 'object' ? part.key : part;
    return typeof key === 'symbol' ? String(key) : key;
  });
  return `${formatPath(path)}: ${safeMessage(issue, getAt(document, path))}`;
}

/** The validator's message, unless it quotes the value, which may be a secret; then what was expected, or its code. */
function safeMessage(issue: StandardSchemaV1.Issue, value: unknown): string {
  if (!quotes(issue.message, value)) return issue.message;
  const { expected, code, type } = issue as { expected?: unknown; code?: unknown; type?: unknown };
  const said = typeof expected === 'string' ? `expected ${expected}` : messageOf(code ?? type);
  return quotes(said, value) ? 'is not valid' : said;
}

function quotes(message: string, value: unknown): boolean {
  if (isTree(value)) return Object.values(value).some((item) => quotes(message, item));
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return text !== '' && message.includes(text);
}
