import { memoryCache } from '@holdfast/core/memory-cache';
import { expect, test } from 'vitest';
import { sceneClock, soon } from '../promises/scene.fixture.ts';
import {
  type Any,
  because,
  followed,
  layers,
  polled,
  schemaOf,
  settledLayers,
  stateOf,
} from './layers.fixture.ts';

const doc = { pool: { size: 4, hosts: ['a'] }, log: 'info' };
const one = { origin: { value: doc } };
/** Refuses pools of no size, and no pools. */
const sized = schemaOf((value) => value?.pool?.size > 0);

test('override() lays a patch over the documents until it is cleared', async () => {
  const { app, record } = await settledLayers(one);
  const held = await app.override({ log: 'debug' }, because);
  expect(app.current).toEqual({ ...doc, log: 'debug' });
  expect(record.of('config.changed')).toMatchObject([
    { version: 2, trigger: 'override', ...because },
  ]);
  expect(record.of('override.set')).toMatchObject([{ id: held.id, paths: ['log'], ...because }]);
  expect(await held.clear()).toMatchObject({ kind: 'accepted', version: 3 });
  expect(app.current).toEqual(doc);
  expect(record.of('override.cleared')).toMatchObject([
    { id: held.id, because: 'cleared', ...because },
  ]);
  expect(await held.clear()).toEqual({ kind: 'unchanged' });
  expect(record.of('override.cleared')).toHaveLength(1);
});

test('override() takes a function of the value, a path, and several values at once', async () => {
  const { app } = await settledLayers(one);
  await app.override(({ pool }: Any) => ({ pool: { size: pool.size * 2 } }), because);
  expect(app.current.pool).toEqual({ size: 8, hosts: ['a'] });
  await app.override('pool.size', 9, because);
  await app.override({ log: 'warn', pool: { hosts: [] } }, because);
  expect(app.current).toEqual({ pool: { size: 9, hosts: [] }, log: 'warn' });
  expect(await app.sourceOf('pool.size')).toBe((await app.overrides())[1]?.id);
});

test('overrides lie on top of each other, and are cleared in any order', async () => {
  const { app } = await settledLayers(one);
  const low = await app.override({ log: 'low', pool: { size: 1 } }, because);
  const high = await app.override({ log: 'high' }, because);
  await low.clear();
  expect(app.current).toEqual({ ...doc, log: 'high' });
  const higher = await app.override({ log: 'higher' }, because);
  await higher.clear();
  expect(app.current.log).toBe('high');
  await high.clear();
  expect(app.current).toEqual(doc);
});

test('clearOverrides() leaves what the sources say', async () => {
  const { app, record } = await settledLayers(one);
  const held = await app.override({ log: 'debug' }, because);
  await app.override({ pool: { size: 1 } }, because);
  await app.clearOverrides({ by: 'bob', reason: 'done' });
  expect(app.current).toEqual(doc);
  expect(await app.overrides()).toEqual([]);
  expect(record.of('override.cleared')).toMatchObject([{ by: 'bob' }, { by: 'bob' }]);
  expect(await held.clear()).toEqual({ kind: 'unchanged' });
});

test('override() with ttlMs ends by itself, by the clock', async () => {
  const { app, clock, record } = await settledLayers(one);
  await app.override({ log: 'debug' }, { ...because, ttlMs: 3_600_000 });
  const expiresAt = clock.now() + 3_600_000;
  expect(await app.overrides()).toMatchObject([{ ...because, expiresAt, patch: { log: 'debug' } }]);
  await clock.advance(3_599_999);
  expect(app.current.log).toBe('debug');
  record.clear();
  await clock.advance(1);
  expect(app.current.log).toBe('info');
  expect(record.of('config.changed')).toMatchObject([{ trigger: 'expiry' }]);
  expect(record.of('override.cleared')).toMatchObject([{ because: 'expired' }]);
});

