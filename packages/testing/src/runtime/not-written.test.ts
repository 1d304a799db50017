import type { Cache, HoldfastError } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { sceneClock, soon } from '../promises/scene.fixture.ts';
import { because, layers, settledLayers } from './layers.fixture.ts';

const doc = { pool: { size: 4, hosts: ['a'] }, log: 'info' };
const inForce = {
  code: 'CACHE_FAILED',
  message:
    'Config "app": it is in force, but not written down, so that a restart does not know of it: The cache failed (write): full',
};

/** A config whose cache cannot be written while `fails()` says so. */
function spoilt(fails: () => boolean) {
  const inner = memoryCache();
  const full = (): Promise<never> => Promise.reject(new Error('full'));
  const cache: Cache = {
    ...inner,
    write: (key, bytes) => (fails() ? full() : inner.write(key, bytes)),
    remove: (key) => (fails() ? full() : inner.remove(key)),
  };
  return settledLayers({ origin: { value: doc } }, { manager: { cache } });
}

/** The same with a pin and an override that is kept; its cache can be written until `spoil()`. */
async function spoiltLater() {
  let fails = false;
  const { app } = await spoilt(() => fails);
  await app.pin(because);
  const held = await app.override({ log: 'debug' }, { ...because, persist: true });
  const spoil = (whether = true): void => void (fails = whether);
  return { app, held, spoil };
}

test('override() with persist rejects when the cache cannot be written, and says that it is in force', async () => {
  const { app } = await spoilt(() => true);
  const set = app.override({ log: 'debug' }, { ...because, persist: true });
  await expect(set).rejects.toMatchObject(inForce);
  expect(app.current.log).toBe('debug');
  expect(await app.overrides()).toMatchObject([{ id: 'o1', persist: true }]);
});

test('pin() and rollback() reject when the cache cannot be written, and say that they are in force', async () => {
  const { app } = await spoilt(() => true);
  await expect(app.pin(because)).rejects.toMatchObject(inForce);
  expect(app.status.pinned).toBe('all');
  await app.override({ log: 'debug' }, because);
  await expect(app.rollback(1, because)).rejects.toMatchObject(inForce);
  expect(app.current).toEqual(doc);
});

test('unpin() and clear() reject when the record stays, since a restart would bring it back', async () => {
  const { app, held, spoil } = await spoiltLater();
  spoil();
  await expect(held.clear()).rejects.toMatchObject(inForce);
  expect(app.current).toEqual(doc);
  await expect(app.unpin(because)).rejects.toMatchObject({
    code: 'CACHE_FAILED',
    message: expect.stringMatching(/is in force, but not written down, .*\(remove\): full$/),
  });
  expect(app.status.pinned).toBeUndefined();
});

test('clear(), clearOverrides() and unpin() write down what could not be written when it went', async () => {
  const { app, held, spoil } = await spoiltLater();
  spoil();
  await expect(held.clear()).rejects.toMatchObject(inForce);
  const removed = { code: 'CACHE_FAILED', message: expect.stringContaining('(remove): full') };
  await expect(app.unpin(because)).rejects.toMatchObject(removed);
  for (const again of [() => held.clear(), () => app.clearOverrides(because)])
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await expect(again()).rejects.toMatchObject(removed);
  spoil(false);
  expect(await app.unpin(because)).toEqual({ kind: 'unchanged' });
  spoil();
  // all is written
  expect(await app.clearOverrides(because)).toEqual({ kind: 'unchanged' });
});

test('transaction(), importState() and rollback() write down what could not be written when it went', async () => {
  let fails = false;
  const { app, manager } = await spoilt(() => fails);
  const state = await manager.exportState();
  const calls = [
    () => manager.transaction((tx) => tx.clearOverrides(app), because),
    () => manager.importState(state, because),
    () => app.rollback(1, because),
  ];
  for (const again of calls) {
    /* oxlint-disable no-await-in-loop -- one after the other */
    fails = false;
    await app.override({ log: 'debug' }, { ...because, persist: true });
    fails = true;
    await expect(app.clearOverrides(because)).rejects.toMatchObject({ code: 'CACHE_FAILED' });
    await expect(again()).rejects.toMatchObject({ code: 'CACHE_FAILED' });
    /* oxlint-enable no-await-in-loop */
  }
});

test('clearOverrides() writes down what could not be written when it went, also where it takes others away', async () => {
  let fails = false;
  const { app } = await spoilt(() => fails);
  await app.override({ log: 'debug' }, { ...because, persist: true });
  fails = true;
  await expect(app.clearOverrides(because)).rejects.toMatchObject({ code: 'CACHE_FAILED' });
  await app.override({ log: 'warn' }, because);
  await expect(app.clearOverrides(because)).rejects.toMatchObject({ code: 'CACHE_FAILED' });
});

