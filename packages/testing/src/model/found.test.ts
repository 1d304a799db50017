import type { Cache } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { preload } from '@holdfast/core/preload';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createTestManager } from '../create-test-manager.ts';
import { manualClock } from '../manual-clock.ts';
import { type MockLoader, mockLoader } from '../mock-loader.ts';
import { recordEvents } from '../record-events.ts';

beforeAll(preload);

test('refresh() is not cut short when the cache answers while its load is under way', async () => {
  const clock = manualClock();
  const cache: Cache = {
    ...memoryCache({ clock }),
    read: () => new Promise((resolve) => void clock.setTimer(50, () => resolve([]))),
  };
  const { manager } = createTestManager({ clock, cache });
  const loader = mockLoader({ value: { n: 1 } });
  loader.delay(100);
  const app = manager.register('app', { loader });
  const refreshed = app.refresh();
  await clock.advance(1_000);
  expect(await refreshed).toMatchObject({ kind: 'accepted' });
  await manager.close();
});

test('a load keeps its deadline when a recent cached document arrives while it is under way', async () => {
  const clock = manualClock();
  const memory = memoryCache({ clock });
  const slow: Cache = {
    ...memory,
    read: (key) =>
      new Promise((resolve) => void clock.setTimer(50, () => resolve(memory.read(key)))),
  };
  const loader = mockLoader({ value: { n: 1 }, watch: true });
  const first = createTestManager({ clock, cache: memory });
  first.manager.register('app', { loader });
  await clock.advance(1_000);
  await first.manager.close();

  const { manager } = createTestManager({ clock, cache: slow });
  const record = recordEvents(manager, 'poll.finished');
  loader.hang();
  loader.connect();
  manager.register('app', { loader, polling: { deadlineMs: 2_000, intervalMs: 60_000 } });
  await clock.advance(2_100);
  expect(record.of('poll.finished')[0]).toMatchObject({ durationMs: 2_000 });
  await manager.close();
});

test('a validator that was young when its document was stored is not sent after a restart', async () => {
  const clock = manualClock();
  const cache = memoryCache({ clock });
  const loader = mockLoader();
  loader.next({ n: 1 }, { hints: { young: true } });
  const register = () => {
    const { manager } = createTestManager({ clock, cache });
    manager.register('app', { loader });
    return manager;
  };
  const before = register();
  await clock.advance(10);
  await before.close();
  const after = register();
  await clock.advance(60_000);
  const [, second] = loader.asked;
  expect(second).toMatchObject({ known: undefined });
  await after.close();
});

test('status.changed tells of expired within a minute when no poll ends', async () => {
  const { manager, clock } = createTestManager();
  const record = recordEvents(manager, 'status.changed');
  const loader = mockLoader({ value: { n: 1 } });
  const app = manager.register('app', { loader, maxStaleMs: 100_000 });
  await clock.advance(1);
  app.pause();
  await clock.advance(170_000);
  expect(app.status.state).toBe('expired');
  expect(record.of('status.changed').at(-1)).toMatchObject({ state: 'expired' });
  await manager.close();
});

test('a document that could not be stored is stored once the cache works again', async () => {
  const clock = manualClock();
  const memory = memoryCache({ clock });
  let full = true;
  const cache: Cache = {
    ...memory,
    write: (key, bytes) =>
      full ? Promise.reject(new Error('no space left')) : memory.write(key, bytes),
  };
  const loader = mockLoader({ value: { n: 1 } });
  const before = createTestManager({ clock, cache });
  before.manager.register('app', { loader });
  await clock.advance(1_000);
  full = false;
  await clock.advance(600_000);
  await before.manager.close();

  loader.fail(Infinity);
  const after = createTestManager({ clock, cache });
  const app = after.manager.register('app', { loader });
  await clock.advance(1_000);
  expect(app.current).toEqual({ n: 1 });
  await after.manager.close();
});

test('current keeps its identity when the schema takes out what only the former document had', async () => {
  const { manager, clock } = createTestManager();
  const loader = mockLoader({ value: { n: 5, note: 'x', pool: {} } });
  const app = manager.register('app', {
    loader,
    schema: z.object({ n: z.int(), pool: z.object({ size: z.int().default(4) }) }),
  });
  await clock.advance(1);
  const before = app.current;
  loader.next({ n: 5, pool: { size: 4 } });
  await clock.advance(300_000);
  expect(app.source().document()).toEqual({ n: 5, pool: { size: 4 } });
  expect(app.current).toBe(before);
  expect(app.status.version).toBe(1);
  loader.next({ n: 6, pool: { size: 4 } });
  await clock.advance(300_000);
  expect(app.current.pool).toBe(before.pool);
  await manager.close();
});

test('a cached document that the schema refuses is not confirmed with the one before it', async () => {
  const clock = manualClock();
  const cache = memoryCache({ clock });
  const loader = mockLoader({ value: { n: 2 } });
  const loose = z.object({ n: z.int() });
  const start = (schema: typeof loose) => {
    const { manager } = createTestManager({ clock, cache });
    return { manager, app: manager.register('app', { loader, schema }) };
  };
  const first = start(loose);
  await clock.advance(1);
  loader.next({ n: 1 });
  await clock.advance(300_000);
  await first.manager.close();

  loader.next({ n: 2 }, { validator: { revision: loader.asked[0] ? revisionOf(loader) : '' } });
  const strict = start(loose.refine(({ n }) => n % 2 === 0));
  await clock.advance(300_000);
  expect(strict.app.current).toEqual({ n: 2 });
  await strict.manager.close();

  loader.fail(Infinity);
  const last = start(loose);
  await clock.advance(0);
  expect(last.app.current).toEqual({ n: 2 });
  await last.manager.close();
});

/** Of the first document. */
function revisionOf({ asked }: MockLoader): string {
  return asked.find(({ known }) => known)?.known?.revision ?? '';
}
