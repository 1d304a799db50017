import type { Cache } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { expect, test } from 'vitest';
import { edited, first, poll, scene, sceneClock, settledScene, soon } from './scene.fixture.ts';

const because = { by: 'ops', reason: 'test' };

/** A cache that a process left behind, and the same one, where each read takes its time. */
function slowly(clock: ReturnType<typeof sceneClock>, ms: number) {
  const memory = memoryCache({ clock });
  const read: typeof memory.read = async (key) => {
    await new Promise<void>((resolve) => void clock.setTimer(ms, resolve));
    return memory.read(key);
  };
  return { memory, slow: { ...memory, read } };
}

/** A process that had all pinned, and a level that is kept, and is gone. */
async function leaves(clock: ReturnType<typeof sceneClock>, cache: Cache): Promise<void> {
  const { app, manager } = await settledScene({ manager: { cache, clock } });
  await soon(clock, app.pin(because));
  await soon(clock, app.override({ log: { level: 'warn' } }, { ...because, persist: true }));
  await soon(clock, manager.close());
}

/** What the next process has of operators: its overrides, and what is pinned. */
async function found(clock: ReturnType<typeof sceneClock>, cache: Cache): Promise<unknown[]> {
  const { app } = scene({ manager: { cache, clock } });
  await clock.advance(1);
  return [await app.overrides(), app.status.pinned];
}

test('unpin() takes away what the cache has pinned, before that is known', async () => {
  const clock = sceneClock();
  const { memory, slow } = slowly(clock, 300);
  const before = await settledScene({ manager: { cache: memory, clock } });
  await soon(clock, before.app.pin(because));
  await soon(clock, before.manager.close());
  const { app, manager } = scene({ manager: { cache: slow, clock } });
  await soon(clock, app.unpin(because), 1_000);
  expect(app.status.pinned).toBeUndefined();
  await soon(clock, manager.close());
  const after = scene({ manager: { cache: memory, clock } });
  await clock.advance(1);
  expect(after.app.status).toMatchObject({ version: 1, pinned: undefined });
  after.loader.next(edited({ revision: 2 }));
  await poll(after);
  expect(after.app.current.revision).toBe(2);
});

test('unpin() resolves when a restart knows of it: when the cache was read, and written', async () => {
  const clock = sceneClock();
  const { memory, slow } = slowly(clock, 300);
  await leaves(clock, memory);
  const { app, manager } = scene({ manager: { cache: slow, clock } });
  const closed = app.unpin(because).then(() => manager.close());
  await soon(clock, closed, 1_000);
  expect(await found(clock, memory)).toMatchObject([
    [{ patch: { log: { level: 'warn' } } }],
    undefined,
  ]);
});

test('close() before the cache was read leaves there what it has, and operators are told', async () => {
  const clock = sceneClock();
  const { memory, slow } = slowly(clock, 300);
  const before = await settledScene({ manager: { cache: memory, clock } });
  await soon(clock, before.app.override({ log: { level: 'warn' } }, { ...because, persist: true }));
  await soon(clock, before.manager.close());
  const { app, manager } = scene({ manager: { cache: slow, clock } });
  const unpinned = app.unpin(because).catch((error: Error) => error);
  await clock.advance(100);
  await soon(clock, manager.close());
  expect(await soon(clock, unpinned, 1_000)).toMatchObject({
    code: 'CACHE_FAILED',
    message: expect.stringMatching(
      /not written down, .*: it was closed before its cache was read$/,
    ),
  });
  const { app: after } = scene({ manager: { cache: memory, clock } });
  await clock.advance(1);
  expect(await after.overrides()).toMatchObject([{ patch: { log: { level: 'warn' } } }]);
});