test('clearOverrides() waits for what an earlier one has still to write', async () => {
  const clock = sceneClock();
  const hung: Cache = { ...memoryCache({ clock }), remove: () => new Promise(() => {}) };
  const { app } = await settledLayers(
    { origin: { value: doc } },
    { manager: { clock, cache: hung } },
  );
  await app.override({ log: 'debug' }, { ...because, persist: true });
  const codes: string[] = [];
  for (let times = 0; times < 2; times++) {
    app.clearOverrides(because).catch((error: HoldfastError) => codes.push(error.code));
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await clock.advance(5_000);
  }
  expect(codes).toEqual(['CACHE_FAILED', 'CACHE_FAILED']);
});

test('what has nothing to write down resolves, also after a write that failed', async () => {
  let fails = true;
  const { app } = await spoilt(() => fails);
  await expect(app.pin(because)).rejects.toMatchObject(inForce);
  const held = await app.override({ log: 'debug' }, because);
  expect(await held.clear()).toMatchObject({ kind: 'accepted' });
  fails = false;
  await app.unpin(because);
  expect(await app.pin(because)).toMatchObject({ kind: 'accepted' });
});

test('pin() rejects when the cache does not end writing within five seconds', async () => {
  const clock = sceneClock();
  const hung: Cache = { ...memoryCache({ clock }), write: () => new Promise(() => {}) };
  const { app } = await settledLayers(
    { origin: { value: doc } },
    { manager: { clock, cache: hung } },
  );
  let code = 'pending';
  app.pin(because).catch((error: HoldfastError) => (code = error.code));
  await clock.advance(4_999);
  expect(code).toBe('pending');
  await clock.advance(1);
  expect(code).toBe('CACHE_FAILED');
});

test('transaction() rejects when the cache cannot be written, and all of it is in force', async () => {
  const { app, manager } = await spoilt(() => true);
  const done = manager.transaction(
    (tx) => tx.override(app, { log: 'debug' }, { persist: true }),
    because,
  );
  await expect(done).rejects.toMatchObject(inForce);
  expect(app.current.log).toBe('debug');
});

test('transaction() is written down when a listener of one config closes the manager, before that has closed', async () => {
  const clock = sceneClock();
  const memory = memoryCache({ clock });
  let ended = false;
  const write: Cache['write'] = async (key, bytes) => {
    await new Promise<void>((resolve) => void clock.setTimer(100, resolve));
    if (!ended) await memory.write(key, bytes);
  };
  const process = (cache: Cache) => {
    const { app, manager } = layers({ origin: { value: doc } }, { manager: { clock, cache } });
    const loader = mockLoader({ value: doc });
    return { app, manager, other: manager.register<typeof doc>('other', { loader }) };
  };
  const { app, manager, other } = process({ ...memory, write });
  await clock.advance(1_000);
  app.onChange(() => void manager.close().then(() => (ended = true)));
  const both = manager.transaction((tx) => {
    for (const one of [app, other]) tx.override(one, { log: 'debug' }, { persist: true });
  }, because);
  await soon(clock, both, 1_000);
  expect(ended).toBe(true);
  const after = process(memory);
  await clock.advance(1);
  expect([after.app.current.log, after.other.current.log]).toEqual(['debug', 'debug']);
});

test('a cache of which only the overrides and pins cannot be read is told of, and one that fails altogether once', async () => {
  const clock = sceneClock();
  const memory = memoryCache({ clock });
  const keys: string[] = [];
  const write: Cache['write'] = (key, bytes) => {
    keys.push(key);
    return memory.write(key, bytes);
  };
  const before = await settledLayers(
    { origin: { value: doc } },
    { manager: { clock, cache: { ...memory, write } } },
  );
  await soon(clock, before.app.override({ log: 'debug' }, { ...because, persist: true }));
  for (const unreadable of [keys.slice(-1), keys]) {
    const read: Cache['read'] = (key) =>
      unreadable.includes(key) ? Promise.reject(new Error('EIO')) : memory.read(key);
    const { record } = layers(
      { origin: { value: doc } },
      { manager: { clock, cache: { ...memory, read } } },
    );
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await clock.advance(1);
    const source = unreadable === keys ? 'origin' : 'overrides and pins';
    expect(record.events.filter(({ type }) => type === 'cache.failed')).toMatchObject([
      { source, error: { message: 'The cache failed (read): EIO' } },
    ]);
  }
});
