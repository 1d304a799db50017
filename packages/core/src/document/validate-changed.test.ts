import type { StandardSchemaV1 } from '@standard-schema/spec';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import * as mini from 'zod/mini';
import type { JsonValue } from '../ports/json.ts';
import { diff } from './diff.ts';
import { clone, deepEqual, isFrozen, ROOMY } from './json.fixture.ts';
import { replacedKeys, withEdits } from './replaced.ts';
import { isSecret } from './secret.ts';
import { seal } from './seal.ts';
import { share } from './share.ts';
import { type Judged, validateChanged } from './validate-changed.ts';
import { spec } from './zod-schema.fixture.ts';

/** The plain way: all of it is validated. Undefined where it is refused. */
function whole(
  schema: StandardSchemaV1,
  input: unknown,
  was: Judged | undefined,
): Judged | undefined {
  const result = schema['~standard'].validate(input);
  // zod does so when something threw
  if (result instanceof Promise) void result.catch(() => {});
  if (result instanceof Promise || result.issues) return undefined;
  try {
    const shared = share(input, result.value);
    const isOneTree = was === undefined || was.input === was.output;
    const output = shared === input && isOneTree ? shared : share(was?.output, shared);
    return { input, output: seal(output, was?.output, ROOMY) };
  } catch {
    return undefined;
  }
}

/** Only what changed is validated. Undefined where the parts do not tell. */
function changed(schema: StandardSchemaV1, input: unknown, was: Judged): Judged | undefined {
  try {
    const output = validateChanged(schema, input, was);
    return { input, output: output === input ? output : seal(output, was.output, ROOMY) };
  } catch {
    return undefined;
  }
}

/** Values with what their classes hide. */
function open(value: unknown): unknown {
  if (isSecret(value)) return { secret: open(value.reveal()) };
  if (value instanceof URL) return { url: value.href };
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, open(each)]));
}

/** Where `after` has another object than `before`, though an equal one. */
function copiesOf(before: unknown, after: unknown, path = ''): string[] {
  if (Object.is(before, after)) return [];
  if (deepEqual(open(before), open(after))) return [path];
  if (typeof before !== 'object' || typeof after !== 'object' || !before || !after) return [];
  if (Array.isArray(before) !== Array.isArray(after) || isSecret(before)) return [];
  return Object.keys(after)
    .filter((key) => Object.hasOwn(before, key))
    .flatMap((key) =>
      copiesOf(Reflect.get(before, key), Reflect.get(after, key), `${path}/${key}`),
    );
}

/** `next` in places, and the old value in the others. */
function mixed(before: JsonValue, next: JsonValue, dice: IterableIterator<number>): JsonValue {
  const roll = dice.next().value as number;
  if (roll === 0) return next;
  if (roll < 4 || !isObject(before) || !isObject(next)) return before;
  if (Array.isArray(before) || Array.isArray(next)) {
    if (!Array.isArray(before) || !Array.isArray(next)) return next;
    const items: JsonValue[] = before.map((item, i) =>
      i < next.length ? mixed(item as JsonValue, next[i] as JsonValue, dice) : (item as JsonValue),
    );
    if (roll === 5) items.shift();
    if (roll === 6) items.push(...(next as JsonValue[]));
    return items;
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(next)])];
  if (roll === 9) keys.reverse();
  const entries = keys.flatMap((key): [string, JsonValue][] => {
    const [old, now] = [own(before, key), own(next, key)];
    if (old === undefined || now === undefined) {
      const only = (dice.next().value as number) < 4 ? old : now;
      return only === undefined ? [] : [[key, only]];
    }
    return [[key, mixed(old, now, dice)]];
  });
  return Object.fromEntries(entries);
}

const isObject = (value: JsonValue): value is Record<string, JsonValue> =>
  typeof value === 'object' && value !== null;
