import { expect, test } from 'vitest';
import { kindOf, OptionChecks } from './options.ts';
import { NO_OBJECTS, VALUES, refusalOf, without } from './options/refusals.fixture.ts';

const check = new OptionChecks('httpLoader()', ['headers']);
const refusal = (option: string, allowed: string, shown: string): string =>
  `Cannot use "${option}" of httpLoader() as it must be ${allowed}: current value is ${shown}`;

test.each(without(true, false))('flag() refuses %s', (value, shown) => {
  expect(refusalOf(() => check.flag('unref', value))).toBe(
    refusal('unref', 'true or false', shown),
  );
});

test.each(VALUES)('oneOf() refuses %s', (value, shown) => {
  expect(refusalOf(() => check.oneOf('etags', value, ['weak', 'none']))).toBe(
    refusal('etags', '"weak" or "none"', shown),
  );
});

test.each(VALUES.filter(([value]) => typeof value !== 'function'))(
  'callable() refuses %s',
  (value, shown) => {
    expect(refusalOf(() => check.callable('now', value))).toBe(refusal('now', 'a function', shown));
  },
);

test.each(NO_OBJECTS)('record() refuses %s', (value, shown) => {
  expect(refusalOf(() => check.record('documents', value))).toBe(
    refusal('documents', 'an object', shown),
  );
});

test.each(VALUES.filter(([value]) => !Array.isArray(value)))(
  'list() refuses %s',
  (value, shown) => {
    const list = (): void => check.list('preload', value, () => {});
    expect(refusalOf(list)).toBe(refusal('preload', 'a list', shown));
  },
);

test('list() checks each item by its place', () => {
  const list = (): void =>
    check.list('preload', [() => 1, 5], (item, value) => check.callable(item, value));
  expect(refusalOf(list)).toBe(refusal('preload[1]', 'a function', '5'));
});

test('flag(), oneOf(), callable(), record(), list() and name() take what is right', () => {
  expect(() => {
    check.flag('unref', false);
    check.oneOf('etags', 'weak', ['weak', 'none']);
    check.callable('now', () => 1);
    check.record('documents', { '/app.json': {} });
    check.list('preload', [], () => check.fail('preload', 'empty', []));
    check.name('name', 'ünï ☃'.padEnd(200, 'x'));
  }).not.toThrow();
});

test.each<[unknown, string]>([
  [undefined, 'undefined'],
  ['', 'a string of 0 characters'],
  ['a\nb', 'a string of 3 characters'],
  ['x'.repeat(201), 'a string of 201 characters'],
])('name() refuses %j, and does not show it', (value, shown) => {
  expect(refusalOf(() => check.name('name', value))).toBe(
    refusal('name', '1 to 200 characters without control characters', shown),
  );
});

test.each(['headers', 'headers.x-a', 'headers[0]', 'options'])(
  'fail() tells of "%s" only what kind of value it is',
  (option) => {
    for (const value of ['hunter2', 170_771, 170_771n, Symbol('hunter2')]) {
      const { message } = check.fail(option, 'right', value);
      expect(message).toBe(refusal(option, 'right', kindOf(value)));
      expect(message).not.toMatch(/hunter2|170771/);
    }
  },
);

test('fail() shows what is not secret, also where the name begins alike', () => {
  expect(check.fail('headersOf', 'right', 'a').message).toBe(refusal('headersOf', 'right', '"a"'));
});

test.each<[unknown, string]>([
  [null, 'null'],
  [undefined, 'undefined'],
  ['ab', 'a string of 2 characters'],
  [[1], 'an array'],
  [[], 'an empty list'],
  [{}, 'an object'],
  [5, 'a number'],
  [5n, 'a bigint'],
  [true, 'a boolean'],
  [() => 1, 'a function'],
])('kindOf(%s) is %s', (value, kind) => {
  expect(kindOf(value)).toBe(kind);
});

test('path() takes a path apart, and refuses what is none', () => {
  expect(check.path('version', 'meta.version')).toEqual(['meta', 'version']);
  expect(check.path('version', ['a.b', 0])).toEqual(['a.b', 0]);
  for (const value of ['', [], null, 5, [null]]) {
    expect(refusalOf(() => check.path('version', value))).toContain(
      'Cannot use "version" of httpLoader() as it must be a path, dotted or in array form',
    );
  }
});
