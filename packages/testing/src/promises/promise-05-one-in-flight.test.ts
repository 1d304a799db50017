import type { Loader, LoadResult, Outcome } from '@holdfast/core';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { edited, first, poll, scene, sceneClock, settledScene, soon } from './scene.fixture.ts';

/** Counts the loads that are under way at the same time. */
function counting() {
  const inner = mockLoader({ value: first, watch: true });
  const count = { now: 0, most: 0 };
  const loader: Loader = {
    ...inner,
    async load(request): Promise<LoadResult> {
      count.now += 1;
      count.most = Math.max(count.most, count.now);
      try {
        return await inner.load(request);
      } finally {
        count.now -= 1;
      }
    },
  };
  return { inner, loader, count };
}

test('C8 promise 5: 10 000 refresh() calls of one tick cost one request', async () => {
  const { app, clock, loader } = await settledScene();
  const before = loader.loads;
  const all = Promise.all(Array.from({ length: 10_000 }, () => app.refresh()));
  const outcomes = await soon(clock, all);
  expect(loader.loads - before).toBe(1);
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['unchanged']));
});

test('C8 promise 5: 10 000 refresh() calls during a poll cost that poll and one more', async () => {
  const { app, clock, loader } = await settledScene();
  loader.delay(1_000);
  const running = app.refresh();
  await clock.advance(500);
  const before = loader.loads;
  const later: Promise<Outcome>[] = [];
  for (let i = 0; i < 10; i++) {
    for (let n = 0; n < 1_000; n++) later.push(app.refresh());
    await clock.advance(10);
  }
  await clock.advance(3_000);
  expect(await running).toEqual({ kind: 'unchanged' });
  expect((await Promise.all(later)).every(({ kind }) => kind === 'unchanged')).toBe(true);
  expect(loader.loads - before).toBe(1);
});

test('C9 promise 5: whoever refreshes after a publish sees it, also during a poll that began before', async () => {
  const { app, clock, loader } = await settledScene();
  loader.delay(1_000); // answers with what was served when it was asked
  const early = app.refresh();
  await clock.advance(500);
  loader.next(edited({ revision: 2 }));
  const late = app.refresh();
  await clock.advance(501);
  expect(await early).toEqual({ kind: 'unchanged' });
  expect(app.current.revision).toBe(1);
  await clock.advance(1_000);
  expect(await late).toMatchObject({ kind: 'accepted', version: 2 });
  expect(app.current.revision).toBe(2);
});

test('promise 5: refresh() called and published in one tick sees the publish', async () => {
  const { app, clock, loader } = await settledScene();
  const refreshed = app.refresh();
  loader.next(edited({ revision: 2 })); // the request starts in a microtask
  expect(await soon(clock, refreshed)).toMatchObject({ kind: 'accepted' });
});

test('promise 5: current is the new value when refresh() resolves', async () => {
  const { app, clock, loader } = await settledScene();
  loader.next(edited({ revision: 2 }));
  let seen = 0;
  void app.refresh().then(() => (seen = app.current.revision));
  await clock.advance(1);
  expect(seen).toBe(2);
});

test('promise 5: refresh() inside a listener starts a new request, and sees what was published there', async () => {
  const { app, clock, loader } = await settledScene();
  const outcomes: Promise<Outcome>[] = [];
  app.onChange(({ revision }) => {
    if (revision !== 2) return;
    loader.next(edited({ revision: 3 }));
    outcomes.push(app.refresh());
  });
  loader.next(edited({ revision: 2 }));
  await poll({ app, clock });
  expect(await Promise.all(outcomes)).toMatchObject([{ kind: 'accepted', version: 3 }]);
});

test('C9 promise 5: never two requests at once, whatever comes together', async () => {
  const { inner, loader, count } = counting();
  const { app, clock } = scene({ config: { loader } });
  inner.connect();
  for (let n = 2; n < 60; n++) {
    inner.delay(n % 3 === 0 ? 15_000 : n * 50); // some past their deadline
    inner.next(edited({ revision: n }));
    inner.changed();
    void app.refresh();
    await clock.advance(n * 30);
    void app.refresh();
    if (n % 5 === 0) inner.disconnect();
    if (n % 5 === 2) inner.connect();
    app.pause();
    app.resume();
    await clock.advance(n * 200);
  }
  expect(count.most).toBe(1);
  inner.heal();
  await clock.advance(600_000);
  expect(app.current.revision).toBe(59);
});

test('C9 promise 5: a loader that ignores its signal cannot hold the loop, and its late answer is ignored', async () => {
  const { app, clock, loader } = await settledScene();
  loader.hang();
  loader.next(edited({ revision: 2 }));
  const refreshed = app.refresh();
  await clock.advance(10_010);
  expect(await refreshed).toMatchObject({
    kind: 'failed',
    error: { code: 'LOAD_FAILED', failure: 'timeout' },
  });
  expect(loader.asked.at(-1)!.signal.aborted).toBe(true);
  expect((loader.asked.at(-1)!.signal.reason as Error).message).toContain('10000 ms');
  loader.release();
  await clock.advance(1);
  expect(app.current.revision).toBe(1); // the late answer is no answer
  await clock.advance(200_000);
  expect(app.current.revision).toBe(2);
});

