import type { StandardSchemaV1 } from '@standard-schema/spec';
import { copyJson } from './copy-json.ts';
import { isThenable, isTree } from './kind.ts';
import type { Path } from './path.ts';

/** What a schema says of a document. */
export type Verdict = { readonly kind: 'valid'; readonly value: unknown } | Objection;

/** Why a schema will have none of a document: what there are words for only where somebody wants to hear them. */
export type Objection =
  | { readonly kind: 'issues'; readonly issues: readonly StandardSchemaV1.Issue[] }
  | { readonly kind: 'threw'; readonly thrown: unknown }
  | { readonly kind: 'no result' }
  /** There is no schema, and without one only an object is a value. */
  | { readonly kind: 'no object' };

/** A schema, and where it holds secrets. */
export interface Schema {
  readonly schema: StandardSchemaV1 | undefined;
  readonly secrets: readonly Path[];
}

/** Runs the schema of one config. Without a schema the document itself is the value, and must be an object. */
export class Validation {
  readonly of: Schema;
  #writesIntoInput = false;

  constructor(of: Schema) {
    this.of = of;
  }

  /** The verdict is given at once, unless the schema is asynchronous. Neither throws nor rejects. */
  run(document: unknown): Verdict | Promise<Verdict> {
    const { schema } = this.of;
    if (schema === undefined) return untyped(document);
    try {
      const result = this.#validate(schema, document);
      return isThenable(result)
        ? Promise.resolve(result).then(verdictOf).catch(threw)
        : verdictOf(result);
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

function verdictOf(result: StandardSchemaV1.Result<unknown>): Verdict {
  const { issues } = result;
  if (issues) return { kind: 'issues', issues };
  return 'value' in result ? { kind: 'valid', value: result.value } : { kind: 'no result' };
}

function untyped(document: unknown): Verdict {
  const isObject = isTree(document) && !Array.isArray(document);
  return isObject ? { kind: 'valid', value: document } : { kind: 'no object' };
}

function threw(thrown: unknown): Verdict {
  return { kind: 'threw', thrown };
}
