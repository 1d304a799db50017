import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { isPlainObject, isTree, kindOf, sameLeaf } from './kind.ts';

class Server {
  port = 1;
}

test.each([
  ['an object literal', {}, true],
  ['an object without a prototype', Object.create(null), true],
  ['an object of another realm', runInNewContext('({})'), true],
  ['an object with a constructor of its own', { constructor: 1 }, true],
  ['an array', [], false],
  ['an array of another realm', runInNewContext('[]'), false],
  ['null', null, false],
  ['a date', new Date(0), false],
  ['a date of another realm', runInNewContext('new Date(0)'), false],
  ['an object of a class', new Server(), false],
  ['a map', new Map(), false],
  ['bytes', new Uint8Array(0), false],
  ['a function', () => 1, false],
  ['a text', 'x', false],
])('isPlainObject() of %s', (_, value: unknown, expected) => {
  expect(isPlainObject(value)).toBe(expected);
  expect(isTree(value)).toBe(expected || Array.isArray(value));
});

test.each([
  [0, -0, true],
  [NaN, NaN, true],
  [1, '1', false],
  [10n, 10n, true],
  [null, undefined, false],
  [new URL('https://a.example/x'), new URL('https://a.example/x'), true],
  [new URL('https://a.example/x'), new URL('https://a.example/y'), false],
  [new URL('https://a.example/x'), 'https://a.example/x', false],
  [new Date(0), new Date(0), false],
])('sameLeaf(%s, %s) is %s', (a, b, expected) => {
  expect(sameLeaf(a, b)).toBe(expected);
  expect(sameLeaf(b, a)).toBe(expected);
});

test.each([
  [null, 'null'],
  [undefined, 'undefined'],
  [[], 'an array'],
  [1, 'a number'],
  ['x', 'a string'],
  [true, 'a boolean'],
  [1n, 'a bigint'],
  [Symbol('s'), 'a symbol'],
  [() => 1, 'a function'],
  [{}, 'an object'],
  [Object.create(null), 'an object'],
  [{ constructor: { name: 'Trap' } }, 'an object'],
  [new Date(0), 'a Date'],
  [new Server(), 'a Server'],
  [
    new (class {
      port = 1;
    })(),
    'an object',
  ],
])('kindOf(%s) is %j', (value: unknown, name) => {
  expect(kindOf(value)).toBe(name);
});