test('rollback() before the cache was read bars its document beside those that were barred before the restart', async () => {
  const clock = sceneClock();
  const { memory, slow } = slowly(clock, 2_000);
  const before = await settledScene({ manager: { cache: memory, clock } });
  before.loader.next(edited({ revision: 2 }));
  await poll(before);
  await soon(clock, before.app.rollback(1, because));
  await soon(clock, before.manager.close());
  const made = scene({ manager: { cache: slow, clock } });
  const { app, loader } = made;
  loader.next(edited({ revision: 3 }));
  await clock.advance(1_001);
  loader.next(edited({ revision: 4 }));
  await poll(made);
  void app.rollback(1, because);
  await clock.advance(2_000);
  expect(app.status.pinned).toBe('document');
  await poll(made);
  expect(app.current.revision).toBe(3);
  loader.next(edited({ revision: 2 }));
  await poll(made);
  expect(app.current.revision).toBe(3);
});

test('clearOverrides() takes away what the cache has of overrides, before that is known, and leaves its pin', async () => {
  const clock = sceneClock();
  const { memory, slow } = slowly(clock, 300);
  await leaves(clock, memory);
  const { app, manager } = scene({ manager: { cache: slow, clock } });
  await soon(clock, app.clearOverrides(because), 1_000);
  expect(await app.overrides()).toEqual([]);
  await soon(clock, manager.close());
  expect(await found(clock, memory)).toEqual([[], 'all']);
});

test('clearOverrides() and unpin() go by what is stored, also where it could not be read', async () => {
  const clock = sceneClock();
  const memory = memoryCache({ clock });
  await leaves(clock, memory);
  let fails = true;
  const spoilt: Cache = {
    ...memory,
    read: (key) => (fails ? Promise.reject(new Error('gone')) : memory.read(key)),
    remove: (key) => (fails ? Promise.reject(new Error('gone')) : memory.remove(key)),
  };
  const { app, manager } = scene({ manager: { cache: spoilt, clock } });
  await clock.advance(1);
  const kept = app.clearOverrides(because).catch((error: Error) => error);
  expect(await soon(clock, kept)).toMatchObject({ code: 'CACHE_FAILED' });
  fails = false;
  await soon(clock, app.unpin(because));
  await soon(clock, manager.close());
  expect(await found(clock, memory)).toEqual([[], undefined]);
});

test('importState() takes the place of what the cache has of overrides and pins, before that is known', async () => {
  const clock = sceneClock();
  const { memory, slow } = slowly(clock, 300);
  const before = await settledScene({ manager: { cache: memory, clock } });
  before.loader.next(edited({ revision: 2 }));
  await poll(before);
  await soon(clock, before.app.rollback(1, because));
  const state = await before.manager.exportState();
  await soon(clock, before.app.pin(because));
  await soon(clock, before.app.override({ log: { level: 'warn' } }, { ...because, persist: true }));
  await soon(clock, before.manager.close());
  const { app, manager } = scene({ manager: { cache: slow, clock } });
  await soon(clock, manager.importState(state, because), 1_000);
  expect([await app.overrides(), app.status.pinned]).toEqual([[], 'document']);
  await soon(clock, manager.close());
  expect(await found(clock, memory)).toEqual([[], 'document']);
});

test('clearOverrides() takes away what the cache has of overrides, also where one of today has to stay', async () => {
  const clock = sceneClock();
  const { memory, slow } = slowly(clock, 300);
  const before = await settledScene({ manager: { cache: memory, clock } });
  await soon(clock, before.app.override({ log: { level: 'warn' } }, { ...because, persist: true }));
  await soon(clock, before.manager.close());
  const late = scene({ manager: { cache: slow, clock }, config: { defaults: first } });
  await soon(clock, late.app.override({ revision: 9 }, because));
  late.app.attach({ name: 'pool', apply: () => false });
  const cleared = await soon(clock, late.app.clearOverrides(because), 1_000);
  expect(cleared).toMatchObject({ kind: 'vetoed' });
  expect(await late.app.overrides()).toMatchObject([{ patch: { revision: 9 } }]);
  await soon(clock, late.manager.close());
  const { app: after } = scene({ manager: { cache: memory, clock } });
  await clock.advance(1);
  expect(await after.overrides()).toEqual([]);
});
