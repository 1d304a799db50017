import type { StandardSchemaV1 } from '@standard-schema/spec';
import { compareKeys } from './compare-keys.ts';
import { isPlainObject, isThenable, type PlainObject } from './kind.ts';
import { keysOf, withEntries } from './replaced.ts';
import { share } from './share.ts';
import { isZod4, type Parts, partsOf, type ZodSchema } from './zod-parts.ts';

/** A sealed value that a schema was given, and what was made of it: in terms of what was given, where that is equal. */
export interface Judged<Value = unknown> {
  readonly input: Value;
  readonly output: Value;
}

/** Thrown when parts do not tell what comes of this document. */
class Untold extends Error {}

/** Thrown when parts never tell: the schema is not made of them, or answers later. */
export class Whole extends Error {}

/** So many entries are always looked at one by one; of more, at most every fourth: else zod alone is quicker. */
const FEW = 8;
const SHARE = 4;

/**
 * What `schema` makes of `input`, where it was asked about `was.input` before: what is still the very same is not
 * validated again, what came of it then stays.
 *
 * The proof, for each container: what zod makes of an object, a record or a list without checks of its own follows from
 * which keys there are, and from what it makes of each entry alone. A schema must be pure, or nothing follows.
 *
 * @returns In terms of `was.output`, and `input` itself where both are one tree; not sealed.
 * @throws {Whole} when this schema has to be asked about whole documents; and anything else when it has to be asked
 *   about the whole of this one: so it is with all that is not valid, for which only the whole run has the words.
 */
export function validateChanged(schema: StandardSchemaV1, input: unknown, was: Judged): unknown {
  if (!isZod4(schema) || !partsOf(schema)) throw new Whole();
  return new Walk().outputOf(schema, input, was);
}

class Walk {
  /** Of each schema that was met. */
  readonly #parts = new Map<ZodSchema, Parts | undefined>();

  outputOf(schema: ZodSchema, input: unknown, was: Judged): unknown {
    return this.#inParts(schema, input, was) ?? inOnePiece(schema, input, was);
  }

  /** Undefined where the value has to be validated as a whole. */
  #inParts(schema: ZodSchema, input: unknown, { input: old, output }: Judged): object | undefined {
    if (Array.isArray(input) && Array.isArray(old) && Array.isArray(output)) {
      const parts = this.#partsOf(schema);
      const isTold = parts?.kind === 'list' && parts.takes(input.length);
      return isTold ? this.#items(parts.item, input, { input: old, output }) : undefined;
    }
    if (!isPlainObject(input) || !isPlainObject(old) || !isPlainObject(output)) return undefined;
    const was = { input: old, output };
    const parts = this.#partsOf(schema);
    if (parts?.kind === 'object') return this.#entries(input, was, new Fields(parts));
    return parts?.kind === 'record' ? this.#entries(input, was, new Keys(parts, was)) : undefined;
  }

  #partsOf(schema: ZodSchema): Parts | undefined {
    if (!this.#parts.has(schema)) this.#parts.set(schema, partsOf(schema));
    return this.#parts.get(schema);
  }

  #items(
    schema: ZodSchema,
    input: readonly unknown[],
    was: Judged<readonly unknown[]>,
  ): readonly unknown[] | undefined {
    const changed = [...input.keys()].filter(
      (i) => i >= was.input.length || input[i] !== was.input[i],
    );
    if (areMany(changed.length, input.length)) return undefined;
    let isInput = was.input === was.output;
    let isSame = input.length === was.input.length;
    const next = new Map<number, unknown>();
    for (const i of changed) {
      const before = { input: was.input[i], output: was.output[i] };
      const output = this.outputOf(schema, input[i], before);
      isInput &&= output === input[i];
      isSame &&= output === before.output;
      next.set(i, output);
    }
    if (isSame) return was.output;
    if (isInput) return input;
    // of a frozen list slice() makes one of another kind, key by key
    const output = Array.from(was.output);
    output.length = input.length;
    for (const [i, item] of next) output[i] = item;
    return output;
  }

  #entries(input: PlainObject, was: Judged<PlainObject>, at: Entries): PlainObject | undefined {
    const { changed, lost, all } = compareKeys(was.input, input);
    if (areMany(changed.length, all)) return undefined;
    if (lost.some((key) => at.isAsked(key))) return undefined;
    let isInput = was.input === was.output;
    const next = new Map<string, unknown>();
    for (const key of changed) {
      const schema = at.schemaOf(key);
      if (schema === undefined) return undefined;
      isInput &&= schema !== LEFT_OUT;
      if (schema === LEFT_OUT) continue;
      const before = { input: was.input[key], output: was.output[key] };
      const output = this.outputOf(schema, input[key], before);
      isInput &&= output === input[key];
      if (output !== before.output) next.set(key, output);
    }
    if (isInput) return input;
    const isTold = lost.every((key) => at.schemaOf(key) !== undefined);
    return isTold ? withEntries(was.output, { values: next, lost }) : undefined;
  }
}

