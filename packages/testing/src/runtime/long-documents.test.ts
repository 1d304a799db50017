import { createConfigManager } from '@holdfast/core';
import { mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { createTestManager } from '../create-test-manager.ts';

/** So many rows that the document goes its way in several turns. */
const ROWS = Array.from({ length: 40_000 }, (_, i) => ({ id: i, name: `row ${i}`, on: true }));

const long = (edit: number, rows: readonly object[] = ROWS): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ edit, rows, last: edit % 2 }));

test('advance() sees a document of megabytes through, which goes its way in many turns', async () => {
  const { manager, clock } = createTestManager();
  const loader = mockLoader({ value: long(0) });
  const app = manager.register('app', { loader, limits: { maxKeys: 1e6 } });
  await clock.advance(0);
  expect(app.current).toMatchObject({ edit: 0, rows: { length: ROWS.length } });
  loader.next(long(1, [{ id: -1 }, ...ROWS]));
  await clock.advance(240_000);
  expect(app.current).toMatchObject({ edit: 1, last: 1 });
  await manager.close();
});

test('refresh() of such a document lets others have their turns, and what they do comes after it or before', async () => {
  const manager = createConfigManager();
  const loader = mockLoader({ value: long(0) });
  const app = manager.register('app', { loader, limits: { maxKeys: 1e6 }, updates: false });
  await app.ready();
  loader.next(long(2, ROWS.toReversed()));
  const seen: number[] = [];
  let going = true;
  const turn = (): void => {
    seen.push((app.current as { edit: number }).edit);
    if (going) setImmediate(turn);
  };
  setImmediate(turn);
  const refreshed = app.refresh();
  const overridden = app.override({ last: 'mine' }, { by: 'ann', reason: 'a test' });
  const pushed = app.refresh();
  await Promise.all([refreshed, overridden, pushed]);
  going = false;
  expect(seen.length).toBeGreaterThan(8);
  // in each of them one whole value was there
  expect(new Set(seen)).toContain(0);
  expect(app.current).toMatchObject({ edit: 2, last: 'mine' });
  await manager.close();
});

test('close() while such a document is on its way ends it, and nothing changes any more', async () => {
  const manager = createConfigManager();
  const loader = mockLoader({ value: long(0) });
  const app = manager.register('app', { loader, limits: { maxKeys: 1e6 }, updates: false });
  await app.ready();
  const before = app.current;
  loader.next(long(3, ROWS.toReversed()));
  const refreshed = app.refresh().catch((error: unknown) => error);
  // in the middle of its way
  await turns(4);
  await manager.close();
  await refreshed;
  expect(app.current).toBe(before);
});

/** A config whose documents are pushed. */
async function pushable() {
  const manager = createConfigManager();
  const loader = mockLoader({ value: long(0), watch: true });
  loader.connect();
  const polling = { intervalMs: 3_600_000, minIntervalMs: 1 };
  const terms = { limits: { maxKeys: 1e6 }, updates: false, maxRemoved: 1 } as const;
  const app = manager.register<{ edit: number }>('app', { ...terms, loader, polling });
  await app.ready({ from: 'origin' });
  await turns(50);
  return { manager, loader, app };
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => void setImmediate(resolve));
}

test('invalidate() while such a document is pushed is not lost: the next read polls', async () => {
  const { manager, loader, app } = await pushable();
  loader.push(long(2, ROWS.toReversed()));
  await turns(2);
  app.invalidate();
  const { loads } = loader;
  while (app.status.version < 2) await turns(1);
  expect(app.status).toMatchObject({ state: 'stale', from: 'cache' });
  expect(loader.loads).toBe(loads);
  expect(app.current.edit).toBe(2);
  while (loader.loads === loads) await turns(1);
  while (app.status.state !== 'fresh') await turns(1);
  await manager.close();
});

test('of such documents that are pushed while one is on its way only the newest is looked at', async () => {
  const { manager, loader, app } = await pushable();
  const seen: number[] = [];
  app.onChange(({ edit }) => void seen.push(edit));
  for (let edit = 1; edit <= 20; edit++) {
    loader.push(long(edit, edit % 2 ? ROWS.toReversed() : ROWS));
    await turns(1);
  }
  while (app.current.edit < 20) await turns(1);
  expect(seen.length).toBeLessThan(10);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  for (const edit of [21, 22, 23]) loader.push({ edit });
  while (app.current.edit < 23) await turns(1);
  // short ones are through before many can wait
  expect(seen.slice(-3)).toEqual([21, 22, 23]);
  await manager.close();
});
