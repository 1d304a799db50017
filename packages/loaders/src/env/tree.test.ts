import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Entry, treeOf } from './tree.ts';

const PLAIN = { coerce: true, texts: new Set<string>(), asText: 'say so' };
const entry = (path: string, text: string): Entry => ({ path: path.split('.'), text, label: path });

test('treeOf() nests, and leaves out what is empty', () => {
  const entries = [entry('a.b', '1'), entry('a.c', ''), entry('d', 'x'), entry('e.f', '')];
  expect(treeOf(entries, PLAIN)).toEqual({ a: { b: 1 }, d: 'x' });
});

test('treeOf() leaves texts as they are where it is told to', () => {
  const entries = [entry('version', '1.10'), entry('a.zip', '010'), entry('n', '5')];
  const texts = new Set(['version', 'a.zip']);
  expect(treeOf(entries, { ...PLAIN, texts })).toEqual({
    version: '1.10',
    a: { zip: '010' },
    n: 5,
  });
  expect(treeOf([entry('n', '5'), entry('e', '')], { ...PLAIN, coerce: false, texts })).toEqual({
    n: '5',
    e: '',
  });
});

test('treeOf() makes own properties of the names that every object has', () => {
  const tree = treeOf([entry('constructor.name', 'x'), entry('toString', 'y')], PLAIN);
  expect(Object.keys(tree as object)).toEqual(['constructor', 'toString']);
});

test.each(['__proto__.a', 'a.__proto__', 'a.constructor.prototype.b'])(
  'treeOf() refuses a name that leads to a prototype, and names it: %s',
  (name) => {
    expect(() => treeOf([entry(name, '1')], PLAIN)).toThrow(
      `cannot be read: ${name} has the forbidden part`,
    );
  },
);

test('treeOf() refuses a name of very many parts, and says no more of it than a line', () => {
  const deep = entry(Array.from({ length: 20_000 }, () => 'a').join('.'), '1');
  const says = /^cannot be read: a\.a\.[a.]{186} has more than 64 parts in its name$/;
  expect(() => treeOf([deep], PLAIN)).toThrow(says);
});

test('treeOf() tells of all that is wrong at once, up to five, with the places', () => {
  const places = [1, 2, 3, 4, 5, 6, 7].map((line) => ({
    ...entry(`k${line}`, '010'),
    place: ` at line ${line}, column 4`,
  }));
  const wrong = (): unknown => treeOf(places, PLAIN);
  expect(wrong).toThrow(
    'cannot be read: k1 at line 1, column 4 is ambiguous: like a number, but not in its plain form (to keep it a text, say so);',
  );
  expect(wrong).toThrow(/k5 at line 5, [^;]*; and 2 more$/);
});

test('treeOf() does not depend on the order, neither in what it gives nor in whether it refuses', () => {
  const names = fc.array(fc.constantFrom('a', 'a.b', 'a.b.c', 'b', 'b.c', 'c.d'), { maxLength: 5 });
  const outcome = (entries: readonly Entry[]): unknown => {
    try {
      return treeOf(entries, PLAIN);
    } catch {
      return 'refused';
    }
  };
  fc.assert(
    fc.property(names, fc.infiniteStream(fc.nat()), (paths, order) => {
      const entries = paths.map((path, i) => entry(path, String(i)));
      const keyed = entries.map((each) => [order.next().value as number, each] as const);
      const shuffled = keyed.toSorted(([a], [b]) => a - b).map(([, each]) => each);
      expect(outcome(shuffled)).toEqual(outcome(entries));
    }),
  );
});
