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
  const turns: number[] = [];
  let going = true;
  const turn = (): void => {
    turns.push((app.current as { edit: number }).edit);
    if (going) setImmediate(turn);
  };
  setImmediate(turn);
  const refreshed = app.refresh();
  const overridden = app.override({ last: 'mine' }, { by: 'ann', reason: 'a test' });
  const pushed = app.refresh();
  await Promise.all([refreshed, overridden, pushed]);
  going = false;
  expect(turns.length).toBeGreaterThan(8);
  // in each of them one whole value was there
  expect(new Set(turns)).toContain(0);
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
  for (let i = 0; i < 4; i++) await new Promise((resolve) => void setImmediate(resolve));
  await manager.close();
  await refreshed;
  expect(app.current).toBe(before);
});
