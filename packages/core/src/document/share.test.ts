import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  clone,
  deepEqual,
  editedJson,
  hostileJson,
  isFrozen,
  json,
  ROOMY,
  keepsIdentity,
} from './json.fixture.ts';
import { seal } from './seal.ts';
import { share } from './share.ts';

const sealed = <T>(value: T): T => seal(value, undefined, ROOMY);

test('share() gives a value that is deeply equal to the new one', () => {
  fc.assert(
    fc.property(editedJson, ([before, next]) => {
      const shared = share(sealed(clone(before)), clone(next));
      expect(deepEqual(shared, clone(next))).toBe(true);
    }),
  );
});

test('share() keeps the identity of every subtree that is equal at the same path', () => {
  fc.assert(
    fc.property(editedJson, ([old, next]) => {
      const before = sealed(clone(old));
      const shared = share(before, clone(next));
      expect(keepsIdentity(before, shared)).toBe(true);
    }),
  );
});

test('share() gives the old value itself when nothing differs, whatever the order of keys', () => {
  const reversed = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(reversed)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([key, item]) => [key, reversed(item)]),
          )
        : value;
  fc.assert(
    fc.property(json, (value) => {
      const before = sealed(clone(value));
      expect(share(before, reversed(value))).toBe(before);
    }),
  );
});

test('share() never writes to the old value', () => {
  fc.assert(
    fc.property(editedJson, ([old, next]) => {
      const before = sealed(clone(old));
      share(before, clone(next));
      expect(deepEqual(before, clone(old))).toBe(true);
    }),
  );
});

test('share() copies nodes of the new value that are frozen instead of writing to them', () => {
  fc.assert(
    fc.property(editedJson, ([old, edited]) => {
      const before = sealed(clone(old));
      const next = sealed(clone(edited));
      const shared = share(before, next);
      expect(deepEqual(shared, clone(edited))).toBe(true);
      expect(keepsIdentity(before, shared)).toBe(true);
    }),
  );
});

test('share() takes keys for plain data that mean something to JavaScript', () => {
  fc.assert(
    fc.property(json, hostileJson, (old, next) => {
      const shared = share(sealed(clone(old)), clone(next));
      expect(deepEqual(shared, clone(next))).toBe(true);
      expect(({} as Record<string, unknown>)['a']).toBeUndefined();
    }),
  );
});

test.each([
  ['an added key', { a: {} }, { a: {}, b: 1 }],
  ['a removed key', { a: {}, b: 1 }, { a: {} }],
  ['a key that became undefined', { a: {}, b: 1 }, { a: {}, b: undefined }],
  ['an undefined key that went', { a: {}, b: undefined }, { a: {} }],
  ['a key of every object', { a: {} }, { a: {}, toString: 1 }],
  // JSON.parse makes it a key like any other; the lane `no-proto` throws if the old value is asked for it
  ['an added __proto__', { a: {} }, JSON.parse('{ "a": {}, "__proto__": [] }') as object],
  ['one in place of a key', { a: {}, b: 1 }, JSON.parse('{ "a": {}, "__proto__": {} }') as object],
  [
    'one after a change',
    { b: 1, a: {} },
    JSON.parse('{ "b": 2, "a": {}, "__proto__": {} }') as object,
  ],
  ['another key in place of one', { a: {}, b: 1 }, { a: {}, c: 1 }],
])('share() sees %s', (_, before, next) => {
  const old = sealed(before);
  const shared = share<object>(old, next);
  expect(shared).not.toBe(old);
  expect(shared).toStrictEqual(next);
  expect((shared as typeof old).a).toBe(old.a);
});

test('share() tells an array from an object with the same keys', () => {
  const before = sealed({ list: ['x'] });
  const next = share(before, { list: { 0: 'x' } });
  expect(next).toStrictEqual({ list: { 0: 'x' } });
  const long = { list: { 0: 'x', length: 1 } };
  expect(share<object>(before, long)).toStrictEqual(long);
  expect(share(sealed({ list: {} }), { list: [] })).toStrictEqual({
    list: [],
  });
});

test('share() takes items of shifted arrays at their place only', () => {
  const before = sealed([{ id: 1 }, { id: 2 }, { id: 3 }]);
  const next = share(before, [{ id: 2 }, { id: 2 }, { id: 3 }, { id: 1 }]);
  expect(next).toStrictEqual([{ id: 2 }, { id: 2 }, { id: 3 }, { id: 1 }]);
  expect(next.slice(1, 3)).toEqual([before[1], before[2]]);
  expect(next[1]).toBe(before[1]);
  expect(next[2]).toBe(before[2]);
});

test('share() takes equal numbers and URLs for one, and NaN for itself', () => {
  const values = () => ({ nan: NaN, list: [NaN], url: new URL('https://a.example/x'), big: 10n });
  const before = sealed({ zero: 0, ...values() });
  const next = { zero: -0, ...values() };
  expect(share(before, next)).toBe(before);
  const moved = share(before, { ...next, url: new URL('https://a.example/y') });
  expect(moved.url.href).toBe('https://a.example/y');
});

test('share() takes objects of a class for leaves, by identity', () => {
  const now = new Date(0);
  const before = Object.freeze({ now });
  expect(share(before, { now })).toBe(before);
  const later = new Date(0);
  expect(share(before, { now: later }).now).toBe(later);
});

test('share() and seal() together freeze all the way down and keep what was equal', () => {
  fc.assert(
    fc.property(editedJson, ([old, next]) => {
      const before = sealed(clone(old));
      const after = seal(share(before, clone(next)), before, ROOMY);
      expect(isFrozen(after)).toBe(true);
      expect(deepEqual(after, clone(next))).toBe(true);
    }),
  );
});

test('share() copies nothing that shares nothing', () => {
  const items = Object.freeze(['c']);
  const open = Object.freeze({ b: 2 });
  const next = Object.freeze({ items, open, size: 2 });
  const shared = share(
    Object.freeze({ items: Object.freeze(['a', 'b']), open: Object.freeze({ b: 1 }), size: 1 }),
    next,
  );
  expect(shared).toBe(next);
});
