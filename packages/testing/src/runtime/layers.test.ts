import { memoryCache } from '@holdfast/core/memory-cache';
import { secret } from '@holdfast/core/zod';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { sceneClock } from '../promises/scene.fixture.ts';
import { followed, layers, polled, schemaOf, settledLayers, stateOf } from './layers.fixture.ts';

const file = { pool: { size: 4, hosts: ['a', 'b'] }, log: 'info' };
const remote = { pool: { size: 8 }, feature: true };

test('register() merges sources when there are several, the lowest first', async () => {
  const { app } = await settledLayers(
    {
      file: { value: file },
      remote: { value: remote },
      env: { value: { pool: { hosts: ['c'] } } },
    },
    { config: { defaults: { log: 'warn', region: 'eu' } } },
  );
  expect(app.current).toEqual({
    pool: { size: 8, hosts: ['c'] },
    log: 'info',
    feature: true,
    region: 'eu',
  });
});

test('register() lets null and arrays replace what is below', async () => {
  const { app } = await settledLayers({
    file: { value: file },
    remote: { value: { pool: null, log: ['x'] } },
  });
  expect(app.current).toEqual({ pool: null, log: ['x'] });
});

test('ready() waits for the first answers of all, which are one change', async () => {
  const { app, clock, loaders, record } = layers({
    file: { value: file },
    remote: { value: remote },
  });
  loaders.remote.delay(500);
  const ready = app.ready();
  await clock.advance(499);
  expect(() => app.current).toThrow(expect.objectContaining({ code: 'NO_VALUE' }));
  expect(record.of('config.changed')).toEqual([]);
  await clock.advance(1);
  expect(await ready).toEqual({ from: 'origin' });
  expect(record.of('config.changed')).toMatchObject([{ version: 1, trigger: 'poll' }]);
  expect(record.of('poll.finished')).toMatchObject([
    { source: 'file', outcome: { kind: 'accepted', version: 1 } },
    { source: 'remote', outcome: { kind: 'accepted', version: 1 } },
  ]);
});

test('first answers are not held up when an optional source is slow: its layer comes when it answers', async () => {
  const { app, clock, loaders, record } = layers({
    file: { value: file },
    extra: { value: remote, optional: true },
  });
  loaders.extra.delay(500);
  const ready = followed(app.ready());
  await clock.advance(1);
  expect(app.current).toEqual(file);
  // it is waited for once
  expect(ready.now()).toBe('pending');
  await clock.advance(500);
  expect(ready.now()).toEqual({ from: 'origin' });
  expect(app.current).toMatchObject({ pool: { size: 8 } });
  expect(record.of('config.changed')).toHaveLength(2);
});

test('ready() waits once for a config of optional sources alone', async () => {
  const { app, clock, loaders } = layers(
    { extra: { value: remote, optional: true } },
    { config: { defaults: file } },
  );
  loaders.extra.delay(500);
  const ready = followed(app.ready());
  await clock.advance(499);
  expect(ready.now()).toBe('pending');
  await clock.advance(1);
  expect(ready.now()).toEqual({ from: 'origin' });
});

test('ready() does not wait for optional sources where the cache has recent documents of all others', async () => {
  const clock = sceneClock();
  const manager = { clock, cache: memoryCache({ clock }) };
  const given = { file: { value: file }, extra: { optional: true } };
  const before = await settledLayers(given, { manager });
  await before.manager.close();
  const after = layers(given, { manager });
  after.loaders.extra.hang();
  const ready = followed(after.app.ready());
  await clock.advance(1);
  expect(ready.now()).toEqual({ from: 'cache' });
  await after.manager.close();
});

test('an optional source that never had a document is an empty layer', async () => {
  const { app } = await settledLayers({ file: { value: file }, extra: { optional: true } });
  expect(app.current).toEqual(file);
  expect(app.status).toMatchObject({ state: 'fresh', from: 'origin' });
  expect(app.status.sources[1]).toMatchObject({ state: 'fresh', from: 'defaults', optional: true });
});

