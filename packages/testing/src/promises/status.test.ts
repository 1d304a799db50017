import { LoadError } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { expect, test } from 'vitest';
import {
  edited,
  everyMinute,
  first,
  poll,
  scene,
  sceneClock,
  settledScene,
} from './scene.fixture.ts';

const HOUR_MS = 3_600_000;

test('status is starting before the first poll ended, with and without defaults', () => {
  expect(scene().app.status).toMatchObject({ state: 'starting', version: 0, from: 'defaults' });
  expect(scene({ config: { defaults: first } }).app.status).toMatchObject({
    state: 'starting',
    version: 1,
    from: 'defaults',
    ageMs: undefined,
    lastSuccessAt: undefined,
    lastFailure: undefined,
    level: 0,
    paused: false,
  });
});

test('status is fresh after a success, and says when it was and when the next poll is', async () => {
  const { app, clock } = await settledScene();
  await clock.advance(5_000.4);
  const { status } = app;
  expect(status).toMatchObject({
    config: 'app',
    state: 'fresh',
    from: 'origin',
    version: 1,
    level: 0,
  });
  expect(status.ageMs).toBe(5_001);
  expect(status.lastSuccessAt).toBe(clock.now() - 5_001.4);
  expect(status.next!.at).toBeGreaterThan(clock.now());
  expect(status.next!.because).toBe('interval');
  expect(status.sources).toMatchObject([{ name: 'mock', loader: 'mock', state: 'fresh' }]);
});

test('C12 status goes fresh, stale, fallback at the fifth failure, and fresh again at the first success', async () => {
  const made = await settledScene();
  const states: [string, number][] = [];
  made.loader.fail(6);
  for (let n = 0; n < 8; n++) {
    await poll(made);
    states.push([made.app.status.state, made.app.status.level]);
  }
  expect(states).toEqual([
    ['stale', 1],
    ['stale', 2],
    ['stale', 3],
    ['stale', 4],
    ['fallback', 5],
    ['fallback', 6],
    ['fresh', 6], // forgotten at the second success in a row
    ['fresh', 0],
  ]);
  expect(
    made.record.of('status.changed').map(({ previous, state }) => `${previous} ${state}`),
  ).toEqual(['fresh stale', 'stale fallback', 'fallback fresh']);
});

test('status: refusals count for fallback, keep the plain interval, and raise no level', async () => {
  const made = await settledScene({ config: { fallbackAfter: 3 } });
  made.loader.next([]);
  const states: string[] = [];
  for (let n = 0; n < 3; n++) {
    await poll(made);
    states.push(made.app.status.state);
    expect(made.app.status).toMatchObject({ level: 0, next: { because: 'interval' } });
  }
  expect(states).toEqual(['stale', 'stale', 'fallback']);
  made.loader.fail(1);
  await poll(made);
  expect(made.app.status).toMatchObject({ level: 1, next: { because: 'backoff' } });
});

test('status: the last failure has code, message and time, and is gone after a success', async () => {
  const made = await settledScene();
  made.loader.fail(1);
  await poll(made);
  expect(made.app.status.lastFailure).toMatchObject({
    code: 'LOAD_FAILED',
    message: 'Cannot load mock: connection refused',
    at: made.clock.now() - 1,
  });
  await poll(made);
  expect(made.app.status.lastFailure).toBeUndefined();
});

test('status: after the first success the wait is the plain interval', async () => {
  const made = await settledScene({ config: { polling: everyMinute } });
  made.loader.fail(4);
  for (let n = 0; n < 5; n++) await poll(made);
  const { next } = made.app.status;
  expect(next!.because).toBe('interval');
  expect(next!.at - made.clock.now()).toBeLessThanOrEqual(66_000);
  expect(next!.at - made.clock.now()).toBeGreaterThanOrEqual(53_000);
});

test('status: held is fresh, and shows what waits', async () => {
  const made = await settledScene({ config: { updates: { max: 1 } } });
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  expect(made.app.status).toMatchObject({
    state: 'fresh',
    sources: [{ waiting: { kind: 'held' } }],
  });
});

test('status: expired when nothing was confirmed for maxStaleMs, also while polls fail, and its event comes', async () => {
  const made = await settledScene({ config: { maxStaleMs: HOUR_MS } });
  made.loader.fail(Infinity);
  await made.clock.advance(HOUR_MS - 60_000);
  expect(made.app.status.state).toBe('fallback');
  await made.clock.advance(60_001);
  expect(made.app.status.state).toBe('expired');
  await made.clock.advance(61_000);
  expect(made.record.of('status.changed').at(-1)).toMatchObject({ state: 'expired' });
  made.loader.heal();
  await poll(made);
  expect(made.app.status.state).toBe('fresh');
});

test('status: expired also where polls are paused, and where there was never a document', async () => {
  const paused = await settledScene({ config: { maxStaleMs: HOUR_MS } });
  paused.app.pause();
  await paused.clock.advance(2 * HOUR_MS);
  expect(paused.app.status).toMatchObject({ state: 'expired', paused: true, next: undefined });
  const never = scene({ config: { maxStaleMs: HOUR_MS, defaults: first } });
  never.loader.fail(Infinity);
  await never.clock.advance(2 * HOUR_MS);
  expect(never.app.status).toMatchObject({ state: 'expired', from: 'defaults' });
});