test('override() with ttlMs ends where time goes on between two looks at the clock, as it does', async () => {
  const still = sceneClock();
  let passed = 0;
  const clock = { ...still, monotonic: () => still.monotonic() + (passed += 0.001) };
  const { app } = layers(one, { manager: { clock } });
  await still.advance(1);
  await app.override({ log: 'debug' }, { ...because, ttlMs: 1_000 });
  await still.advance(1_001);
  expect(app.current.log).toBe('info');
});

test('override() with ttlMs ends while the machine sleeps', async () => {
  const { app, clock } = await settledLayers(one);
  await app.override({ log: 'debug' }, { ...because, ttlMs: 3_600_000 });
  clock.suspend(3_600_000);
  await clock.advance(60_000);
  expect(app.current.log).toBe('info');
});

test('overrides of which several end at once all end', async () => {
  const { app, clock, record } = await settledLayers(one);
  const options = { ...because, ttlMs: 1_000 };
  await Promise.all([1, 2, 3].map((n) => app.override({ [`k${n}`]: n }, options)));
  await clock.advance(1_000);
  expect(app.current).toEqual(doc);
  expect(record.of('override.cleared')).toHaveLength(3);
});

test('override() that the schema refuses rejects and changes nothing', async () => {
  const made = await settledLayers(one, { config: { schema: sized } });
  const before = stateOf(made);
  const { current } = made.app;
  await expect(made.app.override({ pool: { size: 0 } }, because)).rejects.toMatchObject({
    code: 'SCHEMA_FAILED',
    message: expect.stringMatching(/^Config "app": What it would come to does not fit the schema/),
  });
  expect(stateOf(made)).toEqual(before);
  expect(made.app.current).toBe(current);
  expect(await made.app.overrides()).toEqual([]);
  expect(made.record.of('override.set')).toEqual([]);
});

test.each([
  ['no object', 'text'],
  ['no JSON', { at: new Date() }],
  [
    'a function that throws',
    () => {
      throw new Error('no');
    },
  ],
  ['the prototype', JSON.parse('{"__proto__":{"a":1}}')],
])('override() with %s rejects with INVALID_OPTIONS', async (_, patch) => {
  const made = await settledLayers(one);
  const before = stateOf(made);
  await expect(made.app.override(patch, because)).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
  });
  expect(stateOf(made)).toEqual(before);
});

test.each([
  ['nothing at a path', ['pool.size', undefined], 'pool.size'],
  ['nothing within', [{ pool: { size: undefined } }], 'pool.size'],
  ['nothing beside something', [{ log: 'warn', pool: { size: undefined } }], 'pool.size'],
  ['a function of nothing within', [() => ({ pool: { size: undefined } })], 'pool.size'],
])('override() of %s rejects naming the path', async (_, what, path) => {
  const { app } = await settledLayers(one);
  const { override }: Any = { override: (...given: Any) => (app as Any).override(...given) };
  await expect(override(...what, because)).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: `Config "app": The override would change nothing: it is empty at ${path}`,
  });
  expect(await app.overrides()).toEqual([]);
});

test('override() leaves out what is undefined beside a value, and takes an empty object that is meant', async () => {
  const { app } = await settledLayers(one);
  await app.override({ pool: { size: 9, hosts: undefined } }, because);
  await app.override({ more: {} }, because);
  expect(app.current).toEqual({ ...doc, pool: { size: 9, hosts: ['a'] }, more: {} });
});

test('override() of a path through an array rejects with INVALID_OPTIONS', async () => {
  const { app } = await settledLayers(one);
  await expect(app.override('pool.hosts.0', 'b', because)).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
  });
});

