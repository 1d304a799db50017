import { isHoldfastError, type JsonValue } from '@holdfast/core';
import { preload } from '@holdfast/core/preload';
import { mockLoader, recordEvents, createTestManager } from '@holdfast/testing';
import { beforeAll, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';

beforeAll(preload);

const schema = z.object({
  pool: z.object({ size: z.int().min(1).max(64), hosts: z.array(z.string()) }),
  log: z.object({ level: z.enum(['info', 'debug']).default('info') }).default({ level: 'info' }),
  labels: z.record(z.string(), z.string()).optional(),
});

const first = { pool: { size: 4, hosts: ['a', 'b'] }, log: { level: 'info' } };

async function scene() {
  const { manager, clock } = createTestManager();
  const loader = mockLoader({ value: first });
  const app = manager.register('app', { loader, schema });
  await clock.advance(0);
  const serve = async (document: JsonValue) => {
    loader.next(document);
    const refreshed = app.refresh();
    await clock.advance(0);
    return refreshed;
  };
  return { manager, clock, loader, app, serve };
}

/** What a call throws, in one line. */
function thrownBy(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return isHoldfastError(error) ? `${error.code}: ${error.message}` : `foreign: ${String(error)}`;
  }
  return 'nothing';
}

test('with() gives the value with the overrides, and shares what they do not touch', async () => {
  const { app } = await scene();
  const acme = app.with({ pool: { size: 9 } });
  expect(acme.current).toEqual({ ...first, pool: { size: 9, hosts: ['a', 'b'] } });
  expect(acme.current.log).toBe(app.current.log);
  expect(acme.current.pool.hosts).toBe(app.current.pool.hosts);
  expect(Object.isFrozen(acme.current.pool)).toBe(true);
  expect(app.current).toEqual(first);
});

test('with() gives the very value of the config where the overrides say what it says', async () => {
  const { app } = await scene();
  expect(app.with({}).current).toBe(app.current);
  expect(app.with({ pool: { size: 4 } }).current).toBe(app.current);
  expect(app.with({ pool: { size: 9 } }).with({ pool: { size: 4 } }).current).toBe(app.current);
});

test('with() follows the documents, and computes once per version', async () => {
  const { manager, clock } = createTestManager();
  let calls = 0;
  const loader = mockLoader({ value: { size: 1, other: 0 } });
  const counted = z.object({ size: z.int(), other: z.int() }).refine(() => (calls += 1));
  const app = manager.register('app', { loader, schema: counted });
  await clock.advance(0);
  calls = 0;
  const view = app.with({ size: 7 });
  for (let n = 0; n < 10; n++) expect(view.current).toEqual({ size: 7, other: 0 });
  expect(calls).toBe(1);
  loader.next({ size: 2, other: 5 });
  const refreshed = app.refresh();
  await clock.advance(0);
  await refreshed;
  expect(calls).toBe(2);
  for (let n = 0; n < 10; n++) expect(view.current).toEqual({ size: 7, other: 5 });
  expect(calls).toBe(3);
});

test('with() keeps the identity of its value while nothing in it changes', async () => {
  const { app, serve } = await scene();
  const acme = app.with({ pool: { size: 9 } });
  const before = acme.current;
  await serve({ ...first, pool: { size: 5, hosts: ['a', 'b'] } });
  expect(app.current.pool.size).toBe(5);
  expect(acme.current).toBe(before);
  await serve({ ...first, pool: { size: 5, hosts: ['c'] } });
  expect(acme.current.pool.hosts).toBe(app.current.pool.hosts);
  expect(acme.current.log).toBe(before.log);
});

test('with() gives one view for equal overrides, however they are written', async () => {
  const { app } = await scene();
  const view = app.with({ pool: { size: 9, hosts: ['x'] }, log: { level: 'debug' } });
  expect(app.with({ log: { level: 'debug' }, pool: { hosts: ['x'], size: 9 } })).toBe(view);
  expect(app.with({ log: { level: 'debug' }, pool: { size: 9, hosts: ['y'] } })).not.toBe(view);
  expect(app.with({ pool: { size: 9 } }).with({ log: {} })).not.toBe(
    app.with({ pool: { size: 9 }, log: {} }),
  );
});

