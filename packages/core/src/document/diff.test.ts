import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diff } from './diff.ts';
import { clone, deepEqual, editedJson, json, ROOMY } from './json.fixture.ts';
import { isTree } from './kind.ts';
import { allAdded, type Change } from './leaves.ts';
import type { Path } from './path.ts';
import { seal } from './seal.ts';
import { share } from './share.ts';

const changed = (path: Path, before: unknown, after: unknown): Change => ({
  path,
  kind: 'changed',
  before,
  after,
});
const added = (path: Path, after: unknown): Change => ({ path, kind: 'added', after });
const removed = (path: Path, before: unknown): Change => ({ path, kind: 'removed', before });

test.each<[string, unknown, unknown, Change[]]>([
  ['nothing', { a: [1, {}] }, { a: [1, {}] }, []],
  ['another order of keys', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  ['a leaf', { pool: { size: 4 } }, { pool: { size: 8 } }, [changed(['pool', 'size'], 4, 8)]],
  ['a leaf at the top', 1, 2, [changed([], 1, 2)]],
  ['null', { a: null }, { a: 1 }, [changed(['a'], null, 1)]],
  ['another type', { a: 1 }, { a: '1' }, [changed(['a'], 1, '1')]],
  ['an added key', { a: 1 }, { a: 1, b: 2 }, [added(['b'], 2)]],
  ['a removed key', { a: 1, b: 2 }, { a: 1 }, [removed(['b'], 2)]],
  [
    'an added subtree: one per leaf',
    {},
    { a: { b: 1, c: [2, {}] } },
    [added(['a', 'b'], 1), added(['a', 'c', 0], 2), added(['a', 'c', 1], {})],
  ],
  [
    'a removed subtree: one per leaf',
    { a: { b: 1, c: [2, []] }, d: 1 },
    { d: 1 },
    [removed(['a', 'b'], 1), removed(['a', 'c', 0], 2), removed(['a', 'c', 1], [])],
  ],
  [
    'a leaf that became a subtree',
    { a: 1 },
    { a: { b: 2 } },
    [removed(['a'], 1), added(['a', 'b'], 2)],
  ],
  [
    'a subtree that became a leaf',
    { a: { b: 2 } },
    { a: 1 },
    [removed(['a', 'b'], 2), added(['a'], 1)],
  ],
  ['a leaf that became an empty container', { a: 1 }, { a: {} }, [changed(['a'], 1, {})]],
  ['another empty container', { a: {} }, { a: [] }, [changed(['a'], {}, [])]],
  [
    'an object that became an array',
    { a: { 0: 'x' } },
    { a: ['x'] },
    [removed(['a', '0'], 'x'), added(['a', 0], 'x')],
  ],
  ['a longer array', [1], [1, 2, 3], [added([1], 2), added([2], 3)]],
  ['a shorter array', [1, 2, 3], [1], [removed([1], 2), removed([2], 3)]],
  [
    'a shifted array, by index',
    ['a', 'b', 'c'],
    ['b', 'c'],
    [changed([0], 'a', 'b'), changed([1], 'b', 'c'), removed([2], 'c')],
  ],
  ['no value before', undefined, { a: 1, b: {} }, [added(['a'], 1), added(['b'], {})]],
  ['no value after', { a: 1 }, undefined, [removed(['a'], 1)]],
  ['a key that objects have anyway', {}, { toString: 1 }, [added(['toString'], 1)]],
  ['a key with a dot', { 'a.b': 1 }, { a: { b: 1 } }, [removed(['a.b'], 1), added(['a', 'b'], 1)]],
  ['NaN', { a: NaN }, { a: NaN }, []],
  ['-0', { a: 0 }, { a: -0 }, []],
  ['an equal URL', new URL('https://a.example'), new URL('https://a.example'), []],
])('diff() shows %s', (_, before, after, expected) => {
  expect(diff(before, after)).toStrictEqual(expected);
});

test('diff() shows URLs and bigints as leaves', () => {
  const [a, b] = [new URL('https://a.example/x'), new URL('https://a.example/y')];
  expect(diff({ url: a, n: 1n }, { url: b, n: 2n })).toStrictEqual([
    changed(['url'], a, b),
    changed(['n'], 1n, 2n),
  ]);
});

test('diff() tells an emptied container from a removed one', () => {
  const before = { a: { b: 1 } };
  expect(diff(before, { a: {} })).not.toStrictEqual(diff(before, {}));
  expect(diff([[1]], [[]])).not.toStrictEqual(diff([[1]], []));
});

test('diff() gives changes that replayed on the leaves of the old value give the new one', () => {
  fc.assert(
    fc.property(fc.oneof(editedJson, fc.tuple(json, json)), ([before, after]) => {
      const top = Array.isArray(after) ? [] : {};
      fc.pre(isTree(before) && isTree(after) && Array.isArray(before) === Array.isArray(after));
      const leaves = new Map<string, unknown>();
      for (const { path, after: leaf } of leavesOf(before)) leaves.set(JSON.stringify(path), leaf);
      const changes = diff(before, after);
      const gone = changes.filter(({ kind }) => kind !== 'added');
      expect(gone.every(({ path }) => leaves.delete(JSON.stringify(path)))).toBe(true);
      for (const change of changes) {
        if (change.kind !== 'removed') leaves.set(JSON.stringify(change.path), change.after);
      }
      expect(deepEqual(rebuild(top, leaves), clone(after))).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('diff() is empty exactly for equal values', () => {
  fc.assert(
    fc.property(editedJson, ([before, after]) => {
      expect(diff(before, after).length === 0).toBe(deepEqual(before, after));
    }),
  );
});

test('diff() backwards is diff() with added and removed, before and after swapped', () => {
  const leafChanges = (changes: readonly Change[]): string[] =>
    changes.filter(({ kind }) => kind === 'changed').map(({ path }) => JSON.stringify(path));
  fc.assert(
    fc.property(editedJson, ([before, after]) => {
      const there = diff(before, after);
      const back = diff(after, before);
      expect(leafChanges(there).toSorted()).toEqual(leafChanges(back).toSorted());
    }),
  );
});

test('diff() says the same whether subtrees are shared or not', () => {
  fc.assert(
    fc.property(editedJson, ([old, next]) => {
      const before = seal(clone(old), undefined, ROOMY);
      const shared = seal(share(before, clone(next)), before, ROOMY);
      expect(deepEqual(diff(before, shared), diff(clone(old), clone(next)))).toBe(true);
    }),
  );
});

test('diff() does not look into subtrees that are shared', () => {
  const trap = Object.freeze(
    Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => expect.unreachable('it was read'),
    }),
  );
  expect(diff({ trap, b: 1 }, { trap, b: 2 })).toStrictEqual([changed(['b'], 1, 2)]);
});

const a = { id: 'a', port: 1 };
const b = { id: 'b', port: 2 };
const c = { id: 'c', port: 3 };
/** What inherits from it is a plain object, too: so it looks in another realm. */
const bare = (value: object): object => Object.assign(Object.create(null) as object, value);

test.each<[string, unknown[], unknown[], Change[]]>([
  ['nothing', [a, b], [{ ...a }, { ...b }], []],
  [
    'an item removed at the start',
    [a, b, c],
    [b, c],
    [removed([0, 'id'], 'a'), removed([0, 'port'], 1)],
  ],
  ['an item added at the start', [b], [a, b], [added([0, 'id'], 'a'), added([0, 'port'], 1)]],
  [
    'a changed item that stands elsewhere now, at its new place',
    [a, b],
    [{ ...b, port: 9 }],
    [removed([0, 'id'], 'a'), removed([0, 'port'], 1), changed([0, 'port'], 2, 9)],
  ],
  ['all items removed', [a], [], [removed([0, 'id'], 'a'), removed([0, 'port'], 1)]],
])('diff() with arrayKey shows %s', (_, before, after, expected) => {
  const options = { arrayKey: 'id' };
  expect(diff(before, after, options).filter(({ path }) => path.length > 0)).toStrictEqual(
    expected,
  );
});

test('diff() with arrayKey shows another order as one change of the array itself', () => {
  const before = { list: [a, b, c] };
  const after = { list: [c, a, { ...b, port: 9 }] };
  expect(diff(before, after, { arrayKey: 'id' })).toStrictEqual([
    changed(['list', 2, 'port'], 2, 9),
    changed(['list'], before.list, after.list),
  ]);
});

test.each<[string, unknown[], unknown[], Path]>([
  ['an item without the key', [a, { port: 2 }], [{ port: 2 }, a], [0, 'id']],
  ['two items of one identity', [a, { ...a, port: 5 }], [{ ...a, port: 5 }, a], [0, 'port']],
  ['items that are no objects', ['a', 'b'], ['b', 'a'], [0]],
  ['the key only by inheritance', [a, b], [Object.create(bare(b)) as object, a], [0, 'id']],
])('diff() with arrayKey goes by index for arrays with %s', (_, before, after, path) => {
  const paths = diff(before, after, { arrayKey: 'id' }).map((change) => change.path);
  expect(paths).toContainEqual(path);
  expect(paths).not.toContainEqual([]);
});

test('diff() with arrayKey takes identities of any type, each for itself', () => {
  const before = [{ id: 1 }, { id: '1' }, { id: null }];
  expect(diff(before, [before[2], before[1], before[0]], { arrayKey: 'id' })).toHaveLength(1);
  expect(diff(before, before.slice(1), { arrayKey: 'id' })).toStrictEqual([removed([0, 'id'], 1)]);
});

/** Items of different identities. */
const keyedList = fc.uniqueArray(fc.record({ id: fc.nat(5), v: json }, { noNullPrototype: true }), {
  selector: ({ id }) => id,
  maxLength: 5,
});

test('diff() with arrayKey says nothing exactly for equal values, whatever is shifted', () => {
  fc.assert(
    fc.property(keyedList, keyedList, (before, after) => {
      expect(diff(before, after, { arrayKey: 'id' }).length === 0).toBe(deepEqual(before, after));
    }),
    { numRuns: 500 },
  );
});

/** The leaves of a value, as additions to nothing. Empty containers are leaves. */
function leavesOf(value: unknown): readonly { path: Path; after: unknown }[] {
  if (!isTree(value)) return [{ path: [], after: value }];
  return Object.entries(value).flatMap(([key, item]) => {
    const own = Array.isArray(value) ? Number(key) : key;
    const inner = isTree(item) && Object.keys(item).length > 0 ? leavesOf(item) : undefined;
    if (inner === undefined) return [{ path: [own], after: item }];
    return inner.map(({ path, after }) => ({ path: [own, ...path], after }));
  });
}

/** A tree that has these leaves: number keys make arrays. */
function rebuild(top: object, leaves: ReadonlyMap<string, unknown>): object {
  const sorted = [...leaves].map(([path, leaf]) => [JSON.parse(path) as Path, leaf] as const);
  for (const [path, leaf] of sorted.toSorted(([p], [q]) => p.length - q.length)) {
    let node = top;
    for (const [i, key] of path.slice(0, -1).entries()) {
      if (!Object.hasOwn(node, key))
        Reflect.set(node, key, typeof path[i + 1] === 'number' ? [] : {});
      node = Reflect.get(node, key) as object;
    }
    if (path.length > 0) Reflect.set(node, path.at(-1)!, clone(leaf));
  }
  return top;
}

test('diff() with a limit gives the first changes, and no more', () => {
  const lists = fc.tuple(keyedList, keyedList);
  const values = fc.oneof<fc.Arbitrary<readonly [unknown, unknown]>[]>(editedJson, lists);
  fc.assert(
    fc.property(values, fc.nat({ max: 12 }), ([before, after], limit) => {
      const all = diff(before, after);
      expect(diff(before, after, { limit })).toEqual(all.slice(0, limit));
      expect(diff(before, after, { arrayKey: 'id', limit })).toEqual(
        diff(before, after, { arrayKey: 'id' }).slice(0, limit),
      );
    }),
  );
});

test('diff() with a limit looks at no more than it needs', () => {
  let looked = 0;
  const counting = (value: number): object =>
    new Proxy(
      {},
      {
        ownKeys: () => Array.from({ length: 1_000 }, (_, i) => `k${i}`),
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value }),
        get: () => ((looked += 1), value),
      },
    );
  expect(diff(counting(1), counting(2), { limit: 3 })).toHaveLength(3);
  expect(looked).toBeLessThan(20);
});

test('allAdded() gives every leaf, hidden or not', () => {
  expect(allAdded({ a: { b: 1 }, c: [] }, false)).toEqual([
    { path: ['a', 'b'], kind: 'added', after: 1 },
    { path: ['c'], kind: 'added', after: [] },
  ]);
  expect(allAdded({ a: 1 }, true)).toEqual([{ path: ['a'], kind: 'added', after: '[secret]' }]);
});
