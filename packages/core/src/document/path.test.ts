import fc from 'fast-check';
import { expect, test } from 'vitest';
import { json } from './json.fixture.ts';
import { formatPath, getAt, parsePath, startsWith } from './path.ts';

test.each([
  ['', []],
  ['pool', ['pool']],
  ['pool.size', ['pool', 'size']],
  ['servers.0.host', ['servers', '0', 'host']],
  ['a..b', ['a', '', 'b']],
])('parsePath() splits %j', (text, path) => {
  expect(parsePath(text)).toEqual(path);
});

test('parsePath() takes the array form as it is', () => {
  const path = ['a.b', 0] as const;
  expect(parsePath(path)).toBe(path);
});

test.each([undefined, null, 5, Symbol('size'), { 0: 'size' }])('parsePath() refuses %s', (path) => {
  expect(() => parsePath(path as never)).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTIONS',
      message: expect.stringMatching(
        /^Cannot use .+ as a path: it must be a text or a list of keys$/,
      ),
    }),
  );
});

test.each([
  [[], '(top)'],
  [['pool', 'size'], 'pool.size'],
  [['servers', 0, 'host'], 'servers.0.host'],
  [[0], '0'],
  [['labels', 'a.b'], 'labels["a.b"]'],
  [['a.b', 'c'], '["a.b"].c'],
  [['', 'x'], '[""].x'],
  [['say "hi"'], '["say \\"hi\\""]'],
  [['a b'], '["a b"]'],
  [['a[0]'], '["a[0]"]'],
  [['line\nbreak'], '["line\\nbreak"]'],
  [['bell\u0007'], '["bell\\u0007"]'],
  [['größe', '名前'], 'größe.名前'],
])('formatPath() shows %j', (path, text) => {
  expect(formatPath(path)).toBe(text);
});

test('formatPath() gives different texts for different paths', () => {
  const key = fc.oneof(fc.constantFrom('', 'a', 'b', 'a.b', '["a"]', ' ', '"'), fc.string());
  // a number and its text are the same key, and the top has a name that nothing else needs
  const path = fc.array(key).filter((keys) => keys.join() !== '(top)');
  fc.assert(
    fc.property(path, path, (a, b) => {
      expect(formatPath(a) === formatPath(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

test('getAt() finds every value at its own path', () => {
  const visit = (top: unknown, value: unknown, path: (string | number)[]): void => {
    expect(getAt(top, path)).toBe(value);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      visit(top, item, [...path, Array.isArray(value) ? Number(key) : key]);
      visit(top, item, [...path, key]);
    }
  };
  fc.assert(fc.property(json, (value) => visit(value, value, [])));
});

test.each([
  [{ a: 1 }, ['b']],
  [{ a: 1 }, ['a', 'b']],
  [{ a: null }, ['a', 'b']],
  [{ a: 'text' }, ['a', 'length']],
  [{ a: 'text' }, ['a', 0]],
  [[1, 2], ['length']],
  [[1, 2], [2]],
  [[1, 2], ['01']],
  [[1, 2], [-1]],
  [{}, ['toString']],
  [{}, ['__proto__']],
  [{}, ['constructor', 'name']],
  [undefined, ['a']],
])('getAt() finds nothing in %j at %j', (value, path) => {
  expect(getAt(value, path)).toBeUndefined();
});

test('getAt() sees own keys that objects have anyway', () => {
  expect(getAt({ length: 1, toString: 2 }, ['length'])).toBe(1);
  expect(getAt({ length: 1, toString: 2 }, ['toString'])).toBe(2);
});

test.each([
  [['a', 'b'], [], true],
  [['a', 'b'], ['a'], true],
  [['a', 'b'], ['a', 'b'], true],
  [['a'], ['a', 'b'], false],
  [['ab'], ['a'], false],
  [['list', 0, 'x'], ['list', '0'], true],
  [['list', 10], ['list', 1], false],
])('startsWith(%j, %j) is %s', (path, prefix, expected) => {
  expect(startsWith(path, prefix)).toBe(expected);
});

test('formatPath() hands on nothing that breaks a line, moves a cursor or turns text round', () => {
  const text = formatPath(['a\u009b31m\u2028\u202e', 'b']);
  expect(text).toBe(String.raw`["a\u{9b}31m\u{2028}\u{202e}"].b`);
});