test('dryRun lists what would change, or every problem, and changes nothing', async () => {
  const made = await settledLayers(one);
  const { app, record } = made;
  app.rule('pool.size', (size: Any) => size < 10, 'is too much');
  app.rule('log', (log: Any) => log !== 'none', 'says nothing');
  app.attach({ name: 'pool', canApply: () => 'not now' });
  const before = stateOf(made);
  record.clear();
  const run = await app.override({ pool: { size: 99 }, log: 'none' }, { ...because, dryRun: true });
  expect(run.changes).toMatchObject([
    { path: ['pool', 'size'], kind: 'changed', before: 4, after: 99 },
    { path: ['log'], before: 'info', after: 'none' },
  ]);
  expect(run.problems.map(({ code }: { code: string }) => code)).toEqual([
    'CHECK_FAILED',
    'CHECK_FAILED',
    'VETOED',
  ]);
  for (const { message } of run.problems) expect(message).toMatch(/^Config "app": /);
  expect(stateOf(made)).toEqual(before);
  expect(await app.overrides()).toEqual([]);
  expect(record.types).toEqual([]);
});

test('dryRun of what would be no value says so', async () => {
  const { app } = await settledLayers(one, { config: { schema: sized } });
  expect(await app.override({ pool: null }, { ...because, dryRun: true })).toMatchObject({
    changes: [],
    problems: [
      {
        code: 'SCHEMA_FAILED',
        message: expect.stringMatching(/^Config "app": the value does not/),
      },
    ],
  });
});

test('check() finds what rules of today have against what is in force', async () => {
  const made = await settledLayers(one);
  expect(await made.app.check()).toEqual({ changes: [], problems: [], pendingRestart: [] });
  made.app.rule('pool.size', (size: Any) => size > 5, 'is too small');
  expect(await made.app.check()).toMatchObject({
    changes: [],
    problems: [{ code: 'CHECK_FAILED', message: expect.stringContaining('is too small') }],
  });
  expect(made.app.current).toEqual(doc);
});

test('a document that would do without an override is refused naming it, kept, and taken when that is cleared', async () => {
  const made = await settledLayers(one, {
    config: { schema: schemaOf(({ low = 0, high = 10 }) => low < high) },
  });
  const { app, loaders, clock } = made;
  const held = await app.override({ low: 5 }, { by: 'ann', reason: 'load test' });
  loaders.origin.next({ ...doc, high: 3 });
  const outcome = await polled(made);
  expect(outcome).toMatchObject({ kind: 'refused', error: { code: 'SCHEMA_FAILED' } });
  expect(outcome).toHaveProperty(
    'error.message',
    expect.stringContaining(`it would do without override ${held.id} by ann (load test)`),
  );
  expect(app.status.sources[0]!.waiting).toMatchObject({ kind: 'kept' });
  loaders.origin.fail(Infinity);
  const { loads } = loaders.origin;
  await held.clear();
  await clock.advance(0);
  expect(app.current).toEqual({ ...doc, high: 3 });
  expect(app.status.sources[0]!.waiting).toBeUndefined();
  expect(loaders.origin.loads).toBe(loads);
});

test('clear() that is refused ends the override as soon as the documents are a value without it', async () => {
  const made = await settledLayers(
    {
      low: { value: { a: 1 } },
      high: { optional: true, value: { pool: { size: 2 } }, whenAbsent: 'empty' },
    },
    { config: { schema: sized } },
  );
  const { app, loaders } = made;
  const held = await app.override({ pool: { size: 5 } }, because);
  loaders.high.absent();
  await polled(made);
  expect(await held.clear()).toMatchObject({ kind: 'refused' });
  expect(app.current.pool).toEqual({ size: 5 });
  expect(await app.overrides()).toHaveLength(1);
  loaders.high.next({ pool: { size: 3 } });
  await polled(made);
  await made.clock.advance(1);
  expect(app.current.pool).toEqual({ size: 3 });
  expect(await app.overrides()).toEqual([]);
});

test('an override that ends while a participant vetoes it ends when that agrees, without another change', async () => {
  const { app, clock } = await settledLayers(one);
  let agrees = true;
  app.attach({ name: 'pool', canApply: () => agrees });
  await app.override({ log: 'debug' }, { ...because, ttlMs: 1_000 });
  agrees = false;
  await clock.advance(2_000);
  expect(app.current.log).toBe('debug');
  agrees = true;
  await clock.advance(600_000);
  expect(app.current.log).toBe('info');
});

