import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clone, deepEqual, json, ROOMY } from './json.fixture.ts';
import { getAt, type Path } from './path.ts';
import { seal } from './seal.ts';
import { expandPath, setAt } from './set-at.ts';

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

test('setAt() touches no prototype', () => {
  const set = setAt({}, ['__proto__', 'polluted'], true) as object;
  expect(Object.getPrototypeOf(set)).toBe(Object.prototype);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

const path = fc.array(fc.constantFrom<string | number>('a', 'b', 'id', '0', 0, 1), {
  maxLength: 4,
});

test('setAt() writes to nothing, and what it sets can be got, or could not be set', () => {
  fc.assert(
    fc.property(json, path, json, (value, at, item) => {
      const before = sealed(clone(value));
      const after = setAt(before, at, item);
      expect(deepEqual(before, value)).toBe(true);
      expect(deepEqual(after, before) || deepEqual(getAt(after, at), item)).toBe(true);
    }),
  );
});

test('setAt() of what is there changes nothing', () => {
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
  ['nothing of leaves', ['a', '*'], { a: 1 }, { a: null }, []],
])('expandPath() gives %s', (_, given, a, b, expected) => {
  expect(expandPath(given, a, b)).toEqual(expected);
});
