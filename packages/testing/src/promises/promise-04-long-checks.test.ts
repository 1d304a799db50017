import { preload } from '@holdfast/core/preload';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { beforeAll, expect, test } from 'vitest';

beforeAll(preload);

const EVERY_MS = 10_000;

/** A config that polls every ten seconds, and whose second value is in force, but still being checked. */
async function whileChecked({ watch = false } = {}) {
  const { manager, clock } = createTestManager();
  const loader = mockLoader({ value: { n: 1 }, watch });
  const polling = { intervalMs: EVERY_MS, strategy: 'fixed' } as const;
  const app = manager.register<{ n: number }>('app', { loader, polling });
  await clock.advance(1_000);
  if (watch) loader.connect();
  await clock.advance(60_000);
  let healthy: () => void = () => {};
  const waiting = new Promise<void>((resolve) => (healthy = resolve));
  const detach = app.attach({ name: 'canary', healthCheck: () => waiting, timeoutMs: 300_000 });
  loader.next({ n: 2 });
  if (watch) loader.changed();
  while (app.current.n === 1) await clock.advance(100);
  /** The check ends well, and nobody checks what comes later. */
  const end = async (): Promise<void> => {
    healthy();
    await clock.advance(0);
    detach();
  };
  return { manager, clock, loader, app, end };
}

test('promise 4: polls go on after a health check that took longer than the wait for the next one', async () => {
  const { clock, loader, app, end } = await whileChecked();
  const { loads } = loader;
  await clock.advance(120_000);
  expect(loader.loads).toBe(loads); // a commit at a time
  await end();
  expect(app.current.n).toBe(2);
  loader.next({ n: 3 });
  await clock.advance(1.2 * EVERY_MS);
  expect(app.current.n).toBe(3);
  expect(app.status.next?.at).toBeLessThan(clock.now() + 1.2 * EVERY_MS);
});

test('promise 4: what is overdue when a health check ends is polled at once', async () => {
  const { clock, loader, end } = await whileChecked();
  const { loads } = loader;
  await clock.advance(120_000);
  await end();
  await clock.advance(10);
  expect(loader.loads).toBe(loads + 1);
});

test('pause() while a health check runs stops the poll that is scheduled already', async () => {
  const { clock, loader, app, end } = await whileChecked();
  const { loads } = loader;
  app.pause();
  expect(app.status.next).toBeUndefined();
  await end();
  await clock.advance(100 * EVERY_MS);
  expect(loader.loads).toBe(loads);
  app.resume();
  await clock.advance(EVERY_MS);
  expect(loader.loads).toBeGreaterThan(loads);
});

test('a watch that is lost while a health check runs leaves no poll as far off as while it was there', async () => {
  const { clock, loader, app, end } = await whileChecked({ watch: true });
  const stretched = app.status.next!.at - clock.now();
  expect(stretched).toBeGreaterThan(2 * EVERY_MS);
  loader.disconnect();
  await clock.advance(100);
  await end();
  expect(app.status.next!.at - clock.now()).toBeLessThanOrEqual(EVERY_MS);
});

test.each([
  ['invalidate()', (app: { invalidate(): void }) => app.invalidate()],
  ['a push', (_: unknown, loader: { changed(): void }) => loader.changed()],
])(
  'promise 4: nothing is asked after close(), though %s came in the same listener',
  async (_, ask) => {
    const { manager, clock } = createTestManager();
    const loader = mockLoader({ value: { n: 1 }, watch: true });
    const app = manager.register('app', { loader, polling: { intervalMs: EVERY_MS } });
    await clock.advance(1_000);
    loader.connect();
    let loads: number | undefined;
    manager.on('poll.finished', () => {
      if (loads !== undefined) return;
      ({ loads } = loader);
      ask(app, loader);
      void app.close();
    });
    await clock.advance(10 * 60_000);
    expect(loads).toBeDefined();
    expect(loader.loads).toBe(loads);
  },
);

test('promise 4: sources that wait for each other do not wait for slots', async () => {
  const { manager, clock } = createTestManager();
  const loaders = Array.from({ length: 9 }, (_, i) =>
    mockLoader({ name: `s${i}`, origin: 'http://x:80', value: { [`k${i}`]: i } }),
  );
  const sources = loaders.map((loader) => ({ name: loader.name, loader }));
  const app = manager.register('app', { sources });
  await clock.advance(1_000);
  expect(Object.keys(app.current as object)).toHaveLength(9);
});

test('promise 4: sources that wait for each other leave the only slot to other configs', async () => {
  const { manager, clock } = createTestManager({ maxConcurrentPolls: 1 });
  const named = (name: string) => ({ name, loader: mockLoader({ name, value: { [name]: 1 } }) });
  const app = manager.register('app', { sources: [named('a'), named('b')] });
  const other = manager.register('other', { loader: mockLoader({ value: { c: 1 } }) });
  await clock.advance(1_000);
  expect(app.current).toEqual({ a: 1, b: 1 });
  expect(other.current).toEqual({ c: 1 });
});

test('a config that is closed by whoever gets its slot stays closed', async () => {
  const { manager, clock } = createTestManager({ maxConcurrentPolls: 1 });
  const failing = mockLoader({ name: 'failing' });
  failing.fail(Infinity);
  failing.delay(100);
  const app = manager.register('app', { loader: failing });
  manager.on('poll.started', ({ config }) => {
    if (config === 'other') void app.close();
  });
  manager.register('other', { loader: mockLoader({ value: { b: 1 } }) });
  await clock.advance(400);
  expect(app.status).toMatchObject({ state: 'closed', next: undefined });
});

test('close() asks no source that waited for the slot of another one', async () => {
  const { manager, clock } = createTestManager({ maxConcurrentPolls: 1 });
  const loaders = ['a', 'b', 'c'].map((name) => mockLoader({ name, value: { [name]: 1 } }));
  for (const loader of loaders) loader.hang();
  const sources = loaders.map((loader) => ({ name: loader.name, loader }));
  const app = manager.register('app', { sources });
  await clock.advance(10);
  const closed = app.close();
  await clock.advance(10_000);
  await closed;
  expect(loaders.map(({ loads }) => loads)).toEqual([1, 0, 0]);
});

test('close() of a manager asks no config that waited for the slot of another one', async () => {
  const { manager, clock } = createTestManager({ maxConcurrentPolls: 1 });
  const loaders = ['a', 'b', 'c'].map((name) => mockLoader({ name, value: { [name]: 1 } }));
  for (const loader of loaders) {
    loader.hang();
    manager.register(loader.name, { loader });
  }
  await clock.advance(10);
  const closed = manager.close();
  await clock.advance(10_000);
  await closed;
  expect(loaders.map(({ loads }) => loads)).toEqual([1, 0, 0]);
});
