import type { JsonValue } from '@holdfast/core';
import { expect, test } from 'vitest';
import { edited, everyMinute, first, poll, settledScene, soon } from './scene.fixture.ts';

const WINDOW_MS = 600_000;
/** The first document takes the only place in the window. */
const one = { updates: { max: 1, windowMs: WINDOW_MS }, polling: everyMinute };

/** A document of so many keys that losing most of them is refused. */
const wide: JsonValue = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, i]));

test('promise 10: an update over the limit is held, and applied when the window opens, without a load', async () => {
  const made = await settledScene({ config: one });
  const { app, clock, loader, record } = made;
  loader.next(edited({ revision: 2 }));
  const outcome = await poll(made);
  expect(outcome).toMatchObject({ kind: 'held' });
  const { until } = outcome as { until: number };
  expect(until - clock.now()).toBeGreaterThan(WINDOW_MS - 10);
  expect(until - clock.now()).toBeLessThanOrEqual(WINDOW_MS);
  expect(record.of('document.held')).toMatchObject([{ source: 'mock', until }]);
  expect(app.status).toMatchObject({
    state: 'fresh',
    version: 1,
    sources: [{ waiting: { kind: 'held', until } }],
  });
  expect(app.current.revision).toBe(1);
  loader.fail(Infinity); // nobody is asked
  await clock.advance(until - clock.now() - 1);
  expect(app.current.revision).toBe(1);
  await clock.advance(1);
  expect(app.current.revision).toBe(2);
  expect(record.of('config.changed')).toMatchObject([{ version: 2, trigger: 'window' }]);
  expect(app.status.sources[0]!.waiting).toBeUndefined();
});

test('O5 promise 10: of several surplus updates the newest is applied', async () => {
  const made = await settledScene({ config: one });
  for (let revision = 2; revision <= 9; revision++) {
    made.loader.next(edited({ revision }));
    expect(await poll(made, 10_000)).toMatchObject({ kind: 'held' });
  }
  expect(made.app.current.revision).toBe(1);
  await made.clock.advance(WINDOW_MS);
  expect(made.app.current.revision).toBe(9);
  expect(made.app.status.version).toBe(2);
});

test('promise 10: when the origin returns to what is in force, the held update is dropped', async () => {
  const made = await settledScene({ config: one });
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  made.loader.next(structuredClone(first)); // as a new document
  expect(await poll(made)).toEqual({ kind: 'unchanged' });
  expect(made.app.status.sources[0]!.waiting).toBeUndefined();
  await made.clock.advance(2 * WINDOW_MS);
  expect(made.app.status.version).toBe(1);
});

test('promise 10: a 304 also says that the origin returned to what is in force', async () => {
  const made = await settledScene({ config: one });
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  made.loader.unchanged(1);
  expect(await poll(made)).toEqual({ kind: 'unchanged' });
  expect(made.app.status.sources[0]!.waiting).toBeUndefined();
});

test('promise 10: a failure or a refusal while an update is held does not lose it', async () => {
  const made = await settledScene({ config: one });
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  made.loader.fail(1);
  expect(await poll(made)).toMatchObject({ kind: 'failed' });
  made.loader.next([]);
  expect(await poll(made)).toMatchObject({ kind: 'refused' });
  await made.clock.advance(WINDOW_MS);
  expect(made.app.current.revision).toBe(2);
});

test('promise 10: an update is held while paused too, and applied all the same', async () => {
  const made = await settledScene({ config: one });
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  made.app.pause();
  await made.clock.advance(WINDOW_MS);
  expect(made.app.current.revision).toBe(2);
});

test('promise 10: the window slides: as many updates as it allows, in any window', async () => {
  const made = await settledScene({ config: { updates: { max: 3, windowMs: 60_000 } } });
  const { app, clock, loader } = made;
  const times: number[] = [clock.monotonic() - 1];
  app.onChange(() => times.push(clock.monotonic()));
  for (let revision = 2; revision < 120; revision++) {
    loader.next(edited({ revision }));
    await poll(made, 3_100);
  }
  await clock.advance(60_000);
  expect(app.current.revision).toBe(119);
  expect(times.length).toBeGreaterThan(17);
  for (const [i, at] of times.entries()) {
    expect((times[i + 3] ?? Infinity) - at).toBeGreaterThanOrEqual(60_000);
  }
});

