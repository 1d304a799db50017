import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../ports/json.ts';
import {
  clone,
  deepEqual,
  editedJson,
  hostileJson,
  isFrozen,
  json,
  keepsIdentity,
  nested,
} from './json.fixture.ts';
import { reconcile, type Reconciled } from './reconcile.ts';
import { countRemoved } from './count-removed.ts';
import { seal, type SealLimits } from './seal.ts';
import { share } from './share.ts';

const LIMITS: SealLimits = { maxDepth: 20, maxKeys: 1e6 };

/** The plain way, which says what is wrong. */
function plain(before: JsonValue | undefined, next: JsonValue, limits: SealLimits): JsonValue {
  return seal(share(before, next), undefined, limits);
}

function sealed(value: JsonValue): JsonValue {
  return seal(clone(value), undefined, LIMITS);
}

/** What it gives, after it was held against the plain way. */
function checked(
  before: JsonValue | undefined,
  next: JsonValue,
  limits: SealLimits = LIMITS,
): Reconciled | undefined {
  const result = reconcile(before, clone(next), limits);
  if (result === undefined) return undefined;
  const { value, lost } = result;
  const facts = {
    right: deepEqual(value, plain(before, clone(next), limits)),
    shared: keepsIdentity(before, value),
    frozen: isFrozen(value),
    counted: countRemoved(before, value).removed <= lost,
  };
  expect(facts).toEqual({ right: true, shared: true, frozen: true, counted: true });
  return result;
}

test('reconcile() gives what share() and seal() give, and the old value where nothing differs', () => {
  fc.assert(
    fc.property(editedJson, ([old, next]) => {
      const before = sealed(old);
      expect(checked(before, next)).toBeDefined();
      expect(checked(undefined, next)).toBeDefined();
      expect(checked(before, old)?.value).toBe(before);
      expect(deepEqual(before, clone(old))).toBe(true);
    }),
  );
});

test('reconcile() of two documents that have nothing to do with each other is right, too', () => {
  fc.assert(
    fc.property(json, json, (old, next) => {
      expect(checked(sealed(old), next)).toBeDefined();
    }),
  );
});

test('reconcile() refuses nothing by itself: what it gives up on, and has touched, goes the plain way', () => {
  const limits = fc.record({ maxDepth: fc.nat({ max: 5 }), maxKeys: fc.nat({ max: 12 }) });
  fc.assert(
    fc.property(json, hostileJson, limits, (old, next, few) => {
      const before = sealed(old);
      const touched = clone(next);
      const result = reconcile(before, touched, few);
      const verdict = (value: JsonValue): unknown => {
        try {
          return clone(plain(before, value, few));
        } catch (fault) {
          return String(fault);
        }
      };
      const after = result === undefined ? verdict(touched) : clone(result.value);
      expect(after).toEqual(verdict(clone(next)));
      expect(({} as Record<string, unknown>)['a']).toBeUndefined();
    }),
  );
});

describe('reconcile() gives up where', () => {
  test.each([
    ['a key is forbidden', '{"a":{"__proto__":[]}}'],
    ['a key may be forbidden', '{"prototype":1}'],
    ['a number is beyond a double', '{"a":[1e999]}'],
    ['a number is beyond a double, and below nothing', '{"a":-1e999}'],
    ['an item is so', '[-1e999]'],
    ['it is too deep', nested(21)],
  ])('%s', (_, text) => {
    expect(reconcile(undefined, JSON.parse(text) as JsonValue, LIMITS)).toBeUndefined();
    const before = sealed({ a: { b: 1 } });
    expect(reconcile(before, JSON.parse(text) as JsonValue, LIMITS)).toBeUndefined();
  });

  test('there are more keys and items than allowed, and not one fewer', () => {
    const next = { a: [1, 2], b: { c: 3 } };
    const most = { maxDepth: 20, maxKeys: 5 };
    expect(reconcile(undefined, clone(next), most)).toBeDefined();
    expect(reconcile(undefined, clone(next), { ...most, maxKeys: 4 })).toBeUndefined();
  });
});

/** So much that it is counted. */
const LARGE = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, i]));

/** What it says of losses from one large document to the next. */
function saysKeepsAll(before: JsonValue | undefined, next: JsonValue): boolean {
  const first =
    before === undefined ? undefined : checked(undefined, { ...LARGE, some: before })?.value;
  return checked(first, { ...LARGE, some: next })?.lost === 0;
}

test.each<[string, JsonValue, JsonValue]>([
  ['a removed key', { a: 1, b: 2 }, { a: 1 }],
  ['another key in place of one', { a: 1, b: 2 }, { a: 1, c: 2 }],
  ['a shorter array', { a: [1, 2] }, { a: [1] }],
  ['an array that became an object', { a: [1] }, { a: { 0: 1 } }],
  ['a subtree that became a leaf', { a: { b: 1 } }, { a: 1 }],
  ['an empty one that became a leaf', { a: {} }, { a: 1 }],
  ['an item that became a leaf', [[1]], [1]],
  ['an empty item that became a leaf', [[]], [1]],
  ['an empty array that became an object', { a: [] }, { a: {} }],
  ['an empty object that became an array', { a: {} }, { a: [] }],
  ['a key of every object', { toString: 1, a: 2 }, { a: 2 }],
  ['such a key in place of one', { a: 2 }, { toString: 1 }],
])('reconcile() sees that %s may be a loss', (_, before, next) => {
  expect(saysKeepsAll(before, next)).toBe(false);
});

test.each<[string, JsonValue | undefined, JsonValue]>([
  ['of a first document', undefined, { a: 1 }],
  ['of the same document', { a: 1, toString: [2] }, { a: 1, toString: [2] }],
  ['of changed values', { a: 1, b: [1, { c: 2 }] }, { a: 2, b: [3, { c: 4 }] }],
  ['of what was added', { a: [1] }, { a: [1, 2], b: {} }],
  ['of a leaf that became a subtree', { a: 1 }, { a: { b: 1 } }],
])('reconcile() sees that nothing is missing %s', (_, before, next) => {
  expect(saysKeepsAll(before, next)).toBe(true);
});

test('reconcile() of large documents says that nothing is missing only where nothing is', () => {
  fc.assert(
    fc.property(editedJson, ([old, next]) => {
      const before = checked(undefined, { ...LARGE, some: old })?.value;
      const result = checked(before, { ...LARGE, some: next });
      const { removed } = countRemoved(before, result?.value);
      expect(result?.lost === 0).toBe(removed === 0);
    }),
    { numRuns: 30 },
  );
});

test('reconcile() does not say so where nobody has counted', () => {
  expect(checked(sealed({ a: 1 }), { a: 2 })?.lost).toBe(Infinity);
});