test('a required source that never had a document keeps a value from coming about, and says why', async () => {
  const made = layers(
    { file: { value: file }, remote: {} },
    { config: { schema: schemaOf((v) => v?.feature) } },
  );
  const ready = made.app.ready().catch((error: unknown) => error);
  await made.clock.advance(60_000);
  expect(await ready).toMatchObject({ code: 'READY_TIMEOUT' });
  expect(made.app.status.sources[0]!.waiting).toMatchObject({ kind: 'kept' });
});

test('whenAbsent "keep": a document that is gone stays in force, and the poll failed', async () => {
  const made = await settledLayers({
    file: { value: file },
    extra: { value: remote, optional: true },
  });
  const before = stateOf(made);
  made.loaders.extra.absent();
  expect(await polled(made)).toMatchObject({ kind: 'failed' });
  expect(stateOf(made)).toEqual(before);
  expect(made.app.status.state).toBe('stale');
});

test('whenAbsent "empty": a document that is gone is an empty layer, and comes back', async () => {
  const made = await settledLayers({
    file: { value: file },
    extra: { value: remote, optional: true, whenAbsent: 'empty' },
  });
  made.loaders.extra.absent();
  expect(await polled(made)).toMatchObject({ kind: 'accepted', changed: true });
  expect(made.app.current).toEqual(file);
  expect(made.app.source('extra').document()).toBeUndefined();
  expect(await polled(made)).toEqual({ kind: 'unchanged' });
  made.loaders.extra.next(remote);
  await polled(made);
  expect(made.app.current).toMatchObject({ feature: true });
});

test('whenAbsent "empty": what the schema cannot do without stays', async () => {
  const made = await settledLayers(
    { file: { value: file }, extra: { value: remote, optional: true, whenAbsent: 'empty' } },
    { config: { schema: schemaOf((value) => value.feature === true) } },
  );
  made.loaders.extra.absent();
  expect(await polled(made)).toMatchObject({ kind: 'refused' });
  expect(made.app.current).toMatchObject({ feature: true });
  expect(made.app.source('extra').document()).toEqual(remote);
});

test('whenAbsent "empty": with nothing left, the last value stays', async () => {
  const made = await settledLayers({ only: { value: file, optional: true, whenAbsent: 'empty' } });
  made.loaders.only.absent();
  expect(await polled(made)).toMatchObject({ kind: 'refused' });
  expect(made.app.current).toEqual(file);
});

test('a schema that needs two layers takes both at once, and refuses either alone by name', async () => {
  const made = await settledLayers(
    { low: { value: { a: 1 } }, high: { value: { b: 1 } } },
    { config: { schema: schemaOf(({ a, b }) => a === b) } },
  );
  expect(made.app.current).toEqual({ a: 1, b: 1 });
  made.loaders.low.next({ a: 2 });
  const outcome = await polled(made);
  expect(outcome).toMatchObject({ kind: 'refused', error: { code: 'SCHEMA_FAILED' } });
  expect((outcome as { error: Error }).error.message).toMatch(
    /^The document of low, with the other layers, /,
  );
  expect(made.app.status.sources[0]!.waiting).toMatchObject({ kind: 'kept' });
  const before = made.loaders.low.loads;
  // what is kept comes in without another load of its own source
  made.loaders.low.fail(Infinity);
  made.loaders.high.next({ b: 2 });
  await polled(made);
  expect(made.app.current).toEqual({ a: 2, b: 2 });
  expect(made.app.status.version).toBe(2);
  expect(made.loaders.low.loads).toBe(before + 1);
  expect(made.app.status.sources.map(({ waiting }) => waiting)).toEqual([undefined, undefined]);
});

