import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diff } from './diff.ts';
import { clone, deepEqual, isFrozen, json, ROOMY } from './json.fixture.ts';
import type { PlainObject } from './kind.ts';
import { type Edit, replacedKeys, withEdits } from './replaced.ts';
import { seal } from './seal.ts';

/** A table of so many entries, two levels below the top. */
function tableOf(size: number): PlainObject {
  const entries = Array.from({ length: size }, (_, i) => [`entry ${i}`, { n: i, tags: ['a'] }]);
  return seal({ all: [{ table: Object.fromEntries(entries) }], other: 1 }, undefined, ROOMY);
}

/** Of the table. */
function edit(values: ReadonlyMap<string, unknown>, lost: readonly string[] = []): Edit {
  return { parent: ['all', 0, 'table'], values, lost };
}

/** That it says what it should, is frozen, and that `diff()` tells the same of it as of copies, which nobody knows the edits of. */
function factsOf(before: unknown, after: unknown, expected: unknown): typeof FACTS {
  const byPath = (a: { path: unknown }, b: { path: unknown }): number =>
    String(a.path) < String(b.path) ? -1 : 1;
  const told = diff(before, after).toSorted(byPath);
  const ofCopies = diff(clone(before), clone(after)).toSorted(byPath);
  return {
    right: deepEqual(after, expected),
    frozen: isFrozen(after),
    told: deepEqual(told, ofCopies),
  };
}

const FACTS = { right: true, frozen: true, told: true };

const tables = { small: tableOf(10), large: tableOf(2_000) };

test('withEdits() replaces what is given and shares all else, and diff() tells the same as without knowing', async () => {
  const size = fc.constantFrom('small' as const, 'large' as const);
  const entries = fc.array(fc.tuple(fc.nat({ max: 9 }), json), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      size,
      fc.array(entries, { minLength: 1, maxLength: 3 }),
      async (of, changes) => {
        let before: PlainObject = tables[of];
        for (const change of changes) {
          const named = new Map(change.map(([i, value]) => [`entry ${i}`, value]));
          const expected = clone(before) as unknown as { all: [{ table: PlainObject }] };
          for (const [key, value] of named) expected.all[0].table[key] = clone(value);
          const sealed = new Map([...named].map(([key, value]) => [key, seal(value, null, ROOMY)]));
          const after = (await withEdits(before, [edit(sealed)])) as PlainObject;
          expect(factsOf(before, after, expected)).toEqual(FACTS);
          before = after;
        }
      },
    ),
  );
});

test('withEdits() puts in and leaves out, in several containers at once, and diff() tells the same as without knowing', async () => {
  const keys = [
    'toString',
    'constructor',
    'new',
    ...Array.from({ length: 8 }, (_, i) => `entry ${i}`),
  ];
  const step = fc.record({
    come: fc.dictionary(fc.constantFrom(...keys), json, { maxKeys: 4 }),
    go: fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 4 }),
    items: fc.array(json, { maxLength: 3 }),
    kept: fc.nat({ max: 3 }),
  });
  const large = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`entry ${i}`, i]));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      let before: PlainObject = seal(
        { large, small: { 'entry 1': 1 }, list: [1, [2], 3] },
        undefined,
        ROOMY,
      );
      for (const { come, go, items, kept } of steps) {
        const expected = clone(before) as {
          large: PlainObject;
          small: PlainObject;
          list: unknown[];
        };
        const edits: Edit[] = [];
        for (const name of ['large', 'small'] as const) {
          const lost = go.filter(
            (key) => Object.hasOwn(expected[name], key) && !Object.hasOwn(come, key),
          );
          for (const key of lost) delete expected[name][key];
          Object.assign(expected[name], clone(come));
          const values = Object.entries(come).map(
            ([key, value]) => [key, seal(value, null, ROOMY)] as const,
          );
          edits.push({ parent: [name], values: new Map(values), lost });
        }
        const { length } = expected.list;
        const from = Math.min(kept, length);
        expected.list.splice(from, length, ...clone(items));
        edits.push({
          parent: ['list'],
          values: new Map(items.map((item, i) => [from + i, seal(item, null, ROOMY)])),
          lost: Array.from(
            { length: Math.max(0, length - from - items.length) },
            (_, i) => length - 1 - i,
          ),
        });
        const after = (await withEdits(before, edits)) as PlainObject;
        expect(factsOf(before, after, expected)).toEqual(FACTS);
        before = after;
      }
    }),
    { numRuns: 40 },
  );
});

test('diff() tells of a table that is emptied and filled again, made of edits, as of any other', async () => {
  const before = tables.large;
  const { table } = (before as unknown as { all: [{ table: PlainObject }] }).all[0];
  const emptied = (await withEdits(before, [edit(new Map(), Object.keys(table))])) as PlainObject;
  const filled = (await withEdits(emptied, [edit(new Map(Object.entries(table)))])) as PlainObject;
  expect([deepEqual(filled, before), diff(before, emptied)]).toEqual([
    true,
    diff(clone(before), clone(emptied)),
  ]);
  expect(diff(emptied, filled)).toEqual(diff(clone(emptied), clone(filled)));
});

test('withEdits() copies an object with thousands of keys in turns, and all of them', async () => {
  const before = tableOf(10_000);
  let pauses = 0;
  const pause = async (): Promise<void> => void (pauses += 1);
  const after = await withEdits(before, [edit(new Map([['entry 7', 'x']]))], pause);
  const expected = clone(before) as unknown as { all: [{ table: PlainObject }] };
  expected.all[0].table['entry 7'] = 'x';
  expect([deepEqual(after, expected), pauses]).toEqual([true, 2]);
});

test('withEdits() takes no more turns for an object that was changed before', async () => {
  // as many as one turn takes
  let table: unknown = tableOf(4_096);
  let pauses = 0;
  const pause = async (): Promise<void> => void (pauses += 1);
  for (const value of [1, 2, 3])
    table = await withEdits(table, [edit(new Map([['entry 7', value]]))], pause);
  expect(pauses).toBe(0);
});

test('replacedKeys() knows those of an object with many keys, beside the one that it was made of alone', async () => {
  const before = tables.large;
  const after = await withEdits(before, [edit(new Map([['entry 7', 'x']]))]);
  const later = await withEdits(after, [edit(new Map([['entry 8', 'y']]))]);
  const table = (of: unknown): object => (of as { all: [{ table: object }] }).all[0].table;
  expect(replacedKeys(table(before), table(after))).toEqual(['entry 7']);
  expect(replacedKeys(table(after), table(later))).toEqual(['entry 8']);
  expect(replacedKeys(table(before), table(later))).toBeUndefined();
  expect(replacedKeys(before, after as object)).toBeUndefined();
});
