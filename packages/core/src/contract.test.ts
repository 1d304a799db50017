import { createTestManager, mockLoader, recordEvents } from '@holdfast/testing';
import { beforeAll, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { createContract } from './contracts.ts';
import { preload } from './preload.ts';
import type { JsonValue } from './ports/json.ts';

beforeAll(preload);

const first = { version: 2, pool: { size: 4, host: 'a' }, log: { level: 'info' } };
const pool = createContract({
  name: 'pool',
  schema: z.object({ size: z.int().positive(), idleMs: z.int().default(1_000) }),
});

function scene(value?: JsonValue) {
  const { manager, clock } = createTestManager();
  const loader = mockLoader(value === undefined ? {} : { value });
  const app = manager.register('app', { loader });
  const events = recordEvents(manager, 'listener.failed');
  const failures = () => events.of('listener.failed').map(({ error }) => error.message);
  const serve = async (document: JsonValue) => {
    loader.next(document);
    const refreshed = app.refresh();
    await clock.advance(0);
    return refreshed;
  };
  return { manager, clock, app, serve, failures };
}

async function settledScene(value: JsonValue = first) {
  const made = scene(value);
  await made.clock.advance(0);
  return made;
}

test('contract() gives a module its own part, typed and made by its own schema', async () => {
  const { app } = await settledScene();
  const view = app.contract(pool, { path: 'pool' });
  expectTypeOf(view.current).toEqualTypeOf<{ readonly size: number; readonly idleMs: number }>();
  expect(view.current).toEqual({ size: 4, idleMs: 1_000 });
  expect(Object.isFrozen(view.current)).toBe(true);
  expect(view.select('size').current).toBe(4);
});

test('contract() shares with the config what the schema of the contract leaves as it is', async () => {
  const { app } = await settledScene();
  const loose = createContract({
    name: 'loose',
    schema: z.looseObject({ pool: z.looseObject({}) }),
  });
  expect(app.contract(loose).current).toBe(app.current);
  expect(app.contract(loose, { path: [] }).current.pool).toBe(app.get('pool'));
});

test('contract() tells a module of changes of its own part alone', async () => {
  const { app, serve } = await settledScene();
  const heard: unknown[] = [];
  app
    .contract(pool, { path: ['pool'] })
    .onChange(({ size }, { changes }) => heard.push([size, changes.length]));
  await serve({ ...first, pool: { size: 4, host: 'b' }, log: { level: 'debug' } });
  expect(heard).toEqual([]);
  await serve({ ...first, pool: { size: 5, host: 'b' } });
  expect(heard).toEqual([[5, 1]]);
});

test('contract() leaves a module that is not required with what it had, and tells', async () => {
  const { app, serve, failures } = await settledScene();
  const view = app.contract(pool, { path: 'pool' });
  expect(view.current.size).toBe(4);
  await serve({ ...first, pool: { size: -1, host: 'a' } });
  expect(app.get('pool.size')).toBe(-1);
  expect(view.current.size).toBe(4);
  expect(failures()).toEqual([
    expect.stringContaining(
      'Contract "pool" on config "app" at pool does not fit the schema: size: Too small',
    ),
  ]);
  await serve({ ...first, pool: { size: 8, host: 'a' } });
  expect(view.current.size).toBe(8);
});

test('contract() before there is a value, or on a part that is not there, gives a view that throws until it is', async () => {
  const made = scene();
  const view = made.app.contract(pool, { path: 'pool' });
  expect(() => view.current).toThrow(expect.objectContaining({ code: 'NO_VALUE' }));
  await made.serve({ other: 1 });
  expect(() => view.current).toThrow(expect.objectContaining({ code: 'SCHEMA_FAILED' }));
  await made.serve(first);
  expect(view.current.size).toBe(4);
});

test('contract() that is required throws at once when it refuses what is in force', async () => {
  const { app } = await settledScene({ pool: { size: 0 } });
  expect(() => app.contract(pool, { path: 'pool', required: true })).toThrow(
    expect.objectContaining({
      code: 'SCHEMA_FAILED',
      message:
        'Contract "pool" on config "app" at pool does not fit the schema: size: Too small: expected number to be >0',
    }),
  );
});

test.each([
  ['its version', 2, 2, 3],
  ['the last version of a range', [1, 3] as const, 3, 4],
  ['the first version of a range', [1, 3] as const, 1, 0],
  ['what its function takes', (version: unknown) => version === '2.1', '2.1', '3.0'],
])('a contract takes %s and no other', async (_, compatible, good, bad) => {
  const { app, serve, failures } = await settledScene({ version: good, n: 1 });
  const schema = z.object({ n: z.int() });
  const view = app.contract(createContract({ name: 'module', schema, compatible }));
  expect(view.current).toEqual({ n: 1 });
  await serve({ version: bad, n: 2 });
  expect(view.current).toEqual({ n: 1 });
  const named = typeof bad === 'number' ? bad : '(string)';
  expect(failures()).toEqual([
    expect.stringContaining(
      `Contract "module" on config "app" cannot read version ${named} of the document`,
    ),
  ]);
});

test('a contract whose function fails, or waits, takes no document', async () => {
  const { app } = await settledScene();
  const currentWith = (compatible: () => never) =>
    app.contract(createContract({ name: 'module', schema: z.unknown(), compatible })).current;
  expect(() =>
    currentWith(() => {
      throw new Error('oops');
    }),
  ).toThrow('compatible() threw (Error)');
  expect(() =>
    currentWith((async () => {
      throw new Error('oops');
    }) as never),
  ).toThrow('cannot read version 2');
});

test('a contract with an asynchronous schema takes no document', async () => {
  const { app } = await settledScene();
  const schema = z.object({}).refine(async () => true);
  const view = app.contract(createContract({ name: 'slow', schema }));
  expect(() => view.current).toThrow(
    'Contract "slow" on config "app" cannot be checked at once: the schema is asynchronous',
  );
});

test.each([
  [{ name: '', schema: z.unknown() }, 'name'],
  [{ name: 'x', schema: {} }, 'schema'],
  [{ name: 'x', schema: z.unknown(), compatible: '^2' }, 'compatible'],
  [{ name: 'x', schema: z.unknown(), compatible: [3, 1] }, 'compatible'],
  [{ name: 'x', schema: z.unknown(), compatible: [1] }, 'compatible'],
])('createContract() refuses %o', (options, named) => {
  expect(() => createContract(options as never)).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining(`Cannot use "${named}" of createContract()`),
    }),
  );
});

test('contract() refuses wrong options by name', async () => {
  const { app } = await settledScene();
  const use = (options: object) => () => app.contract(pool, options);
  const of = 'of contract "pool" on config "app"';
  expect(use({ path: 5 })).toThrow(`Cannot use "path" ${of}`);
  expect(use({ required: 'yes' })).toThrow(`Cannot use "required" ${of}`);
  expect(use({ signal: {} })).toThrow(`Cannot use "signal" ${of}`);
  expect(use({ requierd: true })).toThrow('did you mean "required"?');
});
