import type { JsonValue } from '@holdfast/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { edited, poll, settledScene, utf8 } from './scene.fixture.ts';

const keys = fc.constantFrom('a', 'b', 'c', 'then', 'toString', 'length', '0', 'a.b', '');
const { document } = fc.letrec<{ value: JsonValue; document: Record<string, JsonValue> }>(
  (tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<JsonValue>(null, true, 0, 1, -1.5, '', 'x'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
    document: fc.dictionary(keys, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  }),
);

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Where a subtree says the same as before at its path, it must be the same; and all of `after` is frozen. */
function problem(before: unknown, after: unknown, path: string): string | undefined {
  if (!isTree(after)) return undefined;
  if (!Object.isFrozen(after)) return `${path} is not frozen`;
  if (before === after) return undefined;
  if (sameJson(before, after)) return `${path} is another object that says the same`;
  for (const [key, item] of Object.entries(after)) {
    const old =
      isTree(before) && Array.isArray(before) === Array.isArray(after) && Object.hasOwn(before, key)
        ? before[key]
        : undefined;
    const found = problem(old, item, `${path}/${key}`);
    if (found) return found;
  }
  return undefined;
}

/** Whatever the order of keys. */
function sameJson(a: unknown, b: unknown): boolean {
  if (!isTree(a) || !isTree(b)) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameJson(a[name], b[name]))
  );
}

type Document = Record<string, JsonValue>;

const asBytes = (next: Document): Uint8Array => utf8(JSON.stringify(next));

const parsed = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

/** As a part of a document that is large enough for its small changes to be read alone. */
const amongMuch = (next: Document): Document => ({ ahead: ROWS, next, behind: ROWS });
const ROWS = Array.from({ length: 400 }, (_, id) => ({ id, tags: ['a', 'b'], note: `row ${id}` }));

test.each<readonly [string, (next: Document) => JsonValue | Uint8Array, Document | undefined]>([
  ['values', (next) => next, undefined],
  ['bytes', asBytes, undefined],
  ['bytes, over defaults', asBytes, { a: { b: [1, 'x'] }, c: null }],
  ['bytes among many others', (next) => asBytes(amongMuch(next)), undefined],
])(
  'promise 1: for any documents as %s, what says the same stays the same object',
  async (_, sent, defaults) => {
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 6 }), async (documents) => {
        const made = await settledScene({
          loader: { value: {} },
          config: { maxRemoved: 1, updates: false, defaults: defaults as never },
        });
        let before: unknown = made.app.current;
        for (const next of documents) {
          const raw = sent(next);
          const said = raw instanceof Uint8Array ? parsed(raw) : raw;
          made.loader.next(raw);
          await poll(made);
          const { current } = made.app;
          expect(problem(before, current, '')).toBeUndefined();
          expect(sameJson(made.app.source().document(), said)).toBe(true);
          expect(defaults !== undefined || sameJson(current, said)).toBe(true);
          before = current;
        }
        await made.manager.close();
      }),
      { numRuns: 60 },
    );
  },
  60_000,
);

test('promise 1: a value that the schema makes anew at each document keeps its identity too', async () => {
  const schema = z.looseObject({ revision: z.number() }).transform((value) => ({
    ...structuredClone(value),
    made: { of: [1, { a: 2 }] },
    nan: Number.NaN,
    url: new URL('http://127.0.0.1/'),
  }));
  const made = await settledScene({ config: { schema } });
  const value = () => made.app.current as unknown as { made: object; pool: object; url: URL };
  const before = value();
  const heard: string[] = [];
  for (const path of ['made', 'pool', 'nan', 'url', 'revision'])
    made.app.select([path] as never).onChange(() => heard.push(path));
  made.app.select(() => Number.NaN).onChange(() => heard.push('fn'));
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  const after = value();
  expect([after === before, after.made === before.made, after.pool === before.pool]).toEqual([
    false,
    true,
    true,
  ]);
  expect(after.url).toBe(before.url);
  expect(heard).toEqual(['revision']);
});

test('promise 1: the value is plain data whatever its keys are called', async () => {
  const names = ['then', 'toString', 'hasOwnProperty', 'constructor', 'a.b', ''];
  const odd = Object.fromEntries(names.map((name, n) => [name, n]));
  const made = await settledScene({ loader: { value: odd } });
  expect(await Promise.resolve(made.app.current)).toEqual(odd);
  expect(made.app.get(['a.b'] as never)).toBe(4);
});
