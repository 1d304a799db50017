import { expect, test } from 'vitest';
import { MAX_WAIT_MS, OptionCheck } from './check.ts';
import { NO_OBJECTS, VALUES, refusalOf } from './refusals.fixture.ts';

const check = new OptionCheck('config "app"');

test.each(VALUES.filter(([value]) => typeof value !== 'number'))(
  'range() and count() refuse what is no number: %s',
  (value, shown) => {
    expect(refusalOf(() => check.range('waitMs', value, 1, 5))).toBe(
      `Cannot use "waitMs" of config "app" as it must be a number from 1 to 5: current value is ${shown}`,
    );
    expect(refusalOf(() => check.count('max', value, 1, 5))).toBe(
      `Cannot use "max" of config "app" as it must be a whole number from 1 to 5: current value is ${shown}`,
    );
  },
);

test.each([0.999, 5.001, NaN, Infinity, -Infinity])('range() refuses %d', (value) => {
  expect(refusalOf(() => check.range('waitMs', value, 1, 5))).toBe(
    `Cannot use "waitMs" of config "app" as it must be a number from 1 to 5: current value is ${value}`,
  );
});

test('range() takes both ends and what is between, whole or not', () => {
  for (const value of [1, 1.5, 5]) expect(() => check.range('waitMs', value, 1, 5)).not.toThrow();
});

test('count() takes whole numbers and names the least where there is no most', () => {
  for (const value of [1, 2, Number.MAX_SAFE_INTEGER])
    expect(() => check.count('max', value, 1)).not.toThrow();
  for (const value of [0, -1, 1.5, NaN, Infinity, 2 ** 53]) {
    expect(refusalOf(() => check.count('max', value, 1))).toBe(
      `Cannot use "max" of config "app" as it must be a whole number of at least 1: current value is ${value}`,
    );
  }
});

test.each(VALUES.filter(([value]) => typeof value !== 'string' || value === ''))(
  'text() refuses %s',
  (value, shown) => {
    expect(refusalOf(() => check.text('name', value))).toBe(
      `Cannot use "name" of config "app" as it must be a text that is not empty: current value is ${shown}`,
    );
  },
);

test.each(VALUES)('methods() refuses %s, naming all that are needed', (value, shown) => {
  expect(refusalOf(() => check.methods('cache', value, ['read', 'write']))).toBe(
    `Cannot use "cache" of config "app" as it must be an object with read(), write(): current value is ${shown}`,
  );
});

test('methods() takes objects of a class, and names what is missing', () => {
  class Store {
    read(): void {}
    write = 5;
  }
  expect(() => check.methods('cache', new Store(), ['read'])).not.toThrow();
  expect(() => check.methods('cache', new Store(), ['read', 'write'])).toThrow(
    'must be an object with write(): current value is a Store',
  );
  expect(() => check.methods('cache', null, ['read', 'write'])).toThrow('with read(), write(): ');
});

test.each(NO_OBJECTS)('object() refuses %s', (value, shown) => {
  expect(refusalOf(() => check.object('polling', value, ['intervalMs']))).toBe(
    `Cannot use "polling" of config "app" as it must be an object: current value is ${shown}`,
  );
});

test.each([
  ['intervalMS', 'intervalMs'],
  ['interval', 'intervalMs'],
  ['minInterval', 'minIntervalMs'],
  ['MAXINTERVALMS', 'maxIntervalMs'],
  ['intervallMs', 'intervalMs'],
  ['back-off', 'backoff'],
  ['bakcoff', 'backoff'],
])('object() names the nearest option of "%s": %s', (unknown, nearest) => {
  const known = ['minIntervalMs', 'intervalMs', 'maxIntervalMs', 'backoff'];
  expect(refusalOf(() => check.object('polling', { [unknown]: 1 }, known))).toBe(
    `Cannot use option "polling.${unknown}" of config "app": it is unknown; did you mean "polling.${nearest}"?`,
  );
  expect(refusalOf(() => check.object('options', { [unknown]: undefined }, known))).toBe(
    `Cannot use option "${unknown}" of config "app": it is unknown; did you mean "${nearest}"?`,
  );
});

test.each(['toString', 'constructor', '__proto__'])('object() knows no option "%s"', (name) => {
  const options: unknown = JSON.parse(`{"${name}":1}`);
  expect(refusalOf(() => check.object('options', options, ['schema']))).toContain(`"${name}"`);
});

test('fail() shows at most 64 characters of a text and nothing of an object', () => {
  const long = check.fail('name', 'short', 'x'.repeat(65)).message;
  expect(long.endsWith(`current value is "${'x'.repeat(64)}…"`)).toBe(true);
  expect(check.fail('name', 'short', 'a"b\n').message).toContain('current value is "a\\"b\\n"');
});

test('MAX_WAIT_MS is the longest that timers honour', () => {
  expect(MAX_WAIT_MS).toBe(2_147_483_647);
});

test('object() refuses any option where there are none', () => {
  expect(refusalOf(() => check.object('options', { a: 1 }, []))).toBe(
    'Cannot use option "a" of config "app": it is unknown; there are none',
  );
});

test('object() lists the options where none is near', () => {
  expect(refusalOf(() => check.object('options', { cache: 1 }, ['schema', 'loader']))).toBe(
    'Cannot use option "cache" of config "app": it is unknown; there are schema, loader',
  );
});
