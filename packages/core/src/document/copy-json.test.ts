import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HoldfastError } from '../errors.ts';
import { copyJson } from './copy-json.ts';
import { clone, deepEqual, json, ROOMY, walkBoth } from './json.fixture.ts';
import { isTree } from './kind.ts';
import { seal } from './seal.ts';

test('copyJson() gives an equal value that shares nothing', () => {
  fc.assert(
    fc.property(json, (value) => {
      const copied = copyJson(seal(value, undefined, ROOMY));
      expect(deepEqual(copied, clone(value))).toBe(true);
      let shared = false;
      walkBoth(value, copied, (a, b) => (shared ||= isTree(a) && a === b));
      expect(shared).toBe(false);
    }),
  );
});

test('copyJson() leaves out properties that are undefined, as JSON does', () => {
  expect(copyJson({ a: undefined, b: [{ c: undefined }] })).toStrictEqual({ b: [{}] });
});

test('copyJson() makes plain objects of those without a prototype', () => {
  expect(copyJson(Object.assign(Object.create(null) as object, { a: 1 }))).toStrictEqual({ a: 1 });
});

class Server {
  port = 1;
}
const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

test.each<[string, unknown, string]>([
  ['undefined', undefined, 'is not JSON: it is undefined at (top)'],
  ['undefined in an array', { a: [1, undefined] }, 'is not JSON: it is undefined at a.1'],
  // oxlint-disable-next-line no-sparse-arrays -- the hole is the case
  ['a hole in an array', { a: [1, , 3] }, 'is not JSON: it is undefined at a.1'],
  ['NaN', { a: NaN }, 'is not JSON: it is NaN at a'],
  ['Infinity', [-Infinity], 'is not JSON: it is -Infinity at 0'],
  ['a bigint', { a: 1n }, 'is not JSON: it is a bigint at a'],
  ['a symbol', { a: Symbol('s') }, 'is not JSON: it is a symbol at a'],
  ['a function', { a: () => 1 }, 'is not JSON: it is a function at a'],
  ['a Date', { 'a.b': new Date(0) }, 'is not JSON: it is a Date at ["a.b"]'],
  ['a Map', new Map(), 'is not JSON: it is a Map at (top)'],
  ['bytes', { a: new Uint8Array(1) }, 'is not JSON: it is a Uint8Array at a'],
  ['a class', { a: [new Server()] }, 'is not JSON: it is a Server at a.0'],
  [
    'an own __proto__',
    { a: JSON.parse('{"__proto__":1}') as unknown },
    'has the forbidden key "__proto__" at a',
  ],
])('copyJson() refuses %s by path', (_, value, message) => {
  expect(() => copyJson(value)).toThrow(new HoldfastError('DECODE_FAILED', message));
});

test('copyJson() refuses a value that refers to itself', () => {
  expect(() => copyJson(cyclic)).toThrow(/^is nested too deep or refers to itself at self\.self\./);
});

test('copyJson() takes the deepest nesting that limits can allow', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(1_000)}1${']'.repeat(1_000)}`);
  expect(copyJson(deep)).toStrictEqual(deep);
});