test('each alone: a bad document of one source does not keep back a good one of another', async () => {
  const made = await settledLayers(
    { low: { value: { a: 1 } }, high: { value: { b: 1 } } },
    { config: { schema: schemaOf(({ a, b }) => a > 0 && b > 0) } },
  );
  made.loaders.low.next({ a: -1 });
  await polled(made);
  made.loaders.high.next({ b: 2 });
  expect(await polled(made)).toMatchObject({ kind: 'refused' });
  expect(made.app.current).toEqual({ a: 1, b: 2 });
});

test('each alone: of first answers the good ones count', async () => {
  const made = layers(
    { low: { value: { a: 1 } }, high: { value: { b: -1 } } },
    { config: { schema: schemaOf(({ b = 0 }) => b >= 0) } },
  );
  await made.clock.advance(1);
  expect(made.app.current).toEqual({ a: 1 });
  expect(made.record.of('document.refused')).toMatchObject([{ source: 'high', kept: true }]);
  expect(made.app.status).toMatchObject({ from: 'defaults', state: 'stale' });
});

test('a kept document is dropped when its source has what is in force again', async () => {
  const made = await settledLayers(
    { low: { value: { a: 1 } }, high: { value: { b: 1 } } },
    { config: { schema: schemaOf(({ a, b }) => a === b) } },
  );
  made.loaders.low.next({ a: 2 });
  await polled(made);
  made.loaders.low.next({ a: 1 });
  expect(await polled(made)).toEqual({ kind: 'unchanged' });
  expect(made.app.status.sources[0]!.waiting).toBeUndefined();
});

test('reload events of documents that are tried together and then alone: each that starts also ends', async () => {
  const made = layers(
    { low: { value: { a: 1 } }, high: { value: { b: -1 } } },
    { config: { schema: schemaOf(({ b = 0 }) => b >= 0) } },
  );
  await made.clock.advance(1);
  const ended = [...made.record.of('reload.completed'), ...made.record.of('reload.failed')];
  expect(ended.map(({ reloadId }) => reloadId).toSorted()).toEqual(
    made.record
      .of('reload.started')
      .map(({ reloadId }) => reloadId)
      .toSorted(),
  );
});

test('refresh() reads all sources and gives the outcome of the one that went worst', async () => {
  const made = await settledLayers({ file: { value: file }, remote: { value: remote } });
  made.loaders.file.next({ ...file, log: 'debug' });
  made.loaders.remote.fail();
  expect(await polled(made)).toMatchObject({ kind: 'failed' });
  expect(made.app.current).toMatchObject({ log: 'debug' });
  made.loaders.file.next({ ...file, log: 'trace' });
  expect(await polled(made)).toEqual({ kind: 'accepted', version: 3, changed: true });
});

test('pause() stops the polls of all sources; refresh() still reads them', async () => {
  const made = await settledLayers({ file: { value: file }, remote: { value: remote } });
  made.app.pause();
  await made.clock.advance(600_000);
  expect([made.loaders.file.loads, made.loaders.remote.loads]).toEqual([1, 1]);
  await polled(made);
  expect([made.loaders.file.loads, made.loaders.remote.loads]).toEqual([2, 2]);
  expect(made.app.status.sources.map(({ next }) => next)).toEqual([undefined, undefined]);
  made.app.resume();
  await made.clock.advance(60_000);
  expect(made.loaders.file.loads).toBeGreaterThan(2);
});

test('each source keeps an interval, a validator and a status of its own', async () => {
  const made = await settledLayers({
    file: { value: file, polling: { intervalMs: 10_000, strategy: 'fixed' } },
    remote: { value: remote },
  });
  await made.clock.advance(600_000);
  expect(made.loaders.file.loads).toBeGreaterThan(50);
  expect(made.loaders.remote.loads).toBeLessThan(15);
  const known = made.loaders.file.asked.at(-1)!.known;
  expect(known).not.toEqual(made.loaders.remote.asked.at(-1)!.known);
});