test('promise 5: a refresh waits for no slot, and polls of many configs take turns', async () => {
  const { inner, loader, count } = counting();
  const { manager, clock } = scene({ manager: { maxConcurrentPolls: 2 }, config: { loader } });
  inner.delay(100);
  for (let n = 0; n < 10; n++) {
    manager.register(`other${n}`, { loader: { ...loader, key: `${n}`, name: `${n}` } });
  }
  await clock.advance(50);
  expect(count.now).toBe(2);
  const refreshed = manager.refresh();
  await clock.advance(1);
  expect(count.now).toBe(11);
  await clock.advance(2_000);
  const kinds = [...(await refreshed).values()].map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'accepted')).toHaveLength(9);
  expect(kinds.filter((kind) => kind === 'unchanged')).toHaveLength(2);
  expect(manager.summary().state).toBe('fresh');
});

test('promise 5: refresh({ ifOlderThanMs }) asks nobody while the last confirmation is young enough', async () => {
  const { app, clock, loader } = await settledScene();
  await clock.advance(5_000);
  const before = loader.loads;
  expect(await app.refresh({ ifOlderThanMs: 6_000 })).toEqual({ kind: 'unchanged' });
  expect(loader.loads).toBe(before);
  await soon(clock, app.refresh({ ifOlderThanMs: 5_000 }));
  expect(loader.loads).toBe(before + 1);
});

test('promise 5: refresh({ ifOlderThanMs }) goes by the oldest confirmation of several sources', async () => {
  const { manager, clock } = createTestManager({ clock: sceneClock() });
  const [a, b] = [mockLoader({ name: 'a', value: { a: 1 } }), mockLoader({ name: 'b' })];
  b.next({ b: 1 });
  const often = { intervalMs: 10_000, strategy: 'fixed' } as const;
  const app = manager.register('app', {
    sources: [
      { name: 'a', loader: a, polling: often },
      { name: 'b', loader: b },
      { name: 'c', loader: mockLoader({ name: 'c' }), optional: true },
    ],
    polling: { intervalMs: 300_000 },
  });
  await clock.advance(1);
  await clock.advance(100_000);
  b.next({ b: 2 });
  expect(await soon(clock, app.refresh({ ifOlderThanMs: 100_010 }))).toEqual({ kind: 'unchanged' });
  expect(b.loads).toBe(1);
  await soon(clock, app.refresh({ ifOlderThanMs: 20_000 }));
  expect(app.current).toEqual({ a: 1, b: 2 });
  await manager.close();
});

test('C9 promise 5: an answer that a push overtook is thrown away, and asked for again', async () => {
  const { app, clock, loader } = await settledScene({ loader: { watch: true } });
  loader.connect();
  await clock.advance(20_000);
  loader.delay(1_000);
  loader.next(edited({ revision: 2 }));
  const refreshed = app.refresh(); // will answer revision 2
  await clock.advance(500);
  loader.push(edited({ revision: 3 }));
  await clock.advance(1);
  expect(app.current.revision).toBe(3);
  await clock.advance(2_000);
  expect(app.current.revision).toBe(3);
  expect(await refreshed).toMatchObject({ kind: 'unchanged' });
});

test('promise 5: refresh({ ifOlderThanMs }) joins a poll that began no longer ago than that', async () => {
  const { manager, app, loader, clock } = await settledScene();
  app.pause();
  await clock.advance(60_000);
  loader.delay(300);
  const outcomes = [app.refresh({ ifOlderThanMs: 30_000 })];
  await clock.advance(100);
  // the first joins, the second began too late for the poll, the third wants what is published now
  outcomes.push(app.refresh({ ifOlderThanMs: 30_000 }));
  const own = [app.refresh({ ifOlderThanMs: 50 }), app.refresh()];
  await clock.advance(200);
  expect(await Promise.all(outcomes)).toEqual([{ kind: 'unchanged' }, { kind: 'unchanged' }]);
  expect(loader.loads).toBe(3);
  await clock.advance(300);
  expect(await Promise.all(own)).toEqual([{ kind: 'unchanged' }, { kind: 'unchanged' }]);
  expect(loader.loads).toBe(3);
  await manager.close();
});

test('promise 5: refresh({ ifOlderThanMs }) of a listener that hears of a failure is answered, too', async () => {
  const { manager, app, loader, clock } = await settledScene();
  await clock.advance(5_000);
  const outcomes: Outcome[] = [];
  const off = manager.on('status.changed', async () => {
    off();
    outcomes.push(await app.refresh({ ifOlderThanMs: 1_000 }));
  });
  loader.fail(1);
  await clock.track(app.refresh());
  await clock.advance(1);
  expect(outcomes).toEqual([{ kind: 'unchanged' }]);
  await manager.close();
});