/** Instead of a schema: what is at this key is left out of the output. */
const LEFT_OUT = null;

/** What a schema does with the keys of an object. */
interface Entries {
  /** Who judges what is at a key, and puts it at the same key; undefined where that depends on more than the key. */
  schemaOf(key: string): ZodSchema | typeof LEFT_OUT | undefined;
  /** Whether a key of before is asked for even where it is not there, so that something may come in its place. */
  isAsked(key: string): boolean;
}

class Fields implements Entries {
  readonly #parts: Extract<Parts, { kind: 'object' }>;

  constructor(parts: Extract<Parts, { kind: 'object' }>) {
    this.#parts = parts;
  }

  isAsked(key: string): boolean {
    return Object.hasOwn(this.#parts.shape, key);
  }

  schemaOf(key: string): ZodSchema | typeof LEFT_OUT {
    const { shape, rest = LEFT_OUT } = this.#parts;
    return Object.hasOwn(shape, key) ? shape[key]! : rest;
  }
}

/** A schema can give keys other names: those that are looked at must keep theirs, and no two may have become one. */
class Keys implements Entries {
  readonly #parts: Extract<Parts, { kind: 'record' }>;
  readonly #was: Judged<PlainObject>;
  readonly #isOneToOne: boolean;

  constructor(parts: Extract<Parts, { kind: 'record' }>, was: Judged<PlainObject>) {
    const { input, output } = was;
    this.#parts = parts;
    this.#was = was;
    this.#isOneToOne =
      parts.key === undefined || input === output || keysOf(input).length === keysOf(output).length;
  }

  /** All keys of an enumeration are. */
  isAsked(): boolean {
    const { _zod: internals } = this.#parts.key ?? {};
    return internals !== undefined && internals.def.type !== 'string';
  }

  schemaOf(key: string): ZodSchema | undefined {
    const { key: keys, value } = this.#parts;
    if (keys === undefined) return value;
    const { input, output } = this.#was;
    const isFree = Object.hasOwn(input, key) === Object.hasOwn(output, key);
    return this.#isOneToOne && isFree && judge(keys, key) === key ? value : undefined;
  }
}

function areMany(changed: number, all: number): boolean {
  return changed > FEW && changed * SHARE > all;
}

/** The value as a whole, put in terms of the one before as a whole document is. */
function inOnePiece(schema: ZodSchema, input: unknown, was: Judged): unknown {
  return share(was.output, share(input, judge(schema, input)));
}

/** @throws {Untold} when the value is not valid. */
function judge(schema: ZodSchema, value: unknown): unknown {
  const result = schema['~standard'].validate(value);
  if (isThenable(result)) {
    // nobody waits for it: the whole is validated
    result.then(undefined, () => {});
    throw new Whole();
  }
  if (result.issues || result.value === undefined) throw new Untold();
  return result.value;
}