const own = (object: Record<string, JsonValue>, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

const runs = spec.chain(({ schema, fitting }) =>
  fc.tuple(
    fc.constant(schema),
    fc.array(fitting, { minLength: 3, maxLength: 6 }),
    fc.infiniteStream(fc.nat({ max: 9 })),
  ),
);

/** How one document after the other is judged, each by what changed and as a whole. */
function judgeAll(
  schema: StandardSchemaV1,
  documents: readonly JsonValue[],
  dice: IterableIterator<number>,
) {
  const facts: { told: object; wanted: object }[] = [];
  let raw: JsonValue | undefined;
  let was: Judged | undefined;
  for (const document of documents) {
    const text = raw === undefined ? document : mixed(raw, document, dice);
    const input = seal(share(raw, clone(text)), raw, ROOMY);
    const wanted = whole(schema, input, was);
    const told = was && changed(schema, input, was);
    if (was && told) facts.push({ told: factsOf(told, was), wanted: factsOf(wanted, was) });
    if (wanted === undefined) continue;
    raw = input;
    was = told ?? wanted;
  }
  return facts;
}

function factsOf(now: Judged | undefined, was: Judged) {
  if (now === undefined) return { isValid: false };
  return {
    output: open(now.output),
    copies: copiesOf(was.output, now.output),
    isFrozen: isFrozen(now.output),
    // document and value stay one tree
    isOneTree: was.input === was.output && now.input === now.output,
  };
}

test('validateChanged() tells what the whole run tells, and keeps what did not change', () => {
  let told = 0;
  fc.assert(
    fc.property(runs, ([schema, documents, dice]) => {
      const facts = judgeAll(schema, documents, dice);
      told += facts.length;
      expect(facts.filter((each) => !deepEqual(each.told, each.wanted))).toEqual([]);
    }),
    { numRuns: 200 },
  );
  expect(told).toBeGreaterThan(80);
});

/** What becomes of an edit, and how often the schema of each service was asked. */
function counted(edit: (services: Record<string, Service>) => object, around = plain) {
  let calls = 0;
  const service = z.object({ size: z.number() }).refine(() => ++calls);
  const schema = around(service);
  const services = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`s${i}`, { size: i }] as const),
  );
  const input = seal<object>({ services, level: 'info' }, undefined, ROOMY);
  const was = whole(schema, input, undefined)!;
  calls = 0;
  const next = seal(share(input, { services: edit(clone(services)), level: 'info' }), input, ROOMY);
  const told = changed(schema, next, was);
  return { calls, told, same: told && deepEqual(told.output, whole(schema, next, was)?.output) };
}

interface Service {
  size: number;
}
const filled = (shape: Record<string, z.ZodType>): z.ZodType =>
  z.object({ ...shape, level: z.string(), region: z.string().default('eu') });
const plain = (service: z.ZodType): z.ZodType =>
  z.object({ services: z.record(z.string(), service), level: z.string() });

test.each<[string, (services: Record<string, Service>) => object, number]>([
  ['nothing', (services) => services, 0],
  ['one entry', (services) => ({ ...services, s7: { size: -1 } }), 1],
  ['a new entry', (services) => ({ ...services, s40: { size: -1 } }), 1],
  ['an entry that is gone', (services) => Object.fromEntries(Object.entries(services).slice(1)), 0],
  ['another name', ({ s7, ...services }) => ({ ...services, s70: s7 }), 1],
  [
    'too many to look at each',
    (services) => ({
      ...services,
      ...Object.fromEntries(
        Object.keys(services)
          .slice(0, 20)
          .map((key) => [key, { size: -1 }]),
      ),
    }),
    40,
  ],
])('validateChanged() asks only about what changed: %s', (_, edit, calls) => {
  expect(counted(edit)).toMatchObject({ calls, same: true });
});

test.each<[string, (service: z.ZodType) => z.ZodType]>([
  ['defaults', (service) => filled({ services: z.record(z.string(), service) })],
  ['a wrapper', (service) => plain(service).optional().nullable().readonly()],
  [
    'keys with a pattern',
    (service) =>
      z.object({ services: z.record(z.string().regex(/^s/), service), level: z.string() }),
  ],
  ['unnamed fields', (service) => z.looseObject({ services: z.record(z.string(), service) })],
  [
    'zod/mini',
    (service) =>
      mini.object({ services: mini.record(mini.string(), service), level: mini.string() }) as never,
  ],
])('validateChanged() asks about one entry of a schema with %s', (_, around) => {
  const edit = (services: Record<string, Service>) => ({ ...services, s7: { size: -1 } });
  expect(counted(edit, around)).toMatchObject({ calls: 1, same: true });
});

test.each<[string, (service: z.ZodType) => z.ZodType]>([
  ['a rule for all of it', (service) => plain(service).refine(() => true)],
  ['a transformation of all of it', (service) => plain(service).transform((value) => value)],
  ['a fallback for all of it', (service) => plain(service).catch({})],
  ['a schema that is made later', (service) => z.lazy(() => plain(service))],
  ['a choice', (service) => z.union([plain(service), z.object({ other: z.string() })])],
  [
    'zod/mini and a rule',
    (service) => (plain(service) as z.ZodObject).check(mini.refine(() => true)),
  ],
])('validateChanged() leaves to the whole run: %s', (_, around) => {
  const { told, calls } = counted((services) => ({ ...services, s7: { size: -1 } }), around);
  expect({ told, calls }).toEqual({ told: undefined, calls: 0 });
});

