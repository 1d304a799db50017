import { describe, expect, test } from 'vitest';
import { strictJson } from './strict-json.ts';

const limits = { maxDepth: 3, maxKeys: 5 };

describe('strictJson()', () => {
  test('gives a frozen copy', () => {
    const value = { a: [{ b: 1 }], gone: undefined };
    const strict = strictJson(value, limits);
    expect(strict).toEqual({ a: [{ b: 1 }] });
    expect([Object.isFrozen(strict), Object.isFrozen(value), Object.isFrozen(value.a)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test.each([
    ['too many levels', { a: { b: { c: {} } } }, 'LIMIT_EXCEEDED', 'a.b.c'],
    ['too many keys', [1, 2, 3, 4, 5, 6], 'LIMIT_EXCEEDED', '(top)'],
    ['a key that reaches a prototype', JSON.parse('{"__proto__":{}}'), 'DECODE_FAILED', '(top)'],
    ['constructor.prototype', { constructor: { prototype: {} } }, 'LIMIT_EXCEEDED', 'constructor'],
    ['a number beyond a double', { a: Infinity }, 'DECODE_FAILED', 'a'],
    ['what is no JSON', { a: () => 1 }, 'DECODE_FAILED', 'a'],
  ])('refuses %s by its path', (_, value, code, path) => {
    expect(() => strictJson(value, limits)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(`at ${path}`) }),
    );
  });
});
