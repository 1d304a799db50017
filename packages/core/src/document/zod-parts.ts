import type { StandardSchemaV1 } from '@standard-schema/spec';

/** What is read of a schema of zod 4, full or mini: nothing of zod is imported. */
export interface ZodSchema extends StandardSchemaV1 {
  readonly _zod: {
    readonly def: Definition;
    readonly version?: { readonly major?: unknown };
    readonly traits?: ReadonlySet<string>;
    readonly parse?: unknown;
    readonly run?: unknown;
  };
}

/** The definition of any kind of schema, as far as zod documents it for those who walk schemas. */
interface Definition {
  readonly type: string;
  readonly checks?: readonly { readonly _zod: { readonly def: LengthCheck } }[];
  readonly shape?: Readonly<Record<string, ZodSchema>>;
  readonly catchall?: ZodSchema;
  readonly keyType?: ZodSchema;
  readonly valueType?: ZodSchema;
  readonly element?: ZodSchema;
  readonly innerType?: ZodSchema;
}

/** A check of how long a list is. */
interface LengthCheck {
  readonly check: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
}

/** A schema that judges a container by what is in it, entry by entry, and by nothing else. */
export type Parts =
  | {
      readonly kind: 'object';
      readonly shape: Readonly<Record<string, ZodSchema>>;
      /** Of all other keys; none where they are left out. */
      readonly rest: ZodSchema | undefined;
    }
  | {
      readonly kind: 'record';
      /** Of the keys; none where any text is a key, and stays what it is. */
      readonly key: ZodSchema | undefined;
      readonly value: ZodSchema;
    }
  | {
      readonly kind: 'list';
      readonly item: ZodSchema;
      readonly takes: (length: number) => boolean;
    };

/** All that a definition may say: one that says more, as one of a later zod may, is not understood. */
const UNDERSTOOD =
  /^(type|error|description|checks|shape|catchall|keyType|valueType|mode|partial|element|innerType|defaultValue)$/;

/** Classes of zod itself. One that was derived from them may read its definition in another way. */
const OWN_CLASS =
  /^(\$Zod|_?Zod|ZodMini)(Type|Object|ObjectJIT|Record|Array|String|(Exact|Non)?Optional|Nullable|Default|Prefault|Readonly)$/;

/** They say what becomes of a value that is not there, and leave containers to the schema within. */
const WRAPPER = /^(optional|nonoptional|nullable|default|prefault|readonly)$/;

const LENGTH_CHECK = /^(min_length|max_length|length_equals)$/;

/** Whether `schema` is one of zod 4, and not something that was laid over one. */
export function isZod4(schema: StandardSchemaV1): schema is ZodSchema {
  if (schema['~standard'].vendor !== 'zod' || !Object.hasOwn(schema, '_zod')) return false;
  const { _zod: internals } = schema as ZodSchema;
  return internals.version?.major === 4;
}

/** The parts of a schema of containers; undefined where only the whole of a value can be judged. */
export function partsOf(schema: ZodSchema): Parts | undefined {
  if (!isUnderstood(schema)) return undefined;
  const { _zod: internals } = schema;
  const {
    type,
    checks = [],
    shape,
    catchall,
    keyType,
    valueType,
    element,
    innerType,
  } = internals.def;
  if (type === 'array' && element && (checks.length > 0 || isBare(schema))) {
    const limits = checks.map(({ _zod: { def } }) => def);
    if (!limits.every(({ check }) => LENGTH_CHECK.test(check))) return undefined;
    return { kind: 'list', item: element, takes: (length) => limits.every(fits(length)) };
  }
  if (!isBare(schema)) return undefined;
  if (type === 'object' && shape)
    return areOwn(shape) ? { kind: 'object', shape, rest: catchall } : undefined;
  if (type === 'record' && keyType && valueType)
    return { kind: 'record', key: isAnyText(keyType) ? undefined : keyType, value: valueType };
  return WRAPPER.test(type) && innerType ? partsOf(innerType) : undefined;
}

/** Whether no field is named as what every object inherits: where it is not there zod would read that. */
function areOwn(shape: object): boolean {
  return Object.keys(shape).every((key) => !(key in Object.prototype));
}

/** Whether its definition says all. */
function isUnderstood({ _zod: { def, traits } }: ZodSchema): boolean {
  const isOwn = traits !== undefined && [...traits].every((name) => OWN_CLASS.test(name));
  return isOwn && Object.keys(def).every((key) => UNDERSTOOD.test(key));
}

/** Whether nothing is beside its parts: no checks, nor whatever was put in the place of zod's own code. */
function isBare({ _zod: { def, run, parse } }: ZodSchema): boolean {
  return (def.checks ?? []).length === 0 && run === parse;
}

function isAnyText(schema: ZodSchema): boolean {
  const { _zod: internals } = schema;
  return internals.def.type === 'string' && isUnderstood(schema) && isBare(schema);
}

function fits(length: number): (limits: LengthCheck) => boolean {
  return ({ minimum = 0, maximum = Infinity, length: exact = length }) =>
    length >= minimum && length <= maximum && length === exact;
}
