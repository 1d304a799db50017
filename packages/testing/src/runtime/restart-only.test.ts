import { memoryCache } from '@holdfast/core/memory-cache';
import { expect, test } from 'vitest';
import { sceneClock, soon } from '../promises/scene.fixture.ts';
import { type Any, because, layers, polled, schemaOf, settledLayers } from './layers.fixture.ts';

const doc = { port: 80, pool: { size: 4 }, servers: { a: { url: 'a1', weight: 1 } } };
const one = { origin: { value: doc } };

test('restartOnly: a change waits for a restart and is listed, the rest applies', async () => {
  const made = await settledLayers(one, { config: { restartOnly: ['port'] } });
  made.loaders.origin.next({ ...doc, port: 81, pool: { size: 8 } });
  await polled(made);
  expect(made.app.current).toEqual({ ...doc, pool: { size: 8 } });
  expect(made.app.status.pendingRestart).toEqual(['port']);
  expect(made.app.source().document()).toMatchObject({ port: 81 });
});

test('restartOnly: a change of such fields alone is no change, but is pending', async () => {
  const made = await settledLayers(one, { config: { restartOnly: ['port'] } });
  const { current } = made.app;
  made.loaders.origin.next({ ...doc, port: 81 });
  expect(await polled(made)).toEqual({ kind: 'accepted', version: 1, changed: false });
  expect(made.app.current).toBe(current);
  expect(made.app.status.pendingRestart).toEqual(['port']);
});

test.each([{}, { defaults: { more: 1 } }])(
  'restartOnly: nothing is pending when the source goes back; with %o',
  async (config) => {
    const made = await settledLayers(one, { config: { restartOnly: ['port'], ...config } });
    const { current } = made.app;
    const { version } = made.app.status;
    made.loaders.origin.next({ ...doc, port: 81 });
    await polled(made);
    made.loaders.origin.next(doc);
    expect(await polled(made)).toEqual({ kind: 'accepted', version, changed: false });
    expect(made.app.current).toBe(current);
    expect(made.app.status.pendingRestart).toEqual([]);
  },
);

test('restartOnly: a restart takes the new value', async () => {
  const clock = sceneClock();
  const options = {
    manager: { clock, cache: memoryCache({ clock }) },
    config: { restartOnly: ['port'] },
  };
  const before = await settledLayers(one, options);
  before.loaders.origin.next({ ...doc, port: 81 });
  await polled(before);
  expect(before.app.current.port).toBe(80);
  await before.manager.close();
  const after = layers(one, options);
  after.loaders.origin.fail(Infinity);
  await clock.advance(1);
  expect(after.app.current.port).toBe(81);
  expect(after.app.status.pendingRestart).toEqual([]);
  await after.manager.close();
});

test('restartOnly: fields that come and go wait, too', async () => {
  const made = await settledLayers(one, { config: { restartOnly: ['port', 'host'] } });
  const { port: _, ...rest } = doc;
  made.loaders.origin.next({ ...rest, host: 'h' });
  await polled(made);
  expect(made.app.current).toEqual(doc);
  expect(made.app.status.pendingRestart.toSorted()).toEqual(['host', 'port']);
});

test('restartOnly: what counts is the first document, not the defaults', async () => {
  const made = await settledLayers(one, {
    config: { restartOnly: ['port'], defaults: { port: 1 } },
  });
  expect(made.app.current.port).toBe(80);
  expect(made.app.status.pendingRestart).toEqual([]);
});

test('restartOnly: an override before the first document does not make the defaults count', async () => {
  const made = layers(one, {
    config: { restartOnly: ['port'], defaults: { ...doc, port: 1 } },
  });
  await soon(made.clock, made.app.override({ pool: { size: 5 } }, because), 0);
  await made.clock.advance(1);
  expect(made.app.current).toMatchObject({ port: 80, pool: { size: 5 } });
  expect(made.app.status.pendingRestart).toEqual([]);
});

test('restartOnly: an override that a restart brings does not make the defaults count', async () => {
  const clock = sceneClock();
  const manager = { clock, cache: memoryCache({ clock }) };
  const config = { restartOnly: ['port'], defaults: { ...doc, port: 1 } };
  const before = await settledLayers(one, { manager, config });
  await before.app.override({ pool: { size: 5 } }, { ...because, persist: true });
  await before.manager.close();
  const after = await settledLayers(
    { origin: { value: doc, key: 'another' } },
    { manager, config },
  );
  expect(after.app.current).toMatchObject({ port: 80, pool: { size: 5 } });
  await after.manager.close();
});

test('restartOnly: an override of such a field waits as well, and a dry run says so', async () => {
  const { app } = await settledLayers(one, { config: { restartOnly: ['port'] } });
  expect(await app.override('port', 81, { ...because, dryRun: true })).toMatchObject({
    changes: [],
    pendingRestart: ['port'],
  });
  await app.override('port', 81, because);
  expect(app.current.port).toBe(80);
  expect(app.status.pendingRestart).toEqual(['port']);
});

