import { memoryCache } from '@holdfast/core/memory-cache';
import type { HoldfastError } from '@holdfast/core';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  type SceneOptions,
  edited,
  everyMinute,
  first,
  scene,
  sceneClock,
  settledScene,
  soon,
} from './scene.fixture.ts';

/** A cache that holds the document of a process that ended `agoMs` ago. */
async function cachedScene(agoMs: number, options: SceneOptions = {}) {
  const clock = sceneClock();
  const cache = memoryCache({ clock });
  const earlier = scene({ manager: { clock, cache } });
  await clock.advance(1);
  await earlier.manager.close();
  await clock.advance(agoMs);
  return scene({ ...options, manager: { clock, cache, ...options.manager } });
}

/** What `ready()` came to within `ms`: where from, the code of its error, or `pending`. */
async function within(
  ms: number,
  { app, clock }: Pick<ReturnType<typeof scene>, 'app' | 'clock'>,
  from: 'any' | 'origin' = 'any',
): Promise<string> {
  let result = 'pending';
  app.ready({ from }).then(
    (ready) => (result = ready.from),
    (error: HoldfastError) => (result = error.code),
  );
  await clock.advance(ms);
  return result;
}

test('start: where nothing is known the first poll is at once, and the second at a random phase', async () => {
  const seconds = new Set<number>();
  for (let seed = 1; seed <= 20; seed++) {
    const { clock, loader } = scene({ manager: { seed } });
    const began = clock.now();
    await clock.advance(80_000);
    const [one, two] = loader.asked.map(({ at }) => at);
    expect(one).toBe(began);
    expect(two! - one!).toBeGreaterThanOrEqual(10_000);
    expect(two! - one!).toBeLessThanOrEqual(76_000);
    seconds.add(Math.round((two! - one!) / 5_000));
  }
  expect(seconds.size).toBeGreaterThan(5);
});

test('start: a cached document confirmed as recently as in a process that runs is served at once, and polled for at a random phase', async () => {
  const phases = new Set<number>();
  for (let seed = 1; seed <= 20; seed++) {
    const made = await cachedScene(30_000, { manager: { seed } });
    expect(await within(1, made)).toBe('cache');
    expect(made.loader.loads).toBe(0);
    expect(made.app.status).toMatchObject({
      state: 'stale',
      from: 'cache',
      next: { because: 'start' },
    });
    const began = made.clock.now();
    await made.clock.advance(66_000);
    expect(made.loader.loads).toBeGreaterThan(0);
    phases.add(Math.round((made.loader.asked[0]!.at - began) / 5_000));
  }
  expect(phases.size).toBeGreaterThan(5);
});

test('start: a cached document that is older is served at once, and polled for at once', async () => {
  const made = await cachedScene(77_000);
  await made.clock.advance(1);
  expect(made.loader.loads).toBe(1);
  expect(made.app.status.from).toBe('origin');
});

test('start: an older cached document waits for one poll in ready(), and no longer', async () => {
  const made = await cachedScene(77_000);
  made.loader.delay(2_000);
  expect(await within(1_999, made)).toBe('pending');
  expect(made.app.current).toEqual(first); // reading does not wait
  expect(await within(1, made)).toBe('origin');
});

test('start: many configs that start together share the slots, and all are read', async () => {
  const { manager, clock, loader } = scene();
  for (let n = 0; n < 40; n++)
    manager.register(`app${n}`, { loader: { ...loader, name: `l${n}` } });
  loader.delay(10);
  await clock.advance(1_000);
  expect(manager.summary().state).toBe('fresh');
});