test('clear() that is vetoed is tried again by itself', async () => {
  const { app, clock } = await settledLayers(one);
  let agrees = true;
  app.attach({ name: 'pool', canApply: () => agrees });
  const held = await app.override({ log: 'debug' }, because);
  agrees = false;
  expect(await held.clear()).toMatchObject({ kind: 'vetoed' });
  agrees = true;
  await clock.advance(600_000);
  expect(app.current.log).toBe('info');
});

test('await using takes the override away, also when others changed the config meanwhile', async () => {
  const made = await settledLayers(one);
  await (async () => {
    await using held = await made.app.override({ log: 'debug' }, because);
    expect(held.id).not.toBe('');
    made.loaders.origin.next({ ...doc, log: 'warn', more: 1 });
    await polled(made);
    expect(made.app.current).toEqual({ ...doc, log: 'debug', more: 1 });
  })();
  expect(made.app.current).toEqual({ ...doc, log: 'warn', more: 1 });
});

test('an override is no update of a source: no limit holds it, and it takes no place of one', async () => {
  const made = await settledLayers(one, { config: { updates: { max: 2, windowMs: 600_000 } } });
  for (let i = 0; i < 5; i++) await (await made.app.override({ i }, because)).clear();
  made.loaders.origin.next({ ...doc, log: 'warn' });
  expect(await polled(made)).toMatchObject({ kind: 'accepted' });
});

test('override() before there is a document lies over the documents that come', async () => {
  const made = layers(one, { config: { defaults: { log: 'warn', pool: { size: 1, hosts: [] } } } });
  await soon(made.clock, made.app.override({ log: 'debug' }, because), 0);
  expect(made.app.current.log).toBe('debug');
  await made.clock.advance(1);
  expect(made.app.current).toEqual({ ...doc, log: 'debug' });
});

test('override() of a closed config rejects with CLOSED', async () => {
  const made = await settledLayers(one);
  await made.manager.close();
  await expect(made.app.override({ log: 'debug' }, because)).rejects.toMatchObject({
    code: 'CLOSED',
  });
});

test('an override that cannot end does not keep another one from it', async () => {
  const made = await settledLayers(one, { config: { schema: schemaOf((v) => v.pool?.size > 0) } });
  const { app, clock, loaders } = made;
  await app.override({ pool: { size: 5 } }, { ...because, ttlMs: 1_000 });
  await app.override({ log: 'debug' }, { ...because, ttlMs: 2_000 });
  loaders.origin.next({ log: 'info', pool: { size: 0 } });
  await polled(made);
  loaders.origin.next({ log: 'info' });
  await polled(made);
  loaders.origin.fail(Infinity);
  await clock.advance(1_000);
  expect(app.current).toEqual({ log: 'debug', pool: { size: 5 } });
  await clock.advance(1_000);
  expect(app.current).toEqual({ log: 'info', pool: { size: 5 } });
});

test('identity: what an override brought and then a document, and is there still, is the same object', async () => {
  const made = await settledLayers(one);
  const held = await made.app.override({ pool: { size: 9 } }, because);
  const { pool } = made.app.current;
  made.loaders.origin.next({ ...doc, pool: { ...doc.pool, size: 9 } });
  await polled(made);
  const { current } = made.app;
  expect(await held.clear()).toMatchObject({ kind: 'accepted', changed: false });
  expect(made.app.current).toBe(current);
  made.loaders.origin.next({ ...doc, log: 'debug', pool: { ...doc.pool, size: 9 } });
  await polled(made);
  expect(made.app.current.pool).toBe(pool);
});