test('restartOnly: * stands for every key; what came or went as a whole does so', async () => {
  const made = await settledLayers(one, {
    config: {
      restartOnly: ['servers.*.url'],
      schema: schemaOf(({ servers }) =>
        Object.values<Any>(servers).every((s) => s.url && s.weight),
      ),
    },
  });
  made.loaders.origin.next({
    ...doc,
    servers: { a: { url: 'a2', weight: 2 }, b: { url: 'b1', weight: 1 } },
  });
  expect(await polled(made)).toMatchObject({ kind: 'accepted' });
  expect(made.app.current.servers).toEqual({
    a: { url: 'a1', weight: 2 },
    b: { url: 'b1', weight: 1 },
  });
  expect(made.app.status.pendingRestart).toEqual(['servers.a.url']);
  made.loaders.origin.next({ ...doc, servers: { b: { url: 'b2', weight: 1 } } });
  expect(await polled(made)).toMatchObject({ kind: 'accepted' });
  expect(Object.keys(made.app.current.servers)).toEqual(['b']);
});

test('restartOnly: * at the end keeps every item as it was, in objects and arrays', async () => {
  const made = await settledLayers(
    { origin: { value: { map: { a: 1, b: 2 }, list: ['x', 'y'], more: 1 } } },
    { config: { restartOnly: ['map.*', 'list.*'] } },
  );
  made.loaders.origin.next({ map: { a: 9, c: 3 }, list: ['z'], more: 2 });
  await polled(made);
  expect(made.app.current).toEqual({ map: { a: 1, b: 2 }, list: ['x', 'y'], more: 2 });
  made.loaders.origin.next({ map: { a: 1, b: 2 }, list: ['x', 'y', 'w', 'v'], more: 3 });
  await polled(made);
  expect(made.app.current).toEqual({ map: { a: 1, b: 2 }, list: ['x', 'y'], more: 3 });
});

test('dynamicOnly: only what is named may change while the process runs', async () => {
  const made = await settledLayers(one, { config: { dynamicOnly: ['pool', 'servers.*.weight'] } });
  made.loaders.origin.next({
    port: 81,
    pool: { size: 8, max: 9 },
    servers: { a: { url: 'a2', weight: 2 }, b: { url: 'b1', weight: 1 } },
  });
  await polled(made);
  expect(made.app.current).toEqual({
    port: 80,
    pool: { size: 8, max: 9 },
    servers: { a: { url: 'a1', weight: 2 } },
  });
  expect(made.app.status.pendingRestart.toSorted()).toEqual([
    'port',
    'servers.a.url',
    'servers.b.url',
    'servers.b.weight',
  ]);
});

test('dynamicOnly: a dynamic field that is gone is gone', async () => {
  const made = await settledLayers(one, { config: { dynamicOnly: ['pool'] } });
  const { pool: _, ...rest } = doc;
  made.loaders.origin.next(rest);
  await polled(made);
  expect(made.app.current).toEqual(rest);
});

test('restartOnly beside dynamicOnly: a part of what is dynamic can wait for a restart', async () => {
  const config = { restartOnly: ['servers.*.url'], dynamicOnly: ['servers'] };
  const made = await settledLayers(one, { config });
  made.loaders.origin.next({ ...doc, port: 81, servers: { a: { url: 'a2', weight: 2 } } });
  await polled(made);
  expect(made.app.current).toEqual({ ...doc, servers: { a: { url: 'a1', weight: 2 } } });
  expect(made.app.status.pendingRestart.toSorted()).toEqual(['port', 'servers.a.url']);
});

test('register() throws INVALID_OPTIONS of an empty dynamicOnly', () => {
  const invalid = expect.objectContaining({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining('"dynamicOnly"'),
  });
  expect(() => layers(one, { config: { dynamicOnly: [] } })).toThrow(invalid);
});

test('restartOnly: explain() says that a value is kept from the start, whatever the layers say by now', async () => {
  const options = { config: { restartOnly: ['port', 'host', 'old'] } };
  const made = await settledLayers({ origin: { value: { ...doc, old: 1 } } }, options);
  const { app, loaders } = made;
  const given = { from: 'origin', kind: 'source' };
  expect(await app.explain('port')).toMatchObject({ value: 80, ...given });
  loaders.origin.next({ ...doc, port: 81, host: 'h' });
  await polled(made);
  const kept = { from: 'start', kind: 'start' };
  expect(await app.explain('port')).toMatchObject({
    value: 80,
    ...kept,
    layers: [{ value: 81 }, {}],
  });
  expect(await app.explain('host')).toMatchObject({ value: undefined, ...kept });
  expect(await app.explain('old')).toMatchObject({ value: 1, ...kept });
  expect(await app.explain('pool.size')).toMatchObject({ value: 4, ...given });
  await app.override({ port: 82 }, because);
  expect(await app.sourceOf('port')).toBe('start');
});
