import type { JsonValue, Loader } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { edited, everyMinute, scene, sceneClock, settledScene, soon } from './scene.fixture.ts';

const HOUR_MS = 3_600_000;

test.each(['any', 'origin'] as const)(
  'ready() of a paused config asks again where it is invalidated while the poll runs: from %s',
  async (from) => {
    const { app, clock, loader } = await settledScene();
    app.pause();
    app.invalidate();
    loader.delay(1_000);
    const ready = app.ready({ from });
    await clock.advance(500);
    loader.next(edited({ revision: 2 }));
    app.invalidate();
    expect(await soon(clock, ready, 2_000)).toEqual({ from: 'origin' });
    expect([loader.loads, app.current.revision]).toEqual([3, 2]);
  },
);

test('ready() asks where a config was paused before anybody asked', async () => {
  const { app, clock } = scene();
  app.pause();
  expect(await soon(clock, app.ready())).toEqual({ from: 'origin' });
});

test('invalidate() while the cache is read is not undone by what the cache had', async () => {
  const clock = sceneClock();
  const memory = memoryCache({ clock });
  const before = await settledScene({ manager: { cache: memory, clock } });
  await soon(clock, before.manager.close());
  const read: typeof memory.read = async (key) => {
    const entries = await memory.read(key);
    await new Promise<void>((resolve) => void clock.setTimer(100, resolve));
    return entries;
  };
  const { app, loader } = scene({ manager: { cache: { ...memory, read }, clock } });
  app.pause();
  await clock.advance(10);
  loader.next(edited({ revision: 2 }));
  app.invalidate();
  await clock.advance(500);
  expect(app.status).toMatchObject({ version: 1, from: 'cache' });
  await soon(clock, app.refresh({ ifOlderThanMs: 24 * HOUR_MS }));
  expect([loader.loads, app.current.revision]).toEqual([1, 2]);
});

test('ready() of a paused config that began from the cache waits for its source where it is invalidated', async () => {
  const clock = sceneClock();
  const cache = memoryCache({ clock });
  const before = await settledScene({ manager: { cache, clock } });
  await soon(clock, before.manager.close());
  const { app, loader } = scene({ manager: { cache, clock } });
  app.pause();
  await clock.advance(1);
  expect(app.status).toMatchObject({ version: 1, from: 'cache' });
  loader.next(edited({ revision: 2 }));
  app.invalidate();
  expect(await soon(clock, app.ready())).toEqual({ from: 'origin' });
  expect(app.current.revision).toBe(2);
});

test('invalidate() of a lazy config counts before it begins', async () => {
  const clock = sceneClock();
  const cache = memoryCache({ clock });
  const before = await settledScene({ manager: { cache, clock } });
  await soon(clock, before.manager.close());
  const { app, loader } = scene({ manager: { cache, clock }, config: { lazy: true } });
  await clock.advance(100);
  loader.next(edited({ revision: 2 }));
  app.invalidate();
  expect(await soon(clock, app.ready())).toEqual({ from: 'origin' });
  expect(app.current.revision).toBe(2);
});

test.each([false, true])(
  'the first value of several sources comes in time: invalidated %s',
  async (invalidated) => {
    const { manager, clock } = createTestManager({ clock: sceneClock() });
    const [a, b] = [mockLoader({ name: 'a', value: { a: 1 } }), mockLoader({ name: 'b' })];
    a.delay(5_000);
    b.fail(Infinity);
    const sources = [
      { name: 'a', loader: a },
      { name: 'b', loader: b },
    ];
    const polling = { intervalMs: 300_000, maxIntervalMs: 300_000 };
    const app = manager.register('app', { sources, polling });
    await clock.advance(1_000);
    if (invalidated) app.invalidate();
    await clock.advance(4_000);
    expect(app.status.version).toBe(1);
    await soon(clock, manager.close());
  },
);

test('a source that is skipped, since its origin is down, keeps the first value of the others back no longer', async () => {
  const { manager, clock } = createTestManager({ clock: sceneClock(), breaker: { failures: 1 } });
  const polling = { intervalMs: 300_000, maxIntervalMs: 300_000 };
  const down = mockLoader({ name: 'down', origin: 'https://down.example' });
  down.fail(Infinity);
  manager.register('neighbour', { loader: down, polling });
  await clock.advance(1);
  const a = mockLoader({ name: 'a', value: { a: 1 } });
  const sources = [
    { name: 'a', loader: a },
    { name: 'b', loader: mockLoader({ name: 'b', origin: 'https://down.example' }) },
  ];
  const app = manager.register('app', { sources, polling });
  await clock.advance(1);
  expect(app.status.sources[1]).toMatchObject({ breaker: 'open' });
  expect(app.current).toEqual({ a: 1 });
  await soon(clock, manager.close());
});

/** A source behind a cache that has had its document for some hours. */
function behindCache(said: { raw: JsonValue }): Loader {
  const hints = { ageMs: 5 * HOUR_MS };
  return { name: 'm', key: 'm', load: async () => ({ kind: 'loaded', raw: said.raw, hints }) };
}

/** How old a document is after a restart, before anybody is asked. */
async function ageAfterRestart(options: Parameters<typeof createTestManager>[0]): Promise<number> {
  const { manager, clock } = createTestManager(options);
  const app = manager.register('app', {
    loader: behindCache({ raw: { n: 9 } }),
    polling: everyMinute,
  });
  app.pause();
  await clock.advance(1);
  return app.status.ageMs ?? 0;
}

test('a document whose first write failed is as old after a restart as it is', async () => {
  const clock = sceneClock();
  const memory = memoryCache({ clock });
  let full = true;
  const write: typeof memory.write = (key, bytes) =>
    full ? Promise.reject(new Error('no space')) : memory.write(key, bytes);
  const cache = { ...memory, write };
  const { manager } = createTestManager({ clock, cache });
  const app = manager.register('app', {
    loader: behindCache({ raw: { n: 1 } }),
    polling: everyMinute,
  });
  await clock.advance(1);
  full = false;
  await soon(clock, app.refresh());
  await soon(clock, manager.close());
  expect(await ageAfterRestart({ clock, cache })).toBeGreaterThanOrEqual(5 * HOUR_MS);
});

test('a document that was held is as old after a restart as it is', async () => {
  const clock = sceneClock();
  const cache = memoryCache({ clock });
  const { manager } = createTestManager({ clock, cache });
  const said = { raw: { n: 1 } };
  const polling = { intervalMs: 300_000, strategy: 'fixed' } as const;
  const updates = { max: 1, windowMs: 60_000 };
  const app = manager.register('app', { loader: behindCache(said), polling, updates });
  await clock.advance(1);
  for (const n of [2, 3]) {
    said.raw = { n };
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await soon(clock, app.refresh());
  }
  await clock.advance(61_000);
  expect(app.current).toEqual({ n: 3 });
  await soon(clock, manager.close());
  expect(await ageAfterRestart({ clock, cache })).toBeGreaterThanOrEqual(5 * HOUR_MS);
});
