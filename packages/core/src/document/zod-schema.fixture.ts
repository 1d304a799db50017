import fc from 'fast-check';
import { z } from 'zod';
import type { JsonValue } from '../ports/json.ts';
import { secret } from '../zod.ts';

/** A schema, and documents that mostly fit it. */
export interface Spec {
  readonly schema: z.ZodType;
  readonly fitting: fc.Arbitrary<JsonValue>;
}

const text = fc.constantFrom('a', 'B', 'b', '', 'http://a.test/', '7');
const number = fc.constantFrom(0, 1, 2, -7.5);

/** Leaves: those that change their value, too, and those that hide what is wrong. */
const leaf: fc.Arbitrary<Spec> = fc.constantFrom<Spec>(
  { schema: z.string(), fitting: text },
  { schema: z.string().max(1), fitting: text },
  { schema: z.number(), fitting: number },
  { schema: z.int(), fitting: number },
  { schema: z.boolean(), fitting: fc.boolean() },
  { schema: z.enum(['a', 'b']), fitting: fc.constantFrom('a', 'b') },
  { schema: z.coerce.number(), fitting: text },
  { schema: z.string().trim().toUpperCase(), fitting: text },
  { schema: z.string().transform((value) => value.length), fitting: text },
  { schema: z.url().transform((value) => new URL(value)), fitting: fc.constant('http://a.test/') },
  { schema: z.number().refine((value) => value !== 2), fitting: number },
  { schema: z.number().catch(7), fitting: fc.oneof(number, text) },
  { schema: secret(z.string()), fitting: text },
  { schema: z.any(), fitting: fc.oneof(text, fc.constant({ any: [1] })) },
  { schema: z.null(), fitting: fc.constant(null) },
  { schema: z.string().transform((value) => value || undefined), fitting: text },
);

/** Keys of objects: few, and each one a trap somewhere. */
const KEYS = ['a', 'B', 'b', 'toString', 'constructor', '__proto__', '1'];

/** Ways to say that a value need not be there. */
const field = (of: fc.Arbitrary<Spec>): fc.Arbitrary<Spec> =>
  fc.tuple(of, fc.nat({ max: 7 })).map(([spec, way]) => ({ ...spec, schema: absentAs(spec, way) }));

function absentAs({ schema }: Spec, way: number): z.ZodType {
  if (way === 0) return schema.optional();
  if (way === 1) return schema.default('default');
  if (way === 2) return schema.prefault('a');
  if (way === 3) return schema.nullable();
  if (way === 4) return schema.exactOptional();
  return schema;
}

/** An object without a prototype of its own name: `fromEntries` also makes an own `__proto__`. */
function objectOf<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries);
}

const objects = (of: fc.Arbitrary<Spec>): fc.Arbitrary<Spec> =>
  fc
    .tuple(
      fc.uniqueArray(fc.tuple(fc.constantFrom(...KEYS), field(of)), {
        selector: ([key]) => key,
        maxLength: 4,
      }),
      of,
      fc.nat({ max: 4 }),
    )
    .map(([fields, rest, way]) => {
      const shape = objectOf(fields.map(([key, { schema }]) => [key, schema] as const));
      const named = fields.map(([key, { fitting }]) =>
        fc.option(
          fitting.map((v) => [key, v] as const),
          { freq: 8, nil: undefined },
        ),
      );
      const odd = fc.option(fc.tuple(fc.constantFrom('odd', 'b'), rest.fitting), {
        freq: 2,
        nil: undefined,
      });
      const schemas = [
        z.object(shape),
        z.strictObject(shape),
        z.looseObject(shape),
        z.object(shape).catchall(rest.schema),
        z.object(shape).extend({}),
      ];
      return {
        schema: schemas[way]!,
        fitting: fc
          .tuple(...named, odd)
          .map((entries) =>
            objectOf(
              entries.filter((entry) => entry !== undefined && entry[0] !== '__proto__') as [
                string,
                JsonValue,
              ][],
            ),
          ),
      };
    });

const letters = z.enum(['a', 'b']);

/** Records, and keys that mostly fit them: some schemas give keys another name, or ask for keys that are not there. */
const RECORDS: readonly (readonly [(value: z.ZodType) => z.ZodType, readonly string[]])[] = [
  [(value) => z.record(z.string(), value), ['a', 'B', '1', 'toString', '']],
  [(value) => z.record(z.string().regex(/^[abB]$/), value), ['a', 'b', 'B', 'B1']],
  [(value) => z.record(z.string().toLowerCase(), value), ['a', 'A', 'b', 'B']],
  [(value) => z.record(letters, value), ['a', 'b']],
  [(value) => z.partialRecord(letters, value), ['a', 'b']],
  [(value) => z.looseRecord(letters, value), ['a', 'b', 'c']],
  [(value) => z.record(z.number(), value), ['1', '2']],
];

const records = (of: fc.Arbitrary<Spec>): fc.Arbitrary<Spec> =>
  fc
    .tuple(field(of), fc.constantFrom(...RECORDS))
    .map(([{ schema: value, fitting }, [recordOf, keys]]) => {
      const entries = fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), fitting), {
        selector: ([key]) => key,
      });
      return { schema: recordOf(value), fitting: entries.map(objectOf<JsonValue>) };
    });

const lists = (of: fc.Arbitrary<Spec>): fc.Arbitrary<Spec> =>
  fc.tuple(of, fc.nat({ max: 4 })).map(([{ schema: item, fitting }, way]) => {
    const list = z.array(item);
    const schemas = [
      list,
      list,
      list.min(1).max(3),
      list.nonempty(),
      list.refine((items) => items.length !== 2),
    ];
    return { schema: schemas[way]!, fitting: fc.array(fitting, { maxLength: 5 }) };
  });

/** What is never taken apart, and what is laid round a container. */
const around = (of: fc.Arbitrary<Spec>): fc.Arbitrary<Spec> =>
  fc.tuple(of, of, fc.nat({ max: 9 })).map(([spec, other, way]) => {
    const { schema, fitting } = spec;
    const schemas: readonly z.ZodType[] = [
      schema.readonly(),
      schema.optional().nullable(),
      z.nonoptional(schema),
      schema.refine((value) => JSON.stringify(value)?.length !== 9),
      schema.transform((value) => [value, 'made']),
      schema.catch('caught'),
      z.lazy(() => schema),
      z.union([schema, other.schema]),
      z.intersection(schema, z.any()),
      z.preprocess((value) => value, schema),
    ];
    return {
      schema: schemas[way]!,
      fitting: way === 7 ? fc.oneof(fitting, other.fitting) : fitting,
    };
  });

/** A schema that refers to itself. */
const tree: Spec = {
  schema: z.object({
    id: z.number(),
    get children() {
      return z.array(tree.schema).default([]);
    },
  }),
  fitting: fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.record(
      { id: number, children: fc.array(tie('tree'), { maxLength: 2 }) },
      { requiredKeys: ['id'] },
    ) as fc.Arbitrary<JsonValue>,
  })).tree,
};

const { any, container } = fc.letrec<{ any: Spec; container: Spec }>((tie) => {
  const deep = { depthSize: 'small', maxDepth: 4 } as const;
  const inner = tie('any');
  const containers = [objects(inner), records(inner), lists(inner)] as const;
  return {
    any: fc.oneof(deep, leaf, ...containers, ...containers, around(inner), fc.constant(tree)),
    container: fc.oneof(...containers, ...containers, around(tie('container'))),
  };
});

/** Any schema, of containers mostly. */
export const spec: fc.Arbitrary<Spec> = fc.oneof({ weight: 9, arbitrary: container }, any);
