import { type Path, startsWith } from '../document/path.ts';
import type { FieldRule, FieldRules } from './fields.ts';

/** On the definition of a schema: the rules of its field. Unlike what zod calls metadata it survives every clone. */
const RULES: unique symbol = Symbol.for('holdfast.field-rules') as never;

/** What is read of a schema of zod 4: the part that zod promises to those who walk schemas. */
export interface ZodLike {
  readonly _zod: { readonly def: Def; readonly innerType?: ZodLike };
}

/** The definition of any kind of schema. */
interface Def {
  readonly [RULES]?: readonly FieldRule[];
  readonly shape?: Readonly<Record<string, ZodLike>>;
  readonly items?: readonly ZodLike[];
  readonly options?: readonly ZodLike[];
  readonly element?: ZodLike;
  readonly valueType?: ZodLike;
  readonly rest?: ZodLike | null;
  readonly catchall?: ZodLike;
  readonly left?: ZodLike;
  readonly right?: ZodLike;
  readonly in?: ZodLike;
  readonly out?: ZodLike;
  readonly innerType?: ZodLike;
}

/** A schema can make new parts of itself without end: so many in one another, and so many in all, are looked at. */
const MAX_DEPTH = 128;
const MAX_SCHEMAS = 10_000;

/** Whether `schema` is one of zod 4. */
export function isZod(schema: unknown): schema is ZodLike {
  const { _zod: internals } = Object(schema) as Partial<ZodLike>;
  return typeof internals?.def === 'object';
}

/** The definition of `schema` with one more rule. */
export function ruledDef({ _zod: { def } }: ZodLike, rule: FieldRule): object {
  const rules = { value: [...(def[RULES] ?? []), rule], enumerable: true };
  // the descriptors, since to read a shape may make the schemas in it
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(def), [RULES]: rules });
}

/**
 * The fields that a schema marks, with `*` for whatever is in lists and records. Both sides of a transformation count.
 * Where a schema refers to itself, all that is deeper has the rules of what is in it.
 */
export function fieldsOf(schema: unknown): FieldRules {
  const walk = new Walk();
  if (isZod(schema)) walk.visit(schema, []);
  return walk.fields();
}

class Walk {
  readonly #found: { readonly rule: FieldRule; readonly path: Path }[] = [];
  /** Definitions on the way to the one that is visited, and where they stand. */
  readonly #open = new Map<Def, Path>();
  /** What was not gone into: the same as what stands at `of`. */
  readonly #ends: { readonly path: Path; readonly of: Path }[] = [];
  #visited = 0;

  visit({ _zod: { def, innerType } }: ZodLike, path: Path): void {
    const of = this.#open.get(def);
    if (of || this.#open.size > MAX_DEPTH || ++this.#visited > MAX_SCHEMAS) {
      this.#ends.push({ path, of: of ?? [] });
      return;
    }
    this.#open.set(def, path);
    for (const rule of def[RULES] ?? []) this.#found.push({ rule, path });
    for (const part of [innerType, ...sameValue(def)]) if (part) this.visit(part, path);
    for (const [key, part] of within(def)) if (part) this.visit(part, [...path, key]);
    this.#open.delete(def);
  }

  fields(): FieldRules {
    return {
      secrets: this.#pathsOf('secrets'),
      restartOnly: this.#pathsOf('restartOnly'),
      dynamicOnly: this.#pathsOf('dynamicOnly'),
    };
  }

  #pathsOf(wanted: FieldRule): readonly Path[] {
    const paths = this.#found.filter(({ rule }) => rule === wanted).map(({ path }) => path);
    const ends = this.#ends.filter(({ of }) => paths.some((path) => startsWith(path, of)));
    const all = [...paths, ...ends.map(({ path }) => path)];
    return [...new Map(all.map((path) => [JSON.stringify(path), path])).values()];
  }
}

/** Schemas of the very value that this one is of. */
function sameValue(def: Def): readonly (ZodLike | undefined)[] {
  return [...(def.options ?? []), def.left, def.right, def.in, def.out, def.innerType];
}

/** Schemas of what is in the value. */
function within(def: Def): readonly (readonly [string | number, ZodLike | null | undefined])[] {
  const any = [def.element, def.valueType, def.rest, def.catchall];
  return [
    ...Object.entries(def.shape ?? {}),
    ...(def.items ?? []).entries(),
    ...any.map((part) => ['*', part] as const),
  ];
}
