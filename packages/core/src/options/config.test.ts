import { mockLoader } from '@holdfast/testing';
import { type } from 'arktype';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { isFrozen } from '../document/json.fixture.ts';
import { type AnyConfigOptions, type ConfigOptions, resolveConfig } from './config.ts';
import { VALUES, refusalOf, shownFor } from './refusals.fixture.ts';

const loader = mockLoader();
const resolve = (options: unknown) =>
  resolveConfig('app', { loader, ...(options as AnyConfigOptions) });

const MAX = 2_147_483_647;

interface Rule {
  readonly allowed: string;
  /** Of the table of values, those that are right, or wrong for another reason. */
  readonly fits?: (value: unknown) => boolean;
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const paths: Rule = {
  allowed: 'a list of paths, dotted or in array form',
  fits: (value) => Array.isArray(value),
};

/** Of every option there is, or this does not compile. */
const RULES: {
  readonly [
    K in Exclude<keyof Required<ConfigOptions<never>>, 'loader' | 'sources' | 'defaults'>
  ]: Rule;
} = {
  schema: { allowed: 'a Standard Schema validator (zod, valibot, arktype, …)' },
  polling: { allowed: 'an object', fits: isObject },
  lazy: { allowed: 'true or false', fits: (value) => typeof value === 'boolean' },
  updates: { allowed: 'an object', fits: (value) => value === false || isObject(value) },
  limits: { allowed: 'an object', fits: isObject },
  maxRemoved: { allowed: 'a number from 0 to 1', fits: (value) => value === 0 },
  accepts: {
    allowed: 'a whole number of at least 0, or a function',
    fits: (value) => value === 0 || typeof value === 'function',
  },
  migrations: { allowed: 'a list of { from, to, migrate }', fits: (value) => Array.isArray(value) },
  monotonic: {
    allowed: 'a path, dotted or in array form',
    fits: (value) => typeof value === 'string' && value !== '',
  },
  ignore: paths,
  secrets: paths,
  restartOnly: paths,
  dynamicOnly: paths,
  history: { allowed: 'an object', fits: isObject },
  participants: {
    allowed: 'a list of texts that are not empty',
    fits: (value) => Array.isArray(value),
  },
  arrayKey: {
    allowed: 'a text that is not empty',
    fits: (value) => typeof value === 'string' && value !== '',
  },
  validateTimeoutMs: { allowed: `a number from 1 to ${MAX}` },
  readyTimeoutMs: { allowed: `a number from 1 to ${MAX}` },
  fallbackAfter: { allowed: 'a whole number of at least 1' },
  maxStaleMs: {
    allowed: 'a number from 1 to Infinity',
    fits: (value) => typeof value === 'number' && value >= 1,
  },
};

const cases = Object.entries(RULES).flatMap(([option, { allowed, fits = () => false }]) =>
  VALUES.filter(([value]) => !fits(value)).map(([value, shown]) => ({
    option,
    allowed,
    value,
    shown: shownFor(allowed, value, shown),
  })),
);

test.each(cases)('resolveConfig() refuses $option: $shown', ({ option, allowed, value, shown }) => {
  expect(refusalOf(() => resolve({ [option]: value }))).toBe(
    `Cannot use "${option}" of config "app" as it must be ${allowed}: current value is ${shown}`,
  );
});

test.each([
  [[5], 0, '5'],
  [[''], 0, '""'],
  [['a', null], 1, 'null'],
  [[['a', {}]], 0, 'an array'],
  [[['a', 1.5]], 0, 'an array'],
  [['a', undefined], 1, 'undefined'],
])('resolveConfig() names a path that is none in ignore: %j', (ignore, at, shown) => {
  expect(refusalOf(() => resolve({ ignore }))).toBe(
    `Cannot use "ignore[${at}]" of config "app" as it must be a path, dotted or in array form: current value is ${shown}`,
  );
});

test('resolveConfig() names a text that is none in participants', () => {
  expect(refusalOf(() => resolve({ participants: ['a', ''] }))).toBe(
    'Cannot use "participants[1]" of config "app" as it must be a text that is not empty: current value is ""',
  );
});

test.each<[unknown, string]>([
  [
    { updates: { max: 0 } },
    'Cannot use "updates.max" of config "app" as it must be a whole number of at least 1: current value is 0',
  ],
  [
    { updates: { max: 1.5 } },
    'Cannot use "updates.max" of config "app" as it must be a whole number of at least 1: current value is 1.5',
  ],
  [
    { updates: { windowMs: 0 } },
    `Cannot use "updates.windowMs" of config "app" as it must be a number from 1 to ${MAX}: current value is 0`,
  ],
  [
    { updates: { window: 1 } },
    'Cannot use option "updates.window" of config "app": it is unknown; did you mean "updates.windowMs"?',
  ],
  [
    { maxRemoved: 1.01 },
    'Cannot use "maxRemoved" of config "app" as it must be a number from 0 to 1: current value is 1.01',
  ],
  [
    { maxRemoved: 50 },
    'Cannot use "maxRemoved" of config "app" as it must be a number from 0 to 1: current value is 50',
  ],
  [
    { colour: 1 },
    'Cannot use option "colour" of config "app": it is unknown; there are loader, sources, schema, defaults, polling, lazy, updates, limits, maxRemoved, accepts, migrations, monotonic, ignore, secrets, restartOnly, dynamicOnly, history, participants, arrayKey, validateTimeoutMs, fallbackAfter, maxStaleMs, readyTimeoutMs',
  ],
  [
    { shema: 1 },
    'Cannot use option "shema" of config "app": it is unknown; did you mean "schema"?',
  ],
  [
    { default: {} },
    'Cannot use option "default" of config "app": it is unknown; did you mean "defaults"?',
  ],
])('resolveConfig() refuses %j', (options, message) => {
  const refusal = refusalOf(() => resolve(options));
  // which of two equally near names it is does not matter
  expect(refusal.replace(/mean "\w+"\?$/, '')).toBe(message.replace(/mean "\w+"\?$/, ''));
  expect(refusal.includes('did you mean')).toBe(message.includes('did you mean'));
});

test.each([
  ['schema', 'shema'],
  ['defaults', 'default'],
  ['arrayKey', 'arraykey'],
  ['ignore', 'ignored'],
  ['polling.intervalMs', 'intervalMs'],
  ['polling.intervalMs', 'interval'],
  ['polling.deadlineMs', 'deadlineMs'],
  ['polling.backoff', 'backoff'],
])('resolveConfig() names "%s" for "%s"', (option, typo) => {
  expect(() => resolve({ [typo]: 1 })).toThrow(`did you mean "${option}"?`);
});

test.each<[unknown, string]>([
  [new Date(0), 'JSON (it is not JSON: it is a Date at (top)): current value is a Date'],
  [
    { a: { b: [1n] } },
    'JSON (it is not JSON: it is a bigint at a.b.0): current value is an object',
  ],
  [{ a: NaN }, 'JSON (it is not JSON: it is NaN at a): current value is an object'],
  [{ a: () => 1 }, 'JSON (it is not JSON: it is a function at a): current value is an object'],
  [
    { constructor: { prototype: {} } },
    'JSON (it has the forbidden key "prototype" at constructor): current value is an object',
  ],
])('resolveConfig() refuses defaults that are no JSON: %o', (defaults, message) => {
  expect(refusalOf(() => resolve({ defaults }))).toBe(
    `Cannot use "defaults" of config "app" as it must be ${message}`,
  );
});

test('resolveConfig() holds defaults to the limits of documents', () => {
  expect(() => resolve({ defaults: { a: {} }, limits: { maxDepth: 1 } })).toThrow(
    'is nested deeper than 1 levels (limits.maxDepth) at a',
  );
});

test('resolveConfig() takes a frozen copy of the defaults', () => {
  const defaults = { pool: { size: 4 } };
  const policy = resolve({ defaults });
  defaults.pool.size = 5;
  expect(policy.defaults).toEqual({ pool: { size: 4 } });
  expect(isFrozen(policy.defaults)).toBe(true);
});

test.each(VALUES.filter(([value]) => typeof value !== 'string' || value === ''))(
  'resolveConfig() refuses a name that is no text: %s',
  (name, shown) => {
    expect(refusalOf(() => resolveConfig(name as string, { loader }))).toBe(
      `Cannot use "name" of register() as it must be a text that is not empty: current value is ${shown}`,
    );
  },
);

const needed = 'Cannot use "loader" of config "app" as it must be';

test.each<[string, unknown, string]>([
  [
    'nothing to load from',
    {},
    `${needed} a loader (or give "sources"): current value is undefined`,
  ],
  [
    'null for a loader',
    { loader: null },
    `${needed} a loader (or give "sources"): current value is null`,
  ],
  [
    'a function for a loader',
    { loader: () => 1 },
    `${needed} a loader: httpLoader({ url }) makes one, functionLoader(…) one of a function: current value is a function`,
  ],
  [
    'a loader without load()',
    { loader: { name: 'n', key: 'k' } },
    `${needed} an object with load(): current value is an object`,
  ],
  [
    'a loader without a name',
    { loader: { ...loader, name: undefined } },
    'Cannot use "loader.name" of config "app" as it must be a text that is not empty: current value is undefined',
  ],
  [
    'a loader without a key',
    { loader: { ...loader, key: '' } },
    'Cannot use "loader.key" of config "app" as it must be a text that is not empty: current value is ""',
  ],
  [
    'loader and sources',
    { loader, sources: [{ loader }] },
    'Cannot use "sources" of config "app" as it must be left out when "loader" is given: current value is an array',
  ],
  [
    'no source',
    { sources: [] },
    'Cannot use "sources" of config "app" as it must be a list of at least one source: current value is an array',
  ],
  [
    'two sources of one name',
    { sources: [{ loader }, { loader }] },
    'Cannot use "sources[1].name" of config "app" as it must be one that no other source has: current value is "mock"',
  ],
  [
    'sources that are no list',
    { sources: { loader } },
    'Cannot use "sources" of config "app" as it must be a list of at least one source: current value is an object',
  ],
  [
    'a source that is none',
    { sources: [null] },
    'Cannot use "sources[0]" of config "app" as it must be an object: current value is null',
  ],
  [
    'a source without a loader',
    { sources: [{ name: 'x' }] },
    'Cannot use "sources[0].loader" of config "app" as it must be a loader: httpLoader({ url }) makes one, functionLoader(…) one of a function: current value is undefined',
  ],
  [
    'an empty name of a source',
    { sources: [{ loader, name: '' }] },
    'Cannot use "sources[0].name" of config "app" as it must be a text that is not empty: current value is ""',
  ],
  [
    'null for the polling of a source',
    { sources: [{ loader, polling: null }] },
    'Cannot use "sources[0].polling" of config "app" as it must be an object: current value is null',
  ],
  [
    'a wrong interval of a source',
    { sources: [{ loader, polling: { intervalMs: 0 } }] },
    `Cannot use "sources[0].polling.intervalMs" of config "app" as it must be a number from 1 to ${MAX}: current value is 0`,
  ],
  [
    'an unknown option of a source',
    { sources: [{ loader, pollling: {} }] },
    'Cannot use option "sources[0].pollling" of config "app": it is unknown; did you mean "sources[0].polling"?',
  ],
  [
    'an option of the polling beside it',
    { sources: [{ loader, minIntervalMs: 5 }] },
    'Cannot use option "sources[0].minIntervalMs" of config "app": it is unknown; did you mean "sources[0].polling.minIntervalMs"?',
  ],
])('resolveConfig() refuses %s', (_, options, message) => {
  expect(refusalOf(() => resolveConfig('app', options as AnyConfigOptions))).toBe(message);
});

test('resolveConfig() fills in the defaults of the design', () => {
  expect(resolve({})).toMatchObject({
    name: 'app',
    sources: [{ name: 'mock', loader, polling: { intervalMs: 60_000 } }],
    schema: undefined,
    defaults: undefined,
    updates: { max: 10, windowMs: 60_000 },
    limits: { maxDepth: 64 },
    maxRemoved: 0.5,
    ignore: [],
    arrayKey: undefined,
    validateTimeoutMs: 1_000,
    readyTimeoutMs: 12_000,
    fallbackAfter: 5,
    maxStaleMs: 86_400_000,
  });
  expect(resolve({ polling: { deadlineMs: 500 } }).readyTimeoutMs).toBe(2_500);
  expect(resolve({ polling: { deadlineMs: MAX } }).readyTimeoutMs).toBe(MAX);
});

test('resolveConfig() takes false for any number of updates', () => {
  expect(resolve({ updates: false }).updates).toBeUndefined();
  expect(resolve({ updates: { max: 3 } }).updates).toEqual({ max: 3, windowMs: 60_000 });
});

test('resolveConfig() splits dotted paths and takes array forms as they are', () => {
  expect(resolve({ ignore: ['meta.at', ['a.b', 0]] }).ignore).toEqual([
    ['meta', 'at'],
    ['a.b', 0],
  ]);
});

test('resolveConfig() gives a source its own polling, or that of the config', () => {
  const sources = [{ loader, name: 'main', polling: { intervalMs: 5_000 } }];
  const own = resolveConfig('app', { sources, polling: { intervalMs: 7_000 } });
  expect(own.sources).toMatchObject([{ name: 'main', polling: { intervalMs: 5_000 } }]);
  const common = resolveConfig('app', { sources: [{ loader }], polling: { intervalMs: 7_000 } });
  expect(common.sources).toMatchObject([{ name: 'mock', polling: { intervalMs: 7_000 } }]);
});

test.each([
  ['zod', z.object({ a: z.number() })],
  ['valibot', v.object({ a: v.number() })],
  ['arktype', type({ a: 'number' })],
  [
    'a hand-written one',
    { '~standard': { version: 1, vendor: 'x', validate: () => ({ value: 1 }) } },
  ],
])('resolveConfig() takes a schema of %s', (_, schema) => {
  expect(resolve({ schema }).schema).toBe(schema);
});

test.each([
  {},
  { '~standard': null },
  { '~standard': { version: 2, validate: () => 1 } },
  { '~standard': { version: 1 } },
])('resolveConfig() refuses a schema that only looks like one: %j', (schema) => {
  expect(() => resolve({ schema })).toThrow('a Standard Schema validator');
});