test('persist: a restart keeps the override, for as long as it was to last', async () => {
  const clock = sceneClock();
  const cache = memoryCache({ clock });
  const manager = { clock, cache };
  const before = await settledLayers(one, { manager });
  const options = { ...because, ttlMs: 3_600_000, persist: true };
  await before.app.override({ log: 'debug' }, options);
  await before.app.override({ pool: { size: 9 } }, because);
  await before.manager.close();
  const after = layers(one, { manager });
  await clock.advance(1);
  expect(after.app.current).toEqual({ ...doc, log: 'debug' });
  expect(await after.app.overrides()).toMatchObject([{ ...because, persist: true }]);
  await clock.advance(3_600_000);
  expect(after.app.current.log).toBe('info');
  await after.manager.close();
  const third = await settledLayers(one, { manager });
  expect(await third.app.overrides()).toEqual([]);
  await third.manager.close();
});

test('persist: what ended while the process was down does not come back', async () => {
  const clock = sceneClock();
  const manager = { clock, cache: memoryCache({ clock }) };
  const before = await settledLayers(one, { manager });
  await before.app.override({ log: 'debug' }, { ...because, ttlMs: 1_000, persist: true });
  await before.manager.close();
  await clock.advance(1_000);
  const after = await settledLayers(one, { manager });
  expect(after.app.current).toEqual(doc);
  await after.manager.close();
});

test('persist: an override that was cleared does not come back', async () => {
  const clock = sceneClock();
  const manager = { clock, cache: memoryCache({ clock }) };
  const before = await settledLayers(one, { manager });
  const held = await before.app.override({ log: 'debug' }, { ...because, persist: true });
  await held.clear();
  await before.manager.close();
  const after = await settledLayers(one, { manager });
  expect(after.app.current).toEqual(doc);
  await after.manager.close();
});

test('persist: overrides of before and after a restart are told apart', async () => {
  const clock = sceneClock();
  const manager = { clock, cache: memoryCache({ clock }) };
  const before = await settledLayers(one, { manager });
  await before.app.override({ log: 'debug' }, { ...because, persist: true });
  await before.manager.close();
  const after = await settledLayers(one, { manager });
  const held = await after.app.override({ pool: { size: 9 } }, because);
  await held.clear();
  expect(after.app.current).toEqual({ ...doc, log: 'debug' });
  await after.manager.close();
});

test('persist: an override that is set while those of before the restart are read stands beside them', async () => {
  const clock = sceneClock();
  const manager = { clock, cache: memoryCache({ clock }) };
  const before = await settledLayers(one, { manager });
  await before.app.override({ log: 'debug' }, { ...because, persist: true });
  await before.manager.close();
  const defaults = { pool: { size: 1, hosts: [] }, log: 'warn' };
  const after = layers(one, { manager, config: { defaults } });
  const set = after.app.override({ pool: { size: 9 } }, { ...because, persist: true });
  await clock.advance(1);
  await set;
  expect(after.app.current).toEqual({ pool: { size: 9, hosts: ['a'] }, log: 'debug' });
  await after.manager.close();
  const third = await settledLayers(one, { manager });
  expect(third.app.current).toMatchObject({ pool: { size: 9 }, log: 'debug' });
  await third.manager.close();
});

test('an operator call holds the process open until it settles', async () => {
  const { app, clock } = await settledLayers(one);
  const hung = { name: 'pool', canApply: () => new Promise<void>(() => {}) };
  app.attach(hung);
  const set = followed(app.override({ log: 'debug' }, because));
  await clock.advance(0);
  expect(clock.pendingKeepAlive).toBeGreaterThan(0);
  await clock.advance(5_000);
  expect(set.now()).toMatchObject({ code: 'VETOED' });
  expect(clock.pendingKeepAlive).toBe(0);
});

test('C10 thousands of overrides leave nothing behind', async () => {
  const { app, clock } = await settledLayers(one);
  const pending = clock.pending;
  for (let i = 0; i < 2_000; i++) {
    const held = await app.override({ log: `l${i}` }, { ...because, ttlMs: 60_000_000 });
    await held.clear();
  }
  expect(app.current).toEqual(doc);
  expect(await app.overrides()).toEqual([]);
  expect(clock.pending).toBe(pending);
});
