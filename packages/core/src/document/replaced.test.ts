import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diff } from './diff.ts';
import { clone, deepEqual, isFrozen, json, ROOMY } from './json.fixture.ts';
import type { PlainObject } from './kind.ts';
import { replacedKeys, withEntriesAt } from './replaced.ts';
import { seal } from './seal.ts';

/** A table of so many entries, two levels below the top. */
function tableOf(size: number): PlainObject {
  const entries = Array.from({ length: size }, (_, i) => [`entry ${i}`, { n: i, tags: ['a'] }]);
  return seal({ all: [{ table: Object.fromEntries(entries) }], other: 1 }, undefined, ROOMY);
}

const tables = { small: tableOf(10), large: tableOf(2_000) };

test('withEntriesAt() replaces what is given and shares all else, and diff() tells the same as without knowing', async () => {
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
          const after = (await withEntriesAt(before, ['all', 0, 'table'], sealed)) as PlainObject;
          expect([deepEqual(after, expected), isFrozen(after)]).toEqual([true, true]);
          const byPath = (a: { path: unknown }, b: { path: unknown }): number =>
            String(a.path) < String(b.path) ? -1 : 1;
          const told = diff(before, after).toSorted(byPath);
          expect(told).toEqual(diff(clone(before), clone(after)).toSorted(byPath));
          before = after;
        }
      },
    ),
  );
});

test('withEntriesAt() copies an object with thousands of keys in turns, and all of them', async () => {
  const before = tableOf(10_000);
  let pauses = 0;
  const pause = async (): Promise<void> => void (pauses += 1);
  const path = ['all', 0, 'table'];
  const after = await withEntriesAt(before, path, new Map([['entry 7', 'x']]), pause);
  const expected = clone(before) as unknown as { all: [{ table: PlainObject }] };
  expected.all[0].table['entry 7'] = 'x';
  expect([deepEqual(after, expected), pauses]).toEqual([true, 2]);
});

test('replacedKeys() knows those of an object with many keys, beside the one that it was made of alone', async () => {
  const before = tables.large;
  const after = await withEntriesAt(before, ['all', 0, 'table'], new Map([['entry 7', 'x']]));
  const later = await withEntriesAt(after, ['all', 0, 'table'], new Map([['entry 8', 'y']]));
  const table = (of: unknown): object => (of as { all: [{ table: object }] }).all[0].table;
  expect(replacedKeys(table(before), table(after))).toEqual(['entry 7']);
  expect(replacedKeys(table(after), table(later))).toEqual(['entry 8']);
  expect(replacedKeys(table(before), table(later))).toBeUndefined();
  expect(replacedKeys(before, after as object)).toBeUndefined();
});