test('ready() says where a schema makes what cannot be served, and what to do instead', async () => {
  const schema = z.object({ from: z.object({ at: z.coerce.date() }) });
  const { manager, clock } = createTestManager();
  const loader = mockLoader({ value: { from: { at: 0 } } });
  const app = manager.register('app', { loader, schema });
  const ready = app.ready();
  await clock.advance(12_000);
  await expect(ready).rejects.toMatchObject({
    code: 'READY_TIMEOUT',
    message: expect.stringMatching(
      /holds a Date, which .* at from\.at; let it give .* \(a Date as its text/,
    ),
  });
});

test.each<[string, SceneOptions, 'ok' | 'down' | 'refused' | 'hangs', string, string]>([
  ['nothing, and the source answers', {}, 'ok', 'origin', 'origin'],
  ['defaults, and the source answers', { config: { defaults: first } }, 'ok', 'origin', 'origin'],
  [
    'defaults, and the source fails',
    { config: { defaults: first } },
    'down',
    'defaults',
    'READY_TIMEOUT',
  ],
  [
    'defaults, and the document is refused',
    { config: { defaults: first } },
    'refused',
    'defaults',
    'READY_TIMEOUT',
  ],
  [
    'defaults, and the source hangs',
    { config: { defaults: first } },
    'hangs',
    'defaults',
    'READY_TIMEOUT',
  ],
  ['nothing, and the source fails', {}, 'down', 'READY_TIMEOUT', 'READY_TIMEOUT'],
  ['nothing, and the document is refused', {}, 'refused', 'READY_TIMEOUT', 'READY_TIMEOUT'],
  ['nothing, and the source hangs', {}, 'hangs', 'READY_TIMEOUT', 'READY_TIMEOUT'],
])('ready() with %s', async (_, options, source, any, origin) => {
  for (const [from, expected] of [
    ['any', any],
    ['origin', origin],
  ] as const) {
    const made = scene(options);
    if (source === 'down') made.loader.fail(Infinity);
    else if (source === 'refused') made.loader.next([]);
    else if (source === 'hangs') made.loader.hang();
    expect(await within(12_001, made, from)).toBe(expected);
  }
});

test.each<['ok' | 'down' | 'hangs', string, string]>([
  ['ok', 'origin', 'origin'],
  ['down', 'cache', 'READY_TIMEOUT'],
  ['hangs', 'cache', 'READY_TIMEOUT'],
])('ready() with an old cached document, and a source that is %s', async (source, any, origin) => {
  for (const [from, expected] of [
    ['any', any],
    ['origin', origin],
  ] as const) {
    const made = await cachedScene(100_000);
    if (source === 'down') made.loader.fail(Infinity);
    else if (source === 'hangs') made.loader.hang();
    expect(await within(12_001, made, from)).toBe(expected);
  }
});

test('ready() resolves with defaults as soon as the source has failed once', async () => {
  const made = scene({ config: { defaults: first } });
  made.loader.fail(1);
  expect(await within(1, made)).toBe('defaults');
});

test('C6 ready() without a value waits for a later poll, not only the first', async () => {
  const made = scene({ config: { polling: { intervalMs: 2_000 } } });
  made.loader.fail(1);
  expect(await within(9_000, made)).toBe('origin');
});

test('C6 ready() rejects after the deadline and two seconds; its cause is the last failure; a later call can succeed', async () => {
  const { app, clock, loader } = scene({
    config: { polling: { ...everyMinute, deadlineMs: 5_000 } },
  });
  loader.fail(Infinity);
  const ready = app.ready().catch((error: unknown) => error);
  let settled = false;
  void ready.then(() => (settled = true));
  await clock.advance(6_999);
  expect(settled).toBe(false);
  await clock.advance(1);
  const error = (await ready) as HoldfastError;
  expect(error).toMatchObject({ code: 'READY_TIMEOUT', cause: { code: 'LOAD_FAILED' } });
  for (const part of ['"app"', '7000 ms', 'connection refused', 'no value to serve', 'next try in'])
    expect(error.message).toContain(part);
  loader.heal();
  await soon(clock, app.refresh());
  expect(await soon(clock, app.ready())).toEqual({ from: 'origin' });
});

test('ready() takes the cause of a refusal too, and readyTimeoutMs and timeoutMs as they are', async () => {
  const { app, clock, loader } = scene({ config: { readyTimeoutMs: 3_000 } });
  loader.next([]);
  const long = app.ready().catch((error: unknown) => error);
  const short = app.ready({ timeoutMs: 1_000 }).catch((error: unknown) => error);
  await clock.advance(1_000);
  expect(await short).toMatchObject({ code: 'READY_TIMEOUT', cause: { code: 'SCHEMA_FAILED' } });
  await clock.advance(2_000);
  expect(await long).toMatchObject({ code: 'READY_TIMEOUT' });
});

test('ready() is over at once when all is confirmed, and leaves no timer behind', async () => {
  const { app, clock } = await settledScene();
  const before = clock.pending;
  expect(await app.ready({ from: 'origin' })).toEqual({ from: 'origin' });
  expect(clock.pending).toBe(before);
});

test('ready() of a closed config rejects, also when it is closed meanwhile', async () => {
  const { app, clock, loader } = scene();
  loader.hang();
  const ready = app.ready().catch((error: unknown) => error);
  await clock.advance(10);
  await app.close();
  expect(await ready).toMatchObject({ code: 'CLOSED' });
  await expect(app.ready()).rejects.toMatchObject({ code: 'CLOSED' });
});

test('ready() says cache while a held or refused document keeps the cached one in force', async () => {
  const made = await cachedScene(100_000);
  made.loader.next([]);
  expect(await within(1, made)).toBe('cache');
  made.loader.next(edited({ revision: 2 }));
  await soon(made.clock, made.app.refresh());
  expect(await within(1, made)).toBe('origin');
});
