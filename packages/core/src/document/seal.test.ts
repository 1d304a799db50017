import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clone, hostileJson, isFrozen, json, nested, ROOMY } from './json.fixture.ts';
import { seal, VALUE_LIMITS } from './seal.ts';

test('seal() freezes all the way down and gives the value itself', () => {
  fc.assert(
    fc.property(json, (value) => {
      const fresh = clone(value);
      expect(seal(fresh, undefined, ROOMY)).toBe(fresh);
      expect(isFrozen(fresh)).toBe(true);
    }),
  );
});

test('seal() freezes what is new beside what is frozen already', () => {
  const before = seal({ a: { b: [1] }, c: {} }, undefined, ROOMY);
  const next = { a: before.a, c: { d: [{}] } };
  expect(isFrozen(seal(next, before, ROOMY))).toBe(true);
});

test('seal() freezes the inside of objects that somebody else froze', () => {
  const value = Object.freeze({ a: { b: {} } });
  expect(isFrozen(seal(value, undefined, ROOMY))).toBe(true);
});

function isRefused(value: unknown): boolean {
  try {
    seal(value, undefined, ROOMY);
    return false;
  } catch (error) {
    // a fault of its own, with the path
    return Array.isArray((error as Error).cause);
  }
}

test('seal() refuses forbidden keys wherever they are, and only those', () => {
  const forbidden = (value: unknown, parent = ''): boolean =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).some(
      ([key, item]) =>
        key === '__proto__' ||
        (key === 'prototype' && parent === 'constructor') ||
        forbidden(item, key),
    );
  fc.assert(
    fc.property(hostileJson, (value) => {
      expect(isRefused(clone(value))).toBe(forbidden(value));
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['{"__proto__":{"polluted":1}}', 'has the forbidden key "__proto__" at (top)'],
  ['{"a":[{"__proto__":1}]}', 'has the forbidden key "__proto__" at a.0'],
  [
    '{"constructor":{"prototype":{"polluted":1}}}',
    'has the forbidden key "prototype" at constructor',
  ],
  ['{"a":{"b":1e400}}', 'has a number beyond a double at a.b'],
  ['[-1e999]', 'has a number beyond a double at 0'],
  ['{"a":{"b":{"c":{"d":1}}}}', 'is nested deeper than 3 levels (limits.maxDepth) at a.b.c'],
  ['{"a":[[[]]]}', 'is nested deeper than 3 levels (limits.maxDepth) at a.0.0'],
  ['[0,1,2,3,4,5,6,7,8,9]', 'has more than 9 keys and items (limits.maxKeys) at (top)'],
  [
    '{"a":{"b":1,"c":2,"d":3,"e":4},"f":[1,2,3,4]}',
    'has more than 9 keys and items (limits.maxKeys) at (top)',
  ],
])('seal() refuses %s, naming the path', (text, message) => {
  const call = (): unknown => seal(JSON.parse(text), undefined, { maxDepth: 3, maxKeys: 9 });
  expect(call).toThrow(new Error(message));
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test.each([
  '[[[]]]',
  '[0,1,2,3,4,5,6,7,8]',
  '{"prototype":{"constructor":1}}',
  '{"constructor":1}',
])('seal() takes %s, which is within the limits', (text) => {
  expect(isFrozen(seal(JSON.parse(text), undefined, { maxDepth: 3, maxKeys: 9 }))).toBe(true);
});

test('seal() does not overflow the stack on a document nested without end', () => {
  const deep: unknown = JSON.parse(nested(100_000));
  expect(() => seal(deep, undefined, { maxDepth: 64, maxKeys: Infinity })).toThrow(
    'is nested deeper than 64 levels',
  );
});

test("seal() names no option where a value is beyond a depth that is nobody's to choose", () => {
  const deep: unknown = JSON.parse(nested(1_001));
  expect(() => seal(deep, undefined, VALUE_LIMITS)).toThrow('deeper than 1000 levels at ');
});

class Server {
  port = 1;
}

test.each([
  ['a Date', new Date(0)],
  ['a Map', new Map()],
  ['a Set', new Set()],
  ['a Uint8Array', new Uint8Array(1)],
  ['a RegExp', /x/],
  ['a Promise', Promise.resolve()],
  ['a Server', new Server()],
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
])('seal() refuses %s by name', (name, value) => {
  expect(() => seal({ a: [value] }, undefined, ROOMY)).toThrow(
    new Error(`holds ${name}, which cannot be frozen or compared at a.0`),
  );
});

test('seal() takes bigint, URL, undefined and NaN as leaves', () => {
  const value = { big: 1n, url: new URL('https://a.example'), none: undefined, nan: NaN };
  expect(seal(value, undefined, ROOMY)).toBe(value);
  expect(Object.isFrozen(value)).toBe(true);
});

test('seal() takes plain objects without a prototype and of another realm', () => {
  const value = {
    bare: Object.assign(Object.create(null) as object, { a: [1] }),
    foreign: runInNewContext('({ a: [{}] })') as unknown,
  };
  expect(isFrozen(seal(value, undefined, ROOMY))).toBe(true);
});

test('seal() does not walk again what is shared with the old value', () => {
  const before = seal({ a: { b: 1 } }, undefined, ROOMY);
  // the shared subtree alone would be beyond these limits
  expect(() => seal({ a: before.a }, before, { maxDepth: 1, maxKeys: 1 })).not.toThrow();
  expect(() => seal({ a: before.a }, undefined, { maxDepth: 1, maxKeys: 1 })).toThrow('levels');
});