test('with() remembers the thousand views that were asked for last', async () => {
  const { manager, clock } = createTestManager();
  const app = manager.register('app', { loader: mockLoader({ value: { n: -1 } }) });
  await clock.advance(0);
  const views = Array.from({ length: 1_000 }, (_, n) => app.with({ n }));
  expect(app.with({ n: 0 })).toBe(views[0]); // so that 1 is the oldest
  app.with({ n: 1_000 });
  expect(app.with({ n: 0 })).toBe(views[0]);
  expect(views.slice(2).every((view, i) => app.with({ n: i + 2 }) === view)).toBe(true);
  expect(app.with({ n: 1 })).not.toBe(views[1]);
  expect(views[1]!.current).toEqual({ n: 1 }); // whoever has it may go on with it
});

test('with() throws at once when the schema refuses the overrides, naming config and paths, and no value', async () => {
  const { app, manager } = await scene();
  const events = recordEvents(manager, 'listener.failed');
  expect(thrownBy(() => app.with({ pool: { size: 6_500 } }))).toBe(
    'SCHEMA_FAILED: Config "app" with overrides of pool.size does not fit the schema: pool.size: Too big: expected number to be <=64',
  );
  const two = () => app.with({ pool: { size: 9 } }).with({ labels: { a: 'x' }, pool: 5 } as never);
  expect(thrownBy(two)).toMatch(
    /^SCHEMA_FAILED: .* with overrides of pool\.size, labels\.a, pool does not fit/,
  );
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`k${n}`, n]));
  expect(thrownBy(() => app.with({ labels: many } as never))).toContain(
    'labels.k4 and 4 more does',
  );
  expect(events.of('listener.failed')).toEqual([]);
});

test('with() refuses what is no JSON, what is beyond the limits, and keys that reach a prototype', async () => {
  const { manager, clock } = createTestManager();
  const limits = { maxKeys: 3, maxDepth: 4 };
  const app = manager.register('app', { loader: mockLoader({ value: {} }), limits });
  await clock.advance(0);
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const start =
    'INVALID_OPTIONS: Cannot use "overrides" of with() of config "app" as it must be JSON';
  for (const wrong of [
    undefined,
    { a: () => 5 },
    { a: new Date(0) },
    { a: NaN },
    { a: 1, b: 2, c: 3, d: 4 },
    { a: { b: { c: { d: {} } } } },
    loop,
    proxy,
    JSON.parse('{"__proto__": {"admin": true}}'),
    { constructor: { prototype: {} } },
  ]) {
    expect(thrownBy(() => app.with(wrong))).toContain(start);
  }
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
});

test('with() takes overrides as they are at that moment', async () => {
  const { app, serve } = await scene();
  const overrides = { pool: { hosts: ['x'] } };
  const view = app.with(overrides);
  overrides.pool.hosts.push('y');
  await serve({ ...first, log: { level: 'debug' } });
  expect(view.current.pool.hosts).toEqual(['x']);
});

test('with() refuses a schema that is asynchronous', async () => {
  const { manager, clock } = createTestManager();
  const slow = z.object({ a: z.int() }).refine(async () => true);
  const app = manager.register('app', { loader: mockLoader({ value: { a: 1 } }), schema: slow });
  await clock.advance(0);
  expect(app.current).toEqual({ a: 1 });
  expect(thrownBy(() => app.with({ a: 2 }))).toBe(
    'SCHEMA_FAILED: Config "app" with overrides of a cannot be checked at once: the schema is asynchronous',
  );
});

test('with() before there is a value gives a view whose current throws NO_VALUE, and follows the first one', async () => {
  const { manager, clock } = createTestManager();
  const app = manager.register('app', { loader: mockLoader({ value: first }), schema });
  const view = app.with({ pool: { size: 9 } });
  const wrong = app.with({ pool: { size: 0 } });
  expect(thrownBy(() => view.current)).toMatch(/^NO_VALUE/);
  await clock.advance(0);
  expect(view.current.pool.size).toBe(9);
  expect(thrownBy(() => wrong.current)).toMatch(/^SCHEMA_FAILED: .*pool\.size/);
});

test('with() serves defaults with the overrides at once, too', () => {
  const { manager } = createTestManager();
  const app = manager.register('app', { loader: mockLoader(), defaults: { size: 1, name: 'x' } });
  expect(app.with({ size: 2 }).current).toEqual({ size: 2, name: 'x' });
});

