import type { ConfigHandle, View } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import {
  type Doc,
  edited,
  everyMinute,
  first,
  scene,
  sceneClock,
  settledScene,
  soon,
} from '../promises/scene.fixture.ts';

const MIN_INTERVAL_MS = 10_000;
const DAY_MS = 86_400_000;
const lazily = { lazy: true } as const;
const because = { by: 'ann@example.com', reason: 'an incident' } as const;

/** Whether reads of `current` are those of a plain property. */
const isPlain = (app: ConfigHandle<Doc>): boolean => Object.hasOwn(app, 'current');

describe('register() with lazy', () => {
  test('loads, watches and reads nothing, for days', async () => {
    const cache = memoryCache();
    const reads: string[] = [];
    const noted = {
      ...cache,
      read: (key: string) => {
        reads.push(key);
        return cache.read(key);
      },
    };
    const { app, clock, loader, record } = scene({
      config: lazily,
      loader: { watch: true },
      manager: { cache: noted },
    });
    await clock.advance(3 * DAY_MS);
    expect([loader.loads, loader.watches, reads]).toEqual([0, 0, []]);
    expect(app.status).toMatchObject({ state: 'starting', version: 0, next: undefined });
    expect(record.types).toEqual([]);
  });

  test.each([
    ['current', (app) => app.current],
    ['get()', (app) => app.get('pool.size')],
    ['current of a part', (app) => app.select('pool.size').current],
    ['current of a selection', (app) => app.select((config) => config.pool).current],
  ] satisfies [string, (app: ConfigHandle<Doc>) => unknown][])(
    'begins at the first read of %s, which does not wait for it',
    async (_, read) => {
      const { app, clock, loader } = scene({ config: lazily });
      expect(() => read(app)).toThrow(expect.objectContaining({ code: 'NO_VALUE' }));
      expect(loader.loads).toBe(0);
      await clock.advance(0);
      expect(loader.loads).toBe(1);
      expect(app.current).toEqual(first);
      expect(app.status.state).toBe('fresh');
    },
  );

  test('begins when the document of a source is read', async () => {
    const { app, clock } = scene({ config: lazily });
    expect(app.source().document()).toBeUndefined();
    await clock.advance(0);
    expect(app.source().document()).toEqual(first);
  });

  test('serves defaults to the first read, and polls on like others from then on', async () => {
    const defaults = edited({ revision: 0 }) as Doc;
    const { app, clock, loader } = scene({ config: { lazy: true, defaults } });
    expect(app.current).toEqual(defaults);
    expect(isPlain(app)).toBe(true);
    await clock.advance(0);
    expect(app.current).toEqual(first);
    const loads = loader.loads;
    await clock.advance(600_000);
    expect(loader.loads - loads).toBeGreaterThanOrEqual(9);
  });

  test('takes no subscription for a read', async () => {
    const defaults = edited({ revision: 0 }) as Doc;
    const { app, clock, loader } = scene({ config: { lazy: true, defaults } });
    const heard: unknown[] = [];
    const size = app.select('pool.size');
    app.onChange((config) => heard.push(config.revision), { immediate: true });
    size.onChange((pool) => heard.push(pool));
    void app.changes().next();
    await clock.advance(DAY_MS);
    expect([loader.loads, heard]).toEqual([0, [0]]);
    // it was looked at by its subscription, and is read now
    expect(size.current).toBe(4);
    await clock.advance(0);
    expect(heard).toEqual([0, 1]);
  });

  test('begins at the first ready(), which waits for the source', async () => {
    const { app, clock, loader } = scene({ config: lazily });
    expect(await soon(clock, app.ready())).toEqual({ from: 'origin' });
    expect(loader.loads).toBe(1);
    expect(isPlain(app)).toBe(true);
  });

  test('begins at the first refresh(), with one request', async () => {
    const { app, clock, loader, manager } = scene({ config: lazily });
    const both = Promise.all([app.refresh({ ifOlderThanMs: 5_000 }), manager.refresh()]);
    const [outcome] = await soon(clock, both);
    expect(outcome).toMatchObject({ kind: 'accepted' });
    expect(loader.loads).toBe(1);
  });

  test('takes a recent document of the cache at the first ready(), and polls later', async () => {
    const clock = sceneClock();
    const cache = memoryCache({ clock });
    const before = await settledScene({ manager: { cache, clock } });
    await soon(clock, before.manager.close());
    const { app, loader } = scene({ manager: { cache, clock }, config: lazily });
    await clock.advance(1_000);
    expect(await soon(clock, app.ready())).toEqual({ from: 'cache' });
    expect(loader.loads).toBe(0);
    await clock.advance(60_000);
    expect(loader.loads).toBeGreaterThan(0);
  });

  test('begins at resume(), and at what an operator does, so that a restart keeps it', async () => {
    const clock = sceneClock();
    const cache = memoryCache({ clock });
    const resumed = scene({ config: lazily, manager: { clock } });
    resumed.app.pause();
    resumed.app.resume();
    await clock.advance(0);
    expect(resumed.app.status.state).toBe('fresh');

    const config = { ...lazily, defaults: { pool: { size: 1 } } };
    const operated = scene({ config, manager: { cache, clock } });
    await clock.advance(1);
    const pool = { size: 9 };
    await soon(clock, operated.app.override({ pool }, { ...because, persist: true }));
    await soon(clock, operated.manager.close());
    const { app } = scene({ config: lazily, manager: { cache, clock } });
    await soon(clock, app.ready());
    expect(app.current.pool.size).toBe(9);
  });

  test('asks at ready() though it was paused before it began, and does not poll on', async () => {
    const { app, clock, loader } = scene({ config: lazily });
    app.pause();
    expect(() => app.current).toThrow(expect.objectContaining({ code: 'NO_VALUE' }));
    await clock.advance(1);
    expect(loader.loads).toBe(0);
    expect(await soon(clock, app.ready())).toEqual({ from: 'origin' });
    await clock.advance(DAY_MS);
    expect(await app.ready()).toEqual({ from: 'origin' });
    expect(loader.loads).toBe(1);
  });

  test('asks nothing after close, and closes no loader that it never used', async () => {
    const { manager, clock } = createTestManager();
    let closed = 0;
    const loader = mockLoader({ value: first });
    const shared = { ...loader, close: async () => void (closed += 1) };
    manager.register('eager', { loader: shared, polling: everyMinute });
    const lazy = manager.register<Doc>('lazy', {
      loader: shared,
      polling: everyMinute,
      lazy: true,
    });
    await clock.advance(0);
    await soon(clock, lazy.close());
    expect(closed).toBe(0);
    const { loads } = loader;
    lazy.resume();
    lazy.invalidate();
    expect(() => lazy.current).toThrow(expect.objectContaining({ code: 'NO_VALUE' }));
    expect(await lazy.refresh()).toMatchObject({ kind: 'failed', error: { code: 'CLOSED' } });
    await expect(soon(clock, lazy.ready())).rejects.toMatchObject({ code: 'CLOSED' });
    expect([loader.loads, lazy.status.state]).toEqual([loads, 'closed']);
    await soon(clock, manager.close());
    expect(closed).toBe(1);
  });
});