test('status: never expired where maxStaleMs is Infinity', async () => {
  const { app, clock, loader } = await settledScene({ config: { maxStaleMs: Infinity } });
  loader.fail(Infinity);
  await clock.advance(100 * HOUR_MS);
  expect(app.status.state).toBe('fallback');
});

test('status: a cached value is stale until it is confirmed', async () => {
  const clock = sceneClock();
  const cache = memoryCache({ clock });
  const earlier = scene({ manager: { clock, cache } });
  await clock.advance(1);
  await earlier.manager.close();
  const made = scene({ manager: { clock, cache } });
  await clock.advance(1);
  expect(made.app.status).toMatchObject({ state: 'stale', from: 'cache', ageMs: 2 });
  await poll(made);
  expect(made.app.status).toMatchObject({ state: 'fresh', from: 'origin' });
});

test('status: closed, from anywhere, and for good', async () => {
  for (const fail of [false, true]) {
    const made = await settledScene();
    if (fail) made.loader.fail(Infinity);
    await poll(made);
    await made.app.close();
    expect(made.app.status).toMatchObject({ next: undefined, version: 1 });
    expect(made.app.status.sources[0]!.state).toBe('closed');
    expect(made.app.status.state).toBe('closed');
    expect(made.record.of('status.changed').at(-1)).toMatchObject({ state: 'closed' });
  }
});

test('status: a listener sees the state, the value and the next poll of the outcome it hears of', async () => {
  const made = await settledScene();
  const seen: unknown[] = [];
  made.manager.on('status.changed', ({ state }) => seen.push([state, made.app.status.state]));
  made.app.onChange(() => seen.push([made.app.status.state, made.app.status.version]));
  made.loader.fail(1);
  await poll(made);
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  expect(seen).toEqual([
    ['stale', 'stale'],
    ['fresh', 'fresh'],
    ['fresh', 2],
  ]);
});

test('status: why the next poll is when it is', async () => {
  const made = await settledScene({ loader: { watch: true } });
  const because = () => made.app.status.next?.because;
  expect(because()).toBe('interval');
  made.loader.fail(1);
  await poll(made);
  expect(because()).toBe('backoff');
  made.loader.fail(1, new LoadError('429', { retryAfterMs: 280_000 }));
  await poll(made);
  expect(because()).toBe('retry-after');
  made.loader.fail(1, new LoadError('401', { retry: 'slow' }));
  await poll(made);
  expect(because()).toBe('slow');
  made.loader.next(edited({ revision: 2 }), { hints: { freshForMs: 250_000 } });
  await poll(made);
  expect(because()).toBe('max-age');
  made.loader.connect();
  expect(because()).toBe('push');
  made.app.pause();
  expect(because()).toBeUndefined();
});

test('T5 status: after a suspend the value is stale, and is polled for soon, once', async () => {
  const made = await settledScene({ config: { polling: everyMinute } });
  await made.clock.advance(120_000);
  const before = made.loader.loads;
  made.record.clear();
  made.clock.suspend(8 * HOUR_MS);
  made.loader.delay(1_000);
  await made.clock.advance(66_000); // until the next wake notices
  expect(
    made.record
      .of('status.changed')
      .map(({ state }) => state)
      .slice(0, 1),
  ).toEqual(['stale']);
  await made.clock.advance(20_000);
  expect(made.app.status.state).toBe('fresh');
  expect(made.loader.loads - before).toBeLessThanOrEqual(3);
});

test('T5 status: the time asleep counts: after days of it the value is expired until it is confirmed', async () => {
  const made = await settledScene({ config: { polling: everyMinute } });
  await made.clock.advance(60_000);
  made.loader.fail(Infinity);
  made.clock.suspend(72 * HOUR_MS);
  await made.clock.advance(80_000);
  expect(made.app.status.ageMs).toBeGreaterThan(72 * HOUR_MS);
  expect(made.app.status.state).toBe('expired');
  made.loader.heal();
  await poll(made);
  expect(made.app.status.state).toBe('fresh');
  expect(made.app.status.ageMs).toBeLessThan(10);
});

test('T1 status: a step of the wall clock, back or forth, moves no poll', async () => {
  const made = await settledScene({ config: { polling: everyMinute } });
  for (const step of [-10 * HOUR_MS, 20_000, -5_000]) {
    const before = made.loader.loads;
    made.clock.step(step);
    await made.clock.advance(300_000);
    expect(made.loader.loads - before).toBeGreaterThanOrEqual(4);
    expect(made.loader.loads - before).toBeLessThanOrEqual(6);
    expect(made.app.status.state).toBe('fresh');
  }
});

test('summary() names the worst state, and every config in order of registration', async () => {
  const made = await settledScene();
  const down = made.manager.register('down', {
    loader: { ...made.loader, load: () => Promise.reject(new Error('x')) },
  });
  await made.clock.advance(1);
  expect(down.status.state).toBe('stale');
  const summary = made.manager.summary();
  expect(summary.state).toBe('stale');
  expect(summary.configs.map(({ config, state }) => [config, state])).toEqual([
    ['app', 'fresh'],
    ['down', 'stale'],
  ]);
});
