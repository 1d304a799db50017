import type { StandardSchemaV1 } from '@standard-schema/spec';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import * as mini from 'zod/mini';
import type { JsonValue } from '../ports/json.ts';
import { clone, deepEqual, isFrozen, ROOMY } from './json.fixture.ts';
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
function lostIdentity(before: unknown, after: unknown, path = ''): string[] {
  if (Object.is(before, after)) return [];
  if (deepEqual(open(before), open(after))) return [path];
  if (typeof before !== 'object' || typeof after !== 'object' || !before || !after) return [];
  if (Array.isArray(before) !== Array.isArray(after) || isSecret(before)) return [];
  return Object.keys(after)
    .filter((key) => Object.hasOwn(before, key))
    .flatMap((key) =>
      lostIdentity(Reflect.get(before, key), Reflect.get(after, key), `${path}/${key}`),
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

test('validateChanged() tells the same as a whole run, in terms of what was before', () => {
  const told = { changed: 0, whole: 0 };
  fc.assert(
    fc.property(runs, ([schema, documents, dice]) => {
      let was: Judged | undefined;
      let raw: JsonValue | undefined;
      for (const document of documents) {
        const text = raw === undefined ? document : mixed(raw, document, dice);
        const input: JsonValue = seal(share(raw, clone(text)), raw, ROOMY);
        const wanted = whole(schema, input, was);
        const got = was && changed(schema, input, was);
        if (was && got) {
          told.changed++;
          expect(wanted, 'the whole run refuses it').toBeDefined();
          expect(open(got.output)).toEqual(open(wanted!.output));
          expect(deepEqual(open(got.output), open(wanted!.output))).toBe(true);
          expect(lostIdentity(was.output, got.output)).toEqual([]);
          expect(isFrozen(got.output)).toBe(true);
          if (was.input === was.output) expect(got.output === input).toBe(wanted!.output === input);
        } else if (wanted) told.whole++;
        if (wanted) {
          raw = input;
          was = got ?? wanted;
        }
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 2_000) },
  );
  console.log(told);
});
