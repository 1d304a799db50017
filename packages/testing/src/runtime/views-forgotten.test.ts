import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { preload } from '@holdfast/core/preload';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { beforeAll, expect, test } from 'vitest';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

beforeAll(preload);

/** A config whose document changes wholly with each call of `next()`. */
async function changing() {
  const { manager, clock } = createTestManager();
  const valueOf = (n: number) => ({ tenant: '', items: [{ n }] });
  const loader = mockLoader({ value: valueOf(0) });
  const history = { entries: 1 };
  const app = manager.register<ReturnType<typeof valueOf>>('app', { loader, history });
  await clock.advance(0);
  let n = 0;
  const next = async (): Promise<void> => {
    n += 1;
    loader.next(valueOf(n));
    const refreshed = app.refresh();
    await clock.advance(60_000);
    await refreshed;
  };
  return { app, next };
}

test('with() of another tenant for each document keeps none but the last documents alive', async () => {
  const { app, next } = await changing();
  const documents: WeakRef<object>[] = [];
  for (let tenant = 0; tenant < 12; tenant++) {
    documents.push(new WeakRef(app.with({ tenant: String(tenant) }).current.items));
    await next();
  }
  collect();
  const alive = documents.filter((document) => document.deref() !== undefined);
  // what is in force, the one before, and what the history keeps
  expect(alive.length).toBeLessThanOrEqual(3);
});

test('with() asked for again keeps no old document alive, though nobody reads what it gives', async () => {
  const { app, next } = await changing();
  const first = new WeakRef(app.with({ tenant: 'a' }).current.items);
  for (let times = 0; times < 6; times++) {
    await next();
    app.with({ tenant: 'a' });
  }
  collect();
  expect(first.deref()).toBeUndefined();
});

test('with() gives the same view after a change, and its value where nothing in it changed', async () => {
  const { app, next } = await changing();
  const view = app.with({ tenant: 'a', items: [] });
  const { current } = view;
  await next();
  expect(app.with({ tenant: 'a', items: [] })).toBe(view);
  expect(view.current).toBe(current);
});