test('readyTimeoutMs is by default that of the source with the longest deadline', async () => {
  const made = layers({
    file: { value: file, polling: { deadlineMs: 1_000 } },
    remote: { value: remote, polling: { deadlineMs: 20_000 } },
  });
  made.loaders.remote.delay(15_000);
  const ready = made.app.ready();
  ready.catch(() => {});
  await made.clock.advance(15_000);
  expect(await ready).toEqual({ from: 'origin' });
});

test('the cached documents of all sources are one proposal at the start', async () => {
  const clock = sceneClock();
  const cache = memoryCache({ clock });
  const given = { low: { value: { a: 1 } }, high: { value: { b: 1 } } };
  // neither is a value without the other
  const config = { schema: schemaOf(({ a, b }) => a === 1 && b === 1) };
  const before = await settledLayers(given, { manager: { clock, cache }, config });
  await before.manager.close();
  const after = layers(given, { manager: { clock, cache }, config });
  after.loaders.low.fail(Infinity);
  after.loaders.high.fail(Infinity);
  await clock.advance(0);
  expect(after.app.current).toEqual({ a: 1, b: 1 });
  expect(after.record.of('config.changed')).toMatchObject([{ version: 1, trigger: 'cache' }]);
  expect(after.app.status).toMatchObject({ from: 'cache', version: 1 });
  await after.manager.close();
});

test('status shows what the value stands on: optional sources count while they hold a document', async () => {
  const made = await settledLayers({
    file: { value: file },
    extra: { value: remote, optional: true },
  });
  made.loaders.extra.fail(Infinity);
  await made.clock.advance(600_000);
  expect(made.app.status.sources).toMatchObject([{ state: 'fresh' }, { state: 'stale' }]);
  expect(made.app.status).toMatchObject({ state: 'stale', from: 'origin' });
});

test('status is not worse for an optional source that never had a document and fails', async () => {
  const made = layers({ file: { value: file }, extra: { optional: true } });
  made.loaders.extra.fail(Infinity);
  const ready = made.app.ready();
  await made.clock.advance(600_000);
  expect(await ready).toEqual({ from: 'origin' });
  expect(made.app.status).toMatchObject({ state: 'fresh', from: 'origin' });
});

test('status of a config with optional sources alone is not fresh before they were read', async () => {
  const made = layers(
    { extra: { value: remote, optional: true } },
    { config: { defaults: { log: 'warn' } } },
  );
  expect(made.app.status).toMatchObject({ state: 'starting', from: 'defaults' });
  expect(made.manager.summary().state).toBe('starting');
  await made.clock.advance(1);
  expect(made.app.status).toMatchObject({ state: 'fresh', from: 'origin' });
});

test('status of a config whose optional sources all fail says so, as its events do', async () => {
  const made = layers({ extra: { optional: true } }, { config: { defaults: { log: 'warn' } } });
  made.loaders.extra.fail(Infinity);
  await made.clock.advance(1);
  expect(made.app.status.state).toBe('stale');
  expect(made.record.of('status.changed')).toMatchObject([{ state: 'stale' }]);
});

test('what was pushed while first answers were waited for is not replaced by an older answer', async () => {
  const made = layers({ file: { value: { n: 1 }, watch: true }, remote: { value: remote } });
  made.loaders.file.connect();
  made.loaders.remote.delay(5_000);
  const refreshed = made.app.refresh();
  await made.clock.advance(1_000);
  made.loaders.file.push({ n: 2 });
  await made.clock.advance(4_500);
  expect(made.app.current).toMatchObject({ n: 2, feature: true });
  // the answer of before the push said nothing: it was asked again
  expect(made.loaders.file.loads).toBeGreaterThan(1);
  await made.clock.advance(60_000);
  expect(await refreshed).toMatchObject({ kind: 'accepted' });
  expect(made.app.current).toMatchObject({ n: 2, feature: true });
});

