import { expect, expectTypeOf, test } from 'vitest';
import type { OverrideHandle, OverrideRehearsal, Secret } from '@holdfast/core';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { type Any, because, settledLayers } from './layers.fixture.ts';

const scene = () => settledLayers({ origin: { value: { pool: { size: 4 } } } });
const wrong = undefined as Any;

test.each<[string, (made: Awaited<ReturnType<typeof scene>>) => unknown, RegExp]>([
  [
    'get(undefined)',
    ({ app }) => app.get(wrong),
    /^Cannot use undefined as a path: it must be a text or/,
  ],
  ['get({})', ({ app }) => app.get({} as Any), /^Cannot use an object as a path: /],
  ['select(undefined)', ({ app }) => app.select(wrong), /^Cannot use undefined as a path: /],
  ['explain(undefined)', ({ app }) => app.explain(wrong), /^Cannot use undefined as a path: /],
  ['sourceOf(5)', ({ app }) => app.sourceOf(5 as Any), /^Cannot use a number as a path: /],
  [
    'rule(undefined)',
    ({ app }) => app.rule(wrong, () => true, 'no'),
    /^Cannot use undefined as a path: /,
  ],
  [
    'override(Symbol())',
    ({ app }) => app.override(Symbol('a') as Any, because),
    /^Config "app": The override /,
  ],
  [
    'override(Symbol(), 8)',
    ({ app }) => app.override(Symbol('a') as Any, 8, because),
    /^Cannot use a symbol as a path: /,
  ],
  [
    'override([Symbol()], 8)',
    ({ app }) => app.override([Symbol('a')] as Any, 8, because),
    /"path" of override\(\) of config "app" as it must be a path that is not empty: /,
  ],
  [
    'override([], 8)',
    ({ app }) => app.override([], 8, because),
    /"path" of override\(\) of config "app" as it must be a path that is not empty: /,
  ],
  [
    'manager.get(undefined)',
    ({ manager }) => manager.get(wrong),
    /"name" of get\(\) as it must be a text: /,
  ],
  ['override({})', ({ app }) => app.override({}, because), /The override is empty: /],
  [
    'override({ pool: undefined })',
    ({ app }) => app.override({ pool: undefined }, because),
    /The override is empty: /,
  ],
  [
    'override({ pool: … }) without a reason',
    ({ app }) => app.override({ pool: { size: 2 } }, wrong),
    /"options" of override\(\) of config "app" as it must be an object with by and reason: current value is undefined$/,
  ],
  ['unpin()', ({ app }) => app.unpin(wrong), /must be an object with by and reason: /],
  [
    'override(() => ({}))',
    ({ app }) => app.override(() => ({}), { ...because }),
    /The override is empty: /,
  ],
  [
    'contract({ name })',
    ({ app }) => app.contract({ name: 'x' } as Any),
    /"contract" of contract\(\) of config "app" as it must be an object with register\(\): /,
  ],
  [
    'contract(undefined)',
    ({ app }) => app.contract(wrong),
    /"contract" of contract\(\) of config "app" as it must be an object with register\(\): /,
  ],
])('%s is refused by name', async (_, call, message) => {
  const made = await scene();
  const called = (async () => call(made))();
  await expect(called).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringMatching(message),
  });
});

test('manager.get() knows no config of an empty name', async () => {
  const { manager } = await scene();
  expect(manager.get('')).toBeUndefined();
});

test('a secret in the place of an options object is not quoted', async () => {
  const { app } = await scene();
  await expect(app.override({ pool: { size: 8 } }, 'hunter2' as Any)).rejects.toMatchObject({
    message:
      'Cannot use "options" of override() of config "app" as it must be an object with by and reason: current value is a string',
  });
});

interface Typed {
  readonly pool: { readonly size: number; readonly token: Secret<string> };
  readonly 'dotted.key': boolean;
  readonly labels: Readonly<Record<string, string>>;
}

test('override() and rule() type paths in array form as get() does', async () => {
  const { manager, clock } = createTestManager();
  const value = { pool: { size: 4, token: 'a' }, 'dotted.key': true, labels: {} };
  const app = manager.register<Typed>('app', { loader: mockLoader({ value }) });
  await clock.advance(0);
  const handle = await app.override(['pool', 'size'], 8, because);
  expectTypeOf(handle).toEqualTypeOf<OverrideHandle>();
  await app.override(['dotted.key'], false, because);
  await app.override(['labels', 'team'], 'a', because);
  // raw, as in the document
  await app.override(['pool', 'token'], 'b', because);
  expect(app.current).toMatchObject({ pool: { size: 8, token: 'b' }, 'dotted.key': false });
  const dry = { ...because, dryRun: true } as const;
  expectTypeOf(await app.override(['pool', 'size'], 1, dry)).toEqualTypeOf<OverrideRehearsal>();
  expectTypeOf(await app.override('pool.size', 1, dry)).toEqualTypeOf<OverrideRehearsal>();
  expectTypeOf(await app.override({ pool: { size: 1 } }, dry)).toEqualTypeOf<OverrideRehearsal>();
  app.rule(['pool', 'size'], (size) => size > 0, 'must be positive')();
  app.rule(['dotted.key'], (key) => typeof key === 'boolean', 'must be known')();

  const calls = () => [
    // @ts-expect-error -- of another type
    app.override(['pool', 'size'], '8', because),
    // @ts-expect-error -- there is no such key
    app.override(['pool', 'sise'], 8, because),
    // @ts-expect-error -- nor such a value for the dotted one
    app.override('pool.size', '8', because),
    // @ts-expect-error -- the part is a number
    app.rule(['pool', 'size'], (size: string) => size !== '', 'no'),
    app.attach({ name: 'a', paths: ['pool.size', 'labels.any', ['pool']], apply() {} }),
    // @ts-expect-error -- there is no such key
    app.attach({ name: 'b', paths: ['pol'], apply() {} }),
    app.attach({
      name: 'c',
      // @ts-expect-error -- nor one below it
      paths: ['pool.sise'],
      apply() {},
    }),
  ];
  expect(calls).toBeTypeOf('function');
});
