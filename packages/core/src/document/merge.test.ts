import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clone, deepEqual, hostileJson, json, ROOMY, walkBoth } from './json.fixture.ts';
import { isPlainObject } from './kind.ts';
import { merge, mergeAll } from './merge.ts';
import { seal } from './seal.ts';

const sealed = <T>(value: T): T => seal(value, undefined, ROOMY);

test.each([
  ['objects key by key', { a: 1, b: { c: 2 } }, { b: { d: 3 } }, { a: 1, b: { c: 2, d: 3 } }],
  ['a leaf over a leaf', { a: 1 }, { a: 2 }, { a: 2 }],
  ['null over anything', { a: { b: 1 } }, { a: null }, { a: null }],
  ['an object over null', { a: null }, { a: { b: 1 } }, { a: { b: 1 } }],
  ['arrays as a whole', { a: [1, 2, 3] }, { a: [4] }, { a: [4] }],
  ['an empty array over a full one', { a: [1] }, { a: [] }, { a: [] }],
  ['an array over an object', { a: { 0: 1 } }, { a: [2] }, { a: [2] }],
  ['an empty object, which changes nothing', { a: { b: 1 } }, { a: {} }, { a: { b: 1 } }],
  ['a key of every object', {}, { toString: 1, constructor: 2 }, { toString: 1, constructor: 2 }],
  ['a leaf at the top', { a: 1 }, 5, 5],
])('merge() lays %s', (_, low, high, expected) => {
  expect(merge(sealed(low), sealed(high))).toStrictEqual(expected);
});

test('merge() gives the high value at each of its leaves, and the low one wherever the high says nothing', () => {
  const fits = (merged: unknown, low: unknown, high: unknown): boolean => {
    if (!isPlainObject(low) || !isPlainObject(high)) return Object.is(merged, high);
    const keys = new Set([...Object.keys(low), ...Object.keys(high)]);
    return (
      isPlainObject(merged) &&
      Object.keys(merged).length === keys.size &&
      [...keys].every((key) => {
        if (!Object.hasOwn(high, key)) return Object.is(merged[key], low[key]);
        if (!Object.hasOwn(low, key)) return Object.is(merged[key], high[key]);
        return fits(merged[key], low[key], high[key]);
      })
    );
  };
  fc.assert(
    fc.property(json, json, (low, high) => {
      expect(fits(merge(sealed(low), sealed(high)), low, high)).toBe(true);
    }),
  );
});

test('merge() writes to neither side', () => {
  fc.assert(
    fc.property(json, json, (low, high) => {
      const [a, b] = [sealed(clone(low)), sealed(clone(high))];
      merge(a, b);
      expect(deepEqual([a, b], [clone(low), clone(high)])).toBe(true);
    }),
  );
});

test('merge() is associative where layers agree on what is an object, has {} as its neutral element, and is idempotent', () => {
  // a layer that is no object replaces all below it, so the law is one of objects at the top
  const layer = json.filter((value) => isPlainObject(value));
  fc.assert(
    fc.property(layer, layer, layer, (a, b, c) => {
      fc.pre(sameShape(a, b) && sameShape(b, c) && sameShape(a, c));
      expect(deepEqual(merge(merge(a, b), c), merge(a, merge(b, c)))).toBe(true);
    }),
  );
  fc.assert(
    fc.property(layer, (a) => {
      expect(deepEqual(merge(a, {}), a)).toBe(true);
      expect(deepEqual(merge({}, a), a)).toBe(true);
      expect(deepEqual(merge(a, a), a)).toBe(true);
    }),
  );
});

test('mergeAll() lays each layer over all below it, from the lowest up: what one of them replaced does not come back', () => {
  fc.assert(
    fc.property(fc.array(json, { maxLength: 6 }), (layers) => {
      const before = clone(layers);
      const expected = layers.reduce((low, high) => merge(low, high) as typeof low, layers[0]);
      expect(deepEqual(mergeAll(layers.map((layer) => sealed(clone(layer)))), expected)).toBe(true);
      mergeAll(layers);
      expect(deepEqual(layers, before)).toBe(true);
    }),
  );
  // where they do not agree the order counts
  const [low, middle, high] = [{ a: { b: 1 } }, { a: null }, { a: { c: 2 } }];
  expect(mergeAll([low, middle, high])).toEqual({ a: { c: 2 } });
  expect(merge(low, merge(middle, high))).toEqual({ a: { b: 1, c: 2 } });
});

/** Whether wherever both have a value, both have an object there or neither has. */
function sameShape(a: unknown, b: unknown): boolean {
  let same = true;
  walkBoth(a, b, (x, y) => (same &&= isPlainObject(x) === isPlainObject(y)));
  return same;
}

test('merge() touches no prototype, whatever keys there are', () => {
  fc.assert(
    fc.property(hostileJson, hostileJson, (low, high) => {
      expect(hasPlainPrototypes(merge(low, high))).toBe(true);
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
  );
});

function hasPlainPrototypes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const prototype: unknown = Array.isArray(value) ? Array.prototype : Object.prototype;
  return (
    Object.getPrototypeOf(value) === prototype && Object.values(value).every(hasPlainPrototypes)
  );
}