describe('invalidate()', () => {
  test('keeps the value, says that it is old, and polls nothing by itself', async () => {
    const { app, clock, loader, record } = await settledScene();
    await clock.advance(MIN_INTERVAL_MS);
    const { loads } = loader;
    app.invalidate();
    expect(app.status).toMatchObject({ state: 'stale', from: 'cache', version: 1 });
    expect(record.of('status.changed')).toMatchObject([{ state: 'stale', previous: 'fresh' }]);
    await clock.advance(1_000);
    expect(loader.loads).toBe(loads);
  });

  test.each([
    ['current', (app) => app.current],
    ['get()', (app) => app.get('pool')],
    ['current of a part', (_, part) => part.current],
  ] satisfies [string, (app: ConfigHandle<Doc>, part: View<number>) => unknown][])(
    'makes the next read of %s poll, and only that',
    async (_, read) => {
      const { app, clock, loader } = await settledScene();
      const size = app.select('pool.size');
      expect(size.current).toBe(4);
      await clock.advance(MIN_INTERVAL_MS);
      const { loads } = loader;
      loader.next(edited({ revision: 2 }));
      app.invalidate();
      expect(read(app, size)).toBeDefined();
      expect(isPlain(app)).toBe(true);
      read(app, size);
      await clock.advance(0);
      expect(loader.loads).toBe(loads + 1);
      expect(app.current.revision).toBe(2);
      expect(app.status).toMatchObject({ state: 'fresh', from: 'origin' });
      await clock.advance(MIN_INTERVAL_MS);
      expect(loader.loads).toBe(loads + 1);
    },
  );

  test('makes reads wait out the minimum interval, and ready() not', async () => {
    const { app, clock, loader } = await settledScene();
    const { loads } = loader;
    app.invalidate();
    void app.current;
    await clock.advance(MIN_INTERVAL_MS / 2);
    expect(loader.loads).toBe(loads);
    loader.next(edited({ revision: 2 }));
    expect(await soon(clock, app.ready())).toEqual({ from: 'origin' });
    expect(app.current.revision).toBe(2);
    expect(loader.loads).toBe(loads + 1);
  });

  test('makes ready() serve what there is when the source fails', async () => {
    const { app, clock, loader } = await settledScene();
    loader.fail(Infinity);
    app.invalidate();
    expect(await soon(clock, app.ready())).toEqual({ from: 'cache' });
    expect(app.current).toEqual(first);
  });

  test('makes no confirmation recent enough for refresh(), not even after a read', async () => {
    const { app, clock, loader } = await settledScene();
    const fresh = () => soon(clock, app.refresh({ ifOlderThanMs: DAY_MS }));
    await fresh();
    const { loads } = loader;
    app.invalidate();
    void app.current;
    await fresh();
    expect(loader.loads).toBe(loads + 1);
    await fresh();
    expect(loader.loads).toBe(loads + 1);
  });

  test('works while polls are paused: ready() and refresh() ask, reads do not', async () => {
    const { app, clock, loader } = await settledScene();
    app.pause();
    const { loads } = loader;
    app.invalidate();
    expect(app.current).toEqual(first);
    await clock.advance(DAY_MS);
    expect(loader.loads).toBe(loads);
    await soon(clock, app.ready());
    expect(loader.loads).toBe(loads + 1);
  });

  test('asks once more where a poll was under way, whose answer may be of before', async () => {
    const { app, clock, loader } = await settledScene();
    loader.delay(1_000);
    const outcome = app.refresh();
    await clock.advance(500);
    const { loads } = loader;
    loader.next(edited({ revision: 2 }));
    app.invalidate();
    await soon(clock, outcome, 500);
    expect(app.current.revision).toBe(1);
    await clock.advance(MIN_INTERVAL_MS + 1_000);
    expect(app.current.revision).toBe(2);
    expect(loader.loads).toBe(loads + 1);
  });

  test('is not over by the answer of a poll that began before', async () => {
    const { app, clock, loader } = await settledScene();
    loader.delay(1_000);
    const before = app.refresh();
    await clock.advance(500);
    loader.next(edited({ revision: 2 }));
    app.invalidate();
    let ready: { readonly from: string; readonly revision: number } | undefined;
    void app.ready().then(({ from }) => (ready = { from, revision: app.current.revision }));
    const asked = app.refresh({ ifOlderThanMs: DAY_MS });
    await soon(clock, before, 600);
    expect([app.current.revision, app.status.state, ready]).toEqual([1, 'stale', undefined]);
    await soon(clock, asked, 1_100);
    expect(await asked).toMatchObject({ kind: 'accepted' });
    expect(ready).toEqual({ from: 'origin', revision: 2 });
    expect(app.status.state).toBe('fresh');
  });

  test('is not over by the failure of a poll that began before', async () => {
    const { app, clock, loader } = await settledScene();
    loader.delay(1_000);
    loader.fail();
    const before = app.refresh();
    await clock.advance(500);
    app.invalidate();
    let from: string | undefined;
    void app.ready().then((ready) => (from = ready.from));
    await soon(clock, before, 600);
    expect(from).toBeUndefined();
    await clock.advance(1_100);
    expect(from).toBe('origin');
  });

  test('asks nothing for those who listen to documents', async () => {
    const { app, clock, loader } = await settledScene();
    await clock.advance(MIN_INTERVAL_MS);
    const heard: unknown[] = [];
    app.source().onDocument((document) => heard.push(document));
    const { loads } = loader;
    app.invalidate();
    app.source().onDocument((document) => heard.push(document));
    await clock.advance(MIN_INTERVAL_MS);
    expect([loader.loads, heard]).toEqual([loads, []]);
    void app.current;
    await clock.advance(0);
    expect(loader.loads).toBe(loads + 1);
  });

  test('is over when a poll of the schedule has confirmed what is known', async () => {
    const { app, clock, loader } = await settledScene();
    app.invalidate();
    await clock.advance(61_000);
    const { loads } = loader;
    expect(app.status).toMatchObject({ state: 'fresh', from: 'origin' });
    await clock.advance(MIN_INTERVAL_MS);
    void app.current;
    await clock.advance(0);
    expect(loader.loads).toBe(loads);
    expect(isPlain(app)).toBe(true);
  });

  test('notices the next read also where something else changed the value meanwhile', async () => {
    const { app, clock, loader } = await settledScene();
    await clock.advance(MIN_INTERVAL_MS);
    app.invalidate();
    await soon(clock, app.override({ log: { level: 'debug' } }, because));
    const { loads } = loader;
    expect(app.current.log.level).toBe('debug');
    await clock.advance(0);
    expect(loader.loads).toBe(loads + 1);
  });

  test('changes nothing after close', async () => {
    const { app, clock } = await settledScene();
    await soon(clock, app.close());
    app.invalidate();
    expect(app.status).toMatchObject({ state: 'closed', from: 'origin' });
    expect(isPlain(app)).toBe(true);
  });
});
