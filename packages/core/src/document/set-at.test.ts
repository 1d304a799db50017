import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clone, deepEqual, json, ROOMY } from './json.fixture.ts';
import { getAt, type Path } from './path.ts';
import { seal } from './seal.ts';
import { expandPath, setAll, setAt } from './set-at.ts';

const sealed = <T>(value: T): T => seal(value, undefined, ROOMY);

test.each<[string, unknown, Path, unknown, unknown]>([
  ['a leaf', { a: 1 }, ['a'], 2, { a: 2 }],
  ['a new key', { a: 1 }, ['b'], 2, { a: 1, b: 2 }],
  ['what is missing on the way', {}, ['a', 'b'], 1, { a: { b: 1 } }],
  ['nothing through a leaf', { a: 1 }, ['a', 'b'], 1, { a: 1 }],
  ['nothing through null', { a: null }, ['a', 'b'], 1, { a: null }],
  ['an item', { a: [1, 2] }, ['a', 1], 3, { a: [1, 3] }],
  ['an item by the text of its index', { a: [1, 2] }, ['a', '1'], 3, { a: [1, 3] }],
  ['an item after the last', { a: [1] }, ['a', 1], 2, { a: [1, 2] }],
  ['no item further away', { a: [1] }, ['a', 2], 2, { a: [1] }],
  ['nothing at the text of a number that is no index', { a: [1] }, ['a', '00'], 2, { a: [1] }],
  ['nothing away by such a text', { a: [1, 2] }, ['a', '0x1'], undefined, { a: [1, 2] }],
  ['nothing away by the empty text', { a: [1] }, ['a', ''], undefined, { a: [1] }],
  ['the end of an array away', { a: [1, 2] }, ['a', 1], undefined, { a: [1] }],
  [
    'nothing away from the middle of an array',
    { a: [1, 2, 3] },
    ['a', 1],
    undefined,
    { a: [1, 2, 3] },
  ],
  ['a key away', { a: 1, b: 2 }, ['a'], undefined, { b: 2 }],
  ['away what is not there', { a: 1 }, ['b', 'c'], undefined, { a: 1 }],
  ['the top', { a: 1 }, [], 2, 2],
])('setAt() sets %s', (_, value, path, item, expected) => {
  expect(setAt(sealed(value), path, item)).toStrictEqual(expected);
});

test('setAll() touches no prototype', () => {
  const set = setAt({}, ['__proto__', 'polluted'], true) as object;
  expect(Object.getPrototypeOf(set)).toBe(Object.prototype);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

const path = fc.array(fc.constantFrom<string | number>('a', 'b', 'id', '0', 0, 1), {
  maxLength: 4,
});

test('setAll() writes to nothing, and what it sets can be got, or could not be set', () => {
  fc.assert(
    fc.property(json, path, json, (value, at, item) => {
      const before = sealed(clone(value));
      const after = setAt(before, at, item);
      expect(deepEqual(before, value)).toBe(true);
      expect(deepEqual(after, before) || deepEqual(getAt(after, at), item)).toBe(true);
    }),
  );
});

test('setAll() of what is there changes nothing', () => {
  fc.assert(
    fc.property(json, path, (value, at) => {
      expect(deepEqual(setAt(value, at, getAt(value, at)), value)).toBe(true);
    }),
  );
});

test.each<[string, Path, unknown, unknown, readonly Path[]]>([
  ['itself', ['a', 'b'], {}, {}, [['a', 'b']]],
  [
    'keys of either at its end',
    ['m', '*'],
    { m: { a: 1 } },
    { m: { b: 2 } },
    [
      ['m', 'a'],
      ['m', 'b'],
    ],
  ],
  [
    'indexes',
    ['l', '*'],
    { l: [1] },
    { l: [1, 2] },
    [
      ['l', 0],
      ['l', 1],
    ],
  ],
  ['keys of both on the way', ['*', 'x'], { a: 1, b: 1 }, { b: 1, c: 1 }, [['b', 'x']]],
  [
    'stars of stars',
    ['*', '*'],
    { a: { x: 1 } },
    { a: { y: 1 } },
    [
      ['a', 'x'],
      ['a', 'y'],
    ],
  ],
  [
    'a key that is a star as any other',
    ['m', '*', 'x'],
    { m: { '*': { x: 1 }, a: { x: 1 } } },
    { m: { a: { x: 2 }, '*': { x: 2 } } },
    [
      ['m', '*', 'x'],
      ['m', 'a', 'x'],
    ],
  ],
  ['nothing of leaves', ['a', '*'], { a: 1 }, { a: null }, []],
])('expandPath() gives %s', (_, given, a, b, expected) => {
  expect(expandPath(given, a, b)).toEqual(expected);
});

test('setAll() gives what one after the other gives, and writes to nothing', () => {
  const items = fc.array(fc.record({ path, item: fc.option(json, { nil: undefined }) }));
  fc.assert(
    fc.property(json, items, (value, all) => {
      const before = sealed(clone(value));
      for (const { item } of all) sealed(item);
      const inTurn = all.reduce<unknown>((so, one) => setAt(so, one.path, one.item), before);
      expect(setAll(before, all)).toEqual(inTurn);
      expect(deepEqual(before, value)).toBe(true);
    }),
  );
});

test('setAll() and expandPath() take as long as there are paths, not as their square', () => {
  const rows = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`r${i}`, { n: i }]));
  const paths = expandPath(['rows', '*', 'n'], { rows }, { rows });
  const items = paths.map((each) => ({ path: each, item: -1 }));
  const set = setAll({ rows }, items) as { rows: typeof rows };
  expect(Object.values(set.rows).every(({ n }) => n === -1)).toBe(true);
  expect(rows['r7']).toEqual({ n: 7 });
});