test('promise 10: ten updates a minute are allowed unless told otherwise, and any number with false', async () => {
  const limited = await settledScene();
  const free = await settledScene({ config: { updates: false } });
  for (const made of [limited, free]) {
    for (let revision = 2; revision <= 30; revision++) {
      made.loader.next(edited({ revision }));
      await poll(made);
    }
  }
  expect([limited.app.status.version, free.app.status.version]).toEqual([10, 30]);
  await limited.clock.advance(60_000);
  expect(limited.app.current.revision).toBe(30);
});

test('promise 10: documents that change nothing take no place in the window', async () => {
  const ignoring = { ...one, updates: { max: 2, windowMs: WINDOW_MS }, ignore: ['log'] };
  const made = await settledScene({ config: ignoring });
  for (let n = 0; n < 5; n++) {
    made.loader.next(edited({ log: { level: `${n}` } }));
    expect(await poll(made)).toEqual({ kind: 'unchanged' });
  }
  made.loader.next(edited({ revision: 2 }));
  expect(await poll(made)).toMatchObject({ kind: 'accepted' });
});

test('O5 promise 10: pushes are limited as polls are, and a storm ends with the last one', async () => {
  const made = await settledScene({ loader: { watch: true }, config: { polling: everyMinute } });
  made.loader.connect();
  await made.clock.advance(1);
  for (let revision = 2; revision <= 1_000; revision++) made.loader.push(edited({ revision }));
  await made.clock.advance(1);
  expect(made.app.status.version).toBe(10);
  await made.clock.advance(60_000);
  expect(made.app.current.revision).toBe(1_000);
  expect(made.app.status.version).toBe(11);
});

test('promise 10: what an operator accepts is not held, and takes no place', async () => {
  const made = await settledScene({ loader: { value: wide }, config: one });
  const { app, clock, loader } = made;
  loader.next({ key0: 0 });
  expect(await poll(made)).toMatchObject({
    kind: 'refused',
    error: { code: 'REMOVED_TOO_MUCH' },
  });
  expect(app.status.sources[0]!.waiting).toMatchObject({ kind: 'kept' });
  const accepted = await soon(clock, app.acceptRefused({ by: 'me', reason: 'planned' }));
  expect(accepted).toMatchObject({ kind: 'accepted', version: 2 });
  expect(app.current).toEqual({ key0: 0 });
  expect(app.status.sources[0]!.waiting).toBeUndefined();
  await clock.advance(WINDOW_MS);
  loader.next({ key0: 1 });
  expect(await poll(made)).toMatchObject({ kind: 'accepted' });
});

test('promise 10: acceptRefused() without a document that waits does nothing', async () => {
  const made = await settledScene();
  expect(await made.app.acceptRefused({ by: 'me', reason: 'why' })).toEqual({ kind: 'unchanged' });
});

test('promise 10: acceptRefused() takes nothing that the origin took back, and nothing without a name', async () => {
  const made = await settledScene({ loader: { value: wide } });
  made.loader.next({ key0: 0 });
  await poll(made);
  await expect(made.app.acceptRefused({ by: '', reason: 'why' })).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
  });
  made.loader.next(structuredClone(wide));
  await poll(made);
  expect(await made.app.acceptRefused({ by: 'me', reason: 'why' })).toEqual({ kind: 'unchanged' });
  expect(made.app.current).toEqual(wide);
});

test('promise 10: what was pushed while a poll ran, and waits, is not dropped for an answer from before it', async () => {
  const { app, clock, loader } = await settledScene({ loader: { watch: true }, config: one });
  loader.connect();
  await clock.advance(20_000);
  const { loads } = loader;
  loader.delay(1_000);
  const refreshed = app.refresh(); // will answer that nothing is new
  await clock.advance(500);
  loader.push(edited({ revision: 2 }));
  await clock.advance(500);
  expect(app.status.sources[0]!.waiting).toMatchObject({ kind: 'held' });
  // who asked is answered by a poll that can know of it
  expect(await soon(clock, refreshed, 1_000)).toMatchObject({ kind: 'held' });
  expect(loader.loads).toBe(loads + 2);
  await clock.advance(WINDOW_MS);
  expect(app.current.revision).toBe(2);
});

test('promise 10: close() drops the window, and leaves no timer', async () => {
  const made = await settledScene({ config: one });
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  await made.manager.close();
  expect(made.clock.pending).toBe(0);
  await made.clock.advance(WINDOW_MS);
  expect(made.app.current.revision).toBe(1);
});