test('close() ends the wait for first answers', async () => {
  const made = layers({ file: { value: file }, remote: { value: remote } });
  made.loaders.remote.hang();
  await made.clock.advance(1);
  await made.manager.close();
  await made.clock.advance(1);
  expect(made.clock.pending).toBe(0);
  expect(made.record.of('config.changed')).toEqual([]);
});

test('identity: a subtree that no layer changed is the same object', async () => {
  const made = await settledLayers({ file: { value: file }, remote: { value: remote } });
  const { pool } = made.app.current;
  made.loaders.remote.next({ ...remote, feature: false });
  await polled(made);
  expect(made.app.current.pool).toBe(pool);
  const { current } = made.app;
  // below a higher layer nothing shows
  made.loaders.file.next({ ...file, pool: { ...file.pool, size: 5 } });
  expect(await polled(made)).toMatchObject({ kind: 'accepted', changed: false });
  expect(made.app.current).toBe(current);
});

test('explain() and sourceOf() say which layer gave a value', async () => {
  const { app } = await settledLayers(
    { file: { value: file }, remote: { value: remote }, env: { optional: true } },
    { config: { defaults: { region: 'eu' } } },
  );
  expect(await app.explain('pool.size')).toEqual({
    value: 8,
    from: 'remote',
    kind: 'source',
    layers: [
      { name: 'env', kind: 'source', value: undefined, from: 'defaults' },
      { name: 'remote', kind: 'source', value: 8, from: 'origin' },
      { name: 'file', kind: 'source', value: 4, from: 'origin' },
      { name: 'defaults', kind: 'defaults', value: undefined },
    ],
  });
  expect(await app.sourceOf('region')).toBe('defaults');
  expect(await app.sourceOf('nothing')).toBeUndefined();
});

test('explain() says what the schema made where no layer has anything', async () => {
  const schema = z.object({
    log: z.string().default('info'),
    pool: z.object({ size: z.int() }).nullable(),
    token: secret(z.string().default('hunter2')),
  });
  const { app } = await settledLayers(
    { schema: { value: { pool: null } } },
    { config: { schema } },
  );
  const none = [
    { name: 'schema', kind: 'source', value: undefined, from: 'origin' },
    { name: 'defaults', kind: 'defaults', value: undefined },
  ];
  const made = { from: 'schema', kind: 'schema', layers: none };
  expect(await app.explain('log')).toEqual({ value: 'info', ...made });
  expect(await app.sourceOf('log')).toBe('schema');
  // a source of that name is told from it
  expect(await app.explain('pool')).toMatchObject({ value: null, from: 'schema', kind: 'source' });
  expect(await app.explain('token')).toEqual({ value: '[secret]', ...made });
  const nothing = { value: undefined, from: undefined, kind: undefined };
  expect(await app.explain('pool.size')).toMatchObject(nothing);
  expect(await app.explain('lgo')).toEqual({ ...nothing, layers: none });
});

test('explain() names no layer where a higher one cuts the path off', async () => {
  const { app } = await settledLayers({
    file: { value: file },
    remote: { value: { pool: null } },
  });
  expect(await app.explain('pool.size')).toMatchObject({ value: undefined, from: undefined });
  expect(await app.explain('pool')).toMatchObject({ value: null, from: 'remote' });
});

test('status.changed has the failure that came last, whichever source it is of', async () => {
  const two = { low: { value: {} }, high: { value: {} } };
  const { app, clock, loaders, record } = await settledLayers(two, {
    config: { fallbackAfter: 2 },
  });
  loaders.high.delay(1_000);
  loaders.high.fail(2);
  await Promise.all([app.refresh(), clock.advance(1_000)]);
  loaders.low.fail(1);
  await Promise.all([app.refresh(), clock.advance(1_000)]);
  expect(record.of('status.changed').map(({ state, error }) => [state, error?.message])).toEqual([
    ['stale', 'Cannot load high: connection refused'],
    ['fallback', 'Cannot load high: connection refused'],
  ]);
});
