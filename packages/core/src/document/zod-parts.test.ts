import { type } from 'arktype';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { z } from 'zod';
import * as mini from 'zod/mini';
import * as z3 from 'zod/v3';
import { isZod4, type Parts, partsOf, type ZodSchema } from './zod-parts.ts';

const text = z.string();

const partsIn = (schema: unknown): Parts | undefined => partsOf(schema as ZodSchema);

/** A schema whose code somebody replaced. */
function replaced(schema: z.ZodType): z.ZodType {
  const { _zod: internals } = schema;
  const run = internals.run.bind(internals);
  internals.run = (payload, context) => run(payload, context);
  return schema;
}

/** A class that somebody derived from one of zod. */
const Derived = z.core.$constructor<z.core.$ZodObject>('AppObject', (schema, def) => {
  z.core.$ZodObject.init(schema, def);
});

/** A schema that says to be of another version. */
function versioned(schema: z.ZodType, major: unknown): z.ZodType {
  const { _zod: internals } = schema;
  Object.assign(internals, { version: { major } });
  return schema;
}

test.each<[string, { '~standard': unknown }]>([
  ['zod', z.object({})],
  ['zod, another schema', z.string()],
  ['zod/mini', mini.object({})],
])('isZod4() knows %s', (_, schema) => {
  expect(isZod4(schema as never)).toBe(true);
});

test.each<[string, { '~standard': unknown }]>([
  ['zod 3', z3.z.object({})],
  ['valibot', v.object({})],
  ['arktype', type({ a: 'string' })],
  ['what is laid over a schema of zod', Object.create(z.object({}))],
  ['a later zod', versioned(z.object({}), 5)],
  ['one without a version', versioned(z.object({}), undefined)],
])('isZod4() does not take for zod 4: %s', (_, schema) => {
  expect(isZod4(schema as never)).toBe(false);
});

test.each<[string, unknown]>([
  ['an object', z.object({ a: text })],
  ['a strict object', z.strictObject({ a: text })],
  ['a loose object', z.looseObject({ a: text })],
  ['an object of zod/mini', mini.object({ a: mini.string() })],
  ['a described object', z.object({ a: text }, { error: 'no' }).describe('x').meta({ title: 'y' })],
  ['an extended object', z.object({ a: text }).extend({ b: text }).partial()],
  ['a branded object', z.object({ a: text }).brand('x')],
  ['a wrapped object', z.nonoptional(z.object({ a: text }).optional().nullable()).readonly()],
  ['an object with a default', z.object({ a: text }).default({ a: '' }).prefault({ a: '' })],
])('partsOf() takes apart %s', (_, schema) => {
  expect(partsIn(schema)).toMatchObject({ kind: 'object' });
});

test('partsOf() tells who takes the other keys of an object', () => {
  expect(partsIn(z.object({ a: text }))).toEqual({
    kind: 'object',
    shape: { a: text },
    rest: undefined,
  });
  expect(partsIn(z.object({}).catchall(text))).toEqual({ kind: 'object', shape: {}, rest: text });
});

test('partsOf() knows records whose keys stay what they are', () => {
  const value = z.number();
  for (const keys of [z.string(), mini.string(), z.string().describe('a name')])
    expect(partsIn(z.record(keys, value))).toEqual({ kind: 'record', key: undefined, value });
  const lower = z.string().toLowerCase();
  for (const key of [lower, z.coerce.string(), z.email(), z.string().min(1), z.enum(['a'])])
    expect(partsIn(z.record(key as z.ZodString, value))).toEqual({ kind: 'record', key, value });
});

test.each<[unknown, readonly boolean[]]>([
  [z.array(text), [true, true, true, true]],
  [z.array(text).min(1), [false, true, true, true]],
  [z.array(text).max(2), [true, true, true, false]],
  [z.array(text).nonempty().max(1), [false, true, false, false]],
  [z.array(text).length(2), [false, false, true, false]],
  [mini.array(text).check(mini.minLength(2)), [false, false, true, true]],
])('partsOf() tells how long a list may be', (schema, allowed) => {
  const parts = partsIn(schema) as Extract<Parts, { kind: 'list' }>;
  expect([0, 1, 2, 3].map(parts.takes)).toEqual(allowed);
});

test.each<[string, unknown]>([
  ['a leaf', text],
  ['a tuple', z.tuple([text])],
  ['a choice', z.union([z.object({}), z.array(text)])],
  ['a schema that is made later', z.lazy(() => z.object({}))],
  ['both of two', z.intersection(z.object({}), z.object({}))],
  ['a rule', z.object({}).refine(() => true)],
  [
    'a rule within wrappers',
    z
      .object({})
      .superRefine(() => {})
      .optional(),
  ],
  [
    'a rule on a wrapper',
    z
      .object({})
      .optional()
      .refine(() => true),
  ],
  [
    'a rule for a list',
    z
      .array(text)
      .min(1)
      .refine(() => true),
  ],
  ['a rule for a record', z.record(text, text).refine(() => true)],
  ['a transformation', z.object({}).transform(() => 1)],
  ['a preparation', z.preprocess((value) => value, z.object({}))],
  ['a fallback', z.object({}).catch({})],
  ['a schema that was compiled', z.compile(z.object({ a: text }))],
  ['code in the place of its own', replaced(z.object({ a: text }))],
  ['a list with code in the place of its own', replaced(z.array(text))],
  ['a definition that says more', z.object({}, { later: true } as never)],
  ['a class that was derived', new Derived({ type: 'object', shape: {} })],
  ['a field `__proto__`', z.object(Object.fromEntries([['__proto__', text]]))],
  ['a field of a name that all objects have', z.object({ constructor: text })],
])('partsOf() does not take apart %s', (_, schema) => {
  expect(partsIn(schema)).toBeUndefined();
});