test('C13 a view of with() keeps its value when a later document does not go with its overrides, and tells', async () => {
  const { manager, clock } = createTestManager();
  const both = z.object({ a: z.int(), b: z.int() }).refine(({ a, b }) => a + b < 10);
  const loader = mockLoader({ value: { a: 1, b: 1 } });
  const app = manager.register('app', { loader, schema: both });
  const events = recordEvents(manager, 'listener.failed');
  await clock.advance(0);
  const view = app.with({ a: 8 });
  const serve = async (b: number) => {
    loader.next({ a: 1, b });
    const refreshed = app.refresh();
    await clock.advance(0);
    await refreshed;
  };
  await serve(5);
  expect([app.current, view.current]).toEqual([
    { a: 1, b: 5 },
    { a: 8, b: 1 },
  ]);
  void view.current;
  const failures = events.of('listener.failed').map(({ error }) => error.message);
  expect(failures).toEqual([
    expect.stringContaining('Config "app" with overrides of a does not fit'),
  ]);
  await serve(0);
  expect(view.current).toEqual({ a: 8, b: 0 });
});

test('onChange() of a view of with() tells only of what changes for that view', async () => {
  const { app, serve } = await scene();
  const heard: unknown[] = [];
  const acme = app.with({ pool: { size: 9 } });
  acme.onChange(({ pool }, { changes }) =>
    heard.push([pool.size, changes.map(({ path }) => path.join('.'))]),
  );
  acme
    .with({ log: { level: 'debug' } })
    .select('log.level')
    .onChange(() => heard.push('never'));
  acme.select('log.level').onChange((level) => heard.push(level));
  await serve({ ...first, pool: { size: 5, hosts: ['a', 'b'] } });
  expect(heard).toEqual([]);
  await serve({ pool: { size: 6, hosts: ['a', 'c'] }, log: { level: 'debug' } });
  expect(heard).toEqual([[9, ['pool.hosts.1', 'log.level']], 'debug']);
});

test('a view of with() follows a document whose change the schema hides from the config', async () => {
  const { manager, clock } = createTestManager();
  const hiding = z
    .object({ on: z.boolean(), size: z.int() })
    .transform((raw) => (raw.on ? raw.size : 0));
  const loader = mockLoader({ value: { on: false, size: 1 } });
  const app = manager.register('app', { loader, schema: hiding });
  await clock.advance(0);
  const view = app.with({ on: true });
  const heard: number[] = [];
  view.onChange((size) => heard.push(size));
  app.onChange(() => heard.push(-1));
  loader.next({ on: false, size: 5 });
  const refreshed = app.refresh();
  await clock.advance(0);
  await refreshed;
  expect([app.current, app.status.version, view.current, heard]).toEqual([0, 1, 5, [5]]);
});

test('with() gives views of values that a schema makes anew each time, and keeps their identity', async () => {
  const { manager, clock } = createTestManager();
  const made = z.object({
    url: z.string().transform((text) => new URL(text)),
    n: z.int().default(1),
  });
  const app = manager.register('app', {
    loader: mockLoader({ value: { url: 'https://a.test' } }),
    schema: made,
  });
  await clock.advance(0);
  expect(app.with({ n: 2 }).current.url).toBe(app.current.url);
  expect(app.with({ url: 'https://b.test' }).current.url.href).toBe('https://b.test/');
});

test('with() goes on after close()', async () => {
  const { app, manager } = await scene();
  const view = app.with({ pool: { size: 9 } });
  await manager.close();
  expect([view.current.pool.size, app.with({ pool: { size: 3 } }).current.pool.size]).toEqual([
    9, 3,
  ]);
});

test('with() takes some of what the schema takes, and gives all of what it makes', async () => {
  const { manager } = createTestManager();
  const typed = z.object({
    retries: z.string().transform(Number),
    pool: z.object({ size: z.int(), hosts: z.array(z.string()) }),
  });
  const loader = mockLoader({ value: { retries: '3', pool: { size: 1, hosts: [] as string[] } } });
  const app = manager.register('typed', { loader, schema: typed });
  expectTypeOf(app.with({ retries: '4' })).toHaveProperty('current');
  expectTypeOf<ReturnType<typeof app.with>['current']>().toEqualTypeOf<typeof app.current>();
  const hosts: readonly string[] = ['a'];
  app.with({ retries: undefined, pool: { hosts } }).with({ pool: { size: 2 } });
  // @ts-expect-error -- the schema takes a text
  app.with({ retries: 4 });
  // @ts-expect-error -- there is no such key
  app.with({ pool: { sise: 4 } });
  // @ts-expect-error -- nor after another one
  app.with({ retries: '4' }).with({ pol: {} });
  const plain = manager.register<{ a: number; b?: { c: string } }>('plain', {
    loader: mockLoader(),
  });
  plain.with({ b: { c: 'x' } });
  // @ts-expect-error -- of another type
  plain.with({ a: 'x' });
});