test.each([
  [{ A: 1 }, { a: 2, A: 1 }],
  [
    { a: 2, A: 1 },
    { a: 3, A: 1 },
  ],
])(
  'validateChanged() leaves keys that become one key to the whole record: %o, then %o',
  (old, now) => {
    const schema = z.record(z.string().toLowerCase(), z.number());
    const input = seal<object>(old, undefined, ROOMY);
    const was = whole(schema, input, undefined)!;
    const next = seal(now, input, ROOMY);
    expect(changed(schema, next, was)?.output).toEqual({ a: 1 });
  },
);

test('validateChanged() leaves out what was made of an entry that has another name now', () => {
  const schema = z.record(z.string(), z.string().toUpperCase());
  const input = seal<object>({ a: 'x', b: 'y', c: 'z' }, undefined, ROOMY);
  const was = whole(schema, input, undefined)!;
  const next = seal({ a: 'x', b: 'y', d: 'z' }, input, ROOMY);
  expect(changed(schema, next, was)?.output).toStrictEqual({ a: 'X', b: 'Y', d: 'Z' });
});

test('validateChanged() leaves to the whole run what a schema makes nothing of', () => {
  const empty = z.string().transform((value) => value || undefined);
  const schema = z.object({ a: empty.optional(), b: z.string() });
  const input = seal<object>({ b: 'x' }, undefined, ROOMY);
  const was = whole(schema, input, undefined)!;
  const next = seal({ a: '', b: 'x' }, input, ROOMY);
  expect(whole(schema, next, was)?.output).toStrictEqual({ a: undefined, b: 'x' });
  expect(changed(schema, next, was)).toBeUndefined();
});

test('validateChanged() looks among the fields of an object for its own alone', () => {
  const schema = z.looseObject({ a: z.number() });
  const input = seal<object>({ a: 1 }, undefined, ROOMY);
  const was = whole(schema, input, undefined)!;
  const next = seal({ a: 1, toString: 'x', constructor: {} }, input, ROOMY);
  expect(changed(schema, next, was)?.output).toBe(next);
});

/** Of a table of so many rows that its edits are noted. */
const WIDE = 1_200;
const rowSchema = z.object({ size: z.number(), region: z.string().default('eu') });
const rowEdits = fc.array(
  fc.record({
    come: fc.dictionary(fc.constantFrom('r0', 'r7', 'new', 'toString'), fc.nat({ max: 3 })),
    go: fc.uniqueArray(fc.constantFrom('r0', 'r7', 'r9', 'new'), { maxLength: 2 }),
  }),
  { minLength: 2, maxLength: 6 },
);

test.each<[string, z.ZodType]>([
  ['a record', z.record(z.string(), rowSchema)],
  ['keys with a pattern', z.record(z.string().min(1), rowSchema)],
  ['fields of any name', z.object({ r0: rowSchema.optional() }).catchall(rowSchema)],
])(
  'validateChanged() and diff() tell of a wide table that is edited what they tell of copies: %s',
  async (_, schema) => {
    const rows = Array.from({ length: WIDE }, (_row, i) => [`r${i}`, { size: i }] as const);
    const first = seal<object>(Object.fromEntries(rows), undefined, ROOMY);
    let noted = 0;
    await fc.assert(
      fc.asyncProperty(rowEdits, async (steps) => {
        let was = whole(schema, first, undefined)!;
        for (const { come, go } of steps) {
          const table = was.input as Record<string, unknown>;
          const lost = go.filter((key) => Object.hasOwn(table, key) && !Object.hasOwn(come, key));
          const entries = Object.entries(come).map(
            ([key, size]) => [key, seal({ size }, null, ROOMY)] as const,
          );
          const input = await withEdits(table, [{ parent: [], values: new Map(entries), lost }]);
          const told = changed(schema, input, was)!;
          expect(told.output).toEqual(whole(schema, clone(input as JsonValue), undefined)!.output);
          expect(pathsOf(was.output, told.output)).toEqual(
            pathsOf(open(was.output), open(told.output)),
          );
          if (replacedKeys(was.output as object, told.output as object)) noted++;
          was = told;
        }
      }),
      { numRuns: 15 },
    );
    expect(noted).toBeGreaterThan(5);
  },
);

/** Of what differs, whatever the order. */
function pathsOf(before: unknown, after: unknown): string[] {
  return diff(before, after)
    .map(({ path, kind }) => `${kind} ${path.join('.')}`)
    .toSorted();
}
