import { expect, test } from 'vitest';
import { OptionCheck } from './check.ts';
import { refusalOf, without } from './refusals.fixture.ts';
import { resolveVersions, type VersionOptions } from './versions.ts';

const resolve = (options: unknown) =>
  resolveVersions(options as VersionOptions, new OptionCheck('config "app"'));
const migrate = (document: unknown): unknown => document;

test('resolveVersions() asks nothing by default, and shares that', () => {
  expect(resolve({})).toEqual({ accepts: undefined, migrations: new Map(), monotonic: undefined });
  expect(resolve({ accepts: undefined })).toBe(resolve({}));
});

test('resolveVersions() takes numbers, functions and both forms of a path', () => {
  const accepts = (): boolean => true;
  expect(resolve({ accepts: 0 }).accepts).toBe(0);
  expect(resolve({ accepts }).accepts).toBe(accepts);
  expect(resolve({ monotonic: 'meta.revision' }).monotonic).toEqual(['meta', 'revision']);
  expect(resolve({ monotonic: ['a.b', 0] }).monotonic).toEqual(['a.b', 0]);
});

test('resolveVersions() finds steps by the version that they are from', () => {
  const { migrations } = resolve({
    migrations: [
      { from: 1, to: 2, migrate },
      { from: 0, to: 1, migrate },
    ],
  });
  expect([...migrations.keys()]).toEqual([1, 0]);
  expect(migrations.get(0)).toEqual({ from: 0, to: 1, migrate });
});

const step = (from: number, to: number) => ({ from, to, migrate });

test.each([
  [[step(1, 1)], 'migrations[0].to', 'a version from which no step leads back to 1', '1'],
  [
    [step(1, 2), step(2, 1)],
    'migrations[1].to',
    'a version from which no step leads back to 2',
    '1',
  ],
  [
    [step(3, 1), step(1, 2), step(2, 3)],
    'migrations[2].to',
    'a version from which no step leads back to 2',
    '3',
  ],
  [[step(1, 2), step(1, 3)], 'migrations[1].from', 'one that no other step has', '1'],
])(
  'resolveVersions() refuses steps that are a circle or are not one way',
  (migrations, ...rest) => {
    const [option, allowed, shown] = rest;
    expect(refusalOf(() => resolve({ migrations }))).toBe(
      `Cannot use "${option}" of config "app" as it must be ${allowed}: current value is ${shown}`,
    );
  },
);

test.each(without(0, 2 ** 53).filter(([value]) => typeof value !== 'function'))(
  'resolveVersions() refuses accepts: %s',
  (accepts, shown) => {
    expect(refusalOf(() => resolve({ accepts }))).toBe(
      `Cannot use "accepts" of config "app" as it must be a whole number of at least 0, or a function: current value is ${shown}`,
    );
  },
);

test.each(without('60_000'))('resolveVersions() refuses monotonic: %s', (monotonic, shown) => {
  expect(refusalOf(() => resolve({ monotonic }))).toBe(
    `Cannot use "monotonic" of config "app" as it must be a path, dotted or in array form: current value is ${shown}`,
  );
});

test.each([
  [5, '"migrations"'],
  [[5], '"migrations[0]"'],
  [[{ ...step(1, 2), from: -1 }], '"migrations[0].from"'],
  [[{ ...step(1, 2), to: 1.5 }], '"migrations[0].to"'],
  [[{ ...step(1, 2), migrate: 'x' }], '"migrations[0].migrate"'],
  [[{ ...step(1, 2), form: 1 }], '"migrations[0].form"'],
])('resolveVersions() names what is wrong with a step: %j', (migrations, named) => {
  expect(refusalOf(() => resolve({ migrations }))).toContain(named);
});
