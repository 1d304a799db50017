import type { Cache, LoadResult, Loader } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { createTestManager, manualClock, mockLoader, recordEvents } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';

const hanging = (): Promise<never> => new Promise(() => {});

test('refresh() is not turned into a storm of requests by pushes, and ends when they end', async () => {
  const { manager, clock } = createTestManager();
  const loader = mockLoader({ value: { n: 0 }, watch: true });
  const app = manager.register('app', { loader, updates: false });
  loader.connect();
  await clock.advance(20_000);
  const before = loader.loads;
  loader.delay(50);
  let outcome: string | undefined;
  void app.refresh().then(({ kind }) => (outcome = kind));
  for (let n = 1; n <= 100; n++) {
    loader.push({ n });
    await clock.advance(20);
  }
  expect(loader.loads - before).toBeLessThanOrEqual(3);
  await clock.advance(20_000);
  expect(outcome).toBe('unchanged');
});

test('refresh() of a paused config ends although pushes overtake it', async () => {
  const { manager, clock } = createTestManager();
  const loader = mockLoader({ value: { n: 0 }, watch: true });
  const app = manager.register('app', { loader, updates: false });
  loader.connect();
  await clock.advance(20_000);
  app.pause();
  loader.delay(50);
  let ended = 0;
  void app.refresh().then(() => ended++);
  for (let n = 1; n <= 20; n++) {
    loader.push({ n });
    await clock.advance(20);
  }
  void app.refresh().then(() => ended++);
  await clock.advance(60);
  expect(ended).toBe(2);
});

test('C4 close() calls close() of the loader although the cache hangs, and leaves no timer', async () => {
  const cache: Cache = { read: async () => [], write: hanging, remove: hanging };
  const { manager, clock } = createTestManager({ cache });
  const loader = mockLoader({ value: { n: 1 } });
  manager.register('app', { loader });
  await clock.advance(1_000);
  const closed = manager.close();
  await clock.advance(5_000);
  await closed;
  expect([loader.closes, clock.pending]).toEqual([1, 0]);
});

test('C4 close() during a cached start whose cache hangs leaves no timer', async () => {
  const cache: Cache = { read: hanging, write: async () => {}, remove: async () => {} };
  const { manager, clock } = createTestManager({ cache });
  manager.register('app', { loader: mockLoader({ value: { n: 1 } }) });
  await clock.advance(0);
  const closed = manager.close();
  await clock.advance(5_000);
  await closed;
  expect(clock.pending).toBe(0);
});

test('C4 close() is not held up by a loader whose close() hangs', async () => {
  const { manager, clock } = createTestManager();
  const record = recordEvents(manager, 'listener.failed');
  manager.register('app', { loader: { ...mockLoader({ value: {} }), close: hanging } });
  await clock.advance(1_000);
  const closed = manager.close();
  await clock.advance(5_000);
  await closed;
  expect(record.events).toHaveLength(1);
});

test('a name is free only when the cache of its config is written', async () => {
  const { manager, clock } = createTestManager();
  manager.register('app', { loader: mockLoader({ value: {} }) });
  const left = manager.unregister('app');
  expect(() => manager.register('app', { loader: mockLoader({ value: {} }) })).toThrow(/"app"/);
  await clock.advance(0);
  expect(await left).toBe(true);
  manager.register('app', { loader: mockLoader({ value: {} }) });
});

test("ready({ from: 'origin' }) asks the origin at once, though the cached document is recent", async () => {
  const clock = manualClock();
  const cache = memoryCache({ clock });
  const loader = mockLoader({ value: { n: 1 } });
  const first = createTestManager({ clock, cache }).manager;
  first.register('app', { loader });
  await clock.advance(1_000);
  const closed = first.close();
  await clock.advance(0);
  await closed;
  const app = createTestManager({ clock, cache }).manager.register('app', { loader });
  const ready = app.ready({ from: 'origin' });
  await clock.advance(10);
  expect(await ready).toEqual({ from: 'origin' });
});

test('a change that is ignored is checked all the same, and never stored unchecked', async () => {
  const clock = manualClock();
  const cache = memoryCache({ clock });
  const schema = z.object({ v: z.number(), at: z.string() });
  const loader = mockLoader({ value: { v: 1, at: 'a' } });
  const { manager } = createTestManager({ clock, cache });
  const app = manager.register('app', { loader, schema, ignore: ['at'] });
  await clock.advance(1_000);
  loader.next({ v: 1, at: 'b' });
  const ignored = app.refresh();
  await clock.advance(1);
  expect(await ignored).toEqual({ kind: 'unchanged' });
  for (const at of [1, 2]) {
    loader.next({ v: 1, at });
    const refused = app.refresh();
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
    await clock.advance(1);
    expect(await refused).toMatchObject({ kind: 'refused' });
  }
  const next = createTestManager({ clock, cache }).manager;
  const restarted = next.register('app', { loader, schema, ignore: ['at'] });
  await clock.advance(0);
  expect(restarted.current).toEqual({ v: 1, at: 'b' });
});

test('a URL in the value cannot be changed by a reader', async () => {
  const { manager, clock } = createTestManager();
  const schema = z.object({ url: z.string().transform((text) => new URL(text)) });
  const app = manager.register('app', {
    loader: mockLoader({ value: { url: 'http://a/?x=1' } }),
    schema,
  });
  await clock.advance(1);
  const { url } = app.current;
  expect(() => (url.href = 'http://evil/')).toThrow(TypeError);
  url.searchParams.append('y', '2');
  expect([url.href, String(url), url.searchParams.get('x')]).toEqual([
    'http://a/?x=1',
    'http://a/?x=1',
    '1',
  ]);
});

test('configs of an origin that hangs do not keep those of a healthy one waiting', async () => {
  const { manager, clock } = createTestManager();
  for (let i = 0; i < 40; i++) {
    const hung: Loader = { name: `hung ${i}`, key: `${i}`, origin: 'http://hung', load: hanging };
    manager.register(`hung ${i}`, { loader: hung });
  }
  const app = manager.register('app', { loader: mockLoader({ value: { n: 1 } }) });
  const ready = app.ready();
  await clock.advance(100);
  expect(await ready).toEqual({ from: 'origin' });
});

test('a 304 that forbids storing takes the record away', async () => {
  const clock = manualClock();
  const cache = memoryCache({ clock });
  const inner = mockLoader({ value: { n: 1 } });
  let forbids = false;
  const loader: Loader = {
    ...inner,
    async load(request): Promise<LoadResult> {
      const result = await inner.load(request);
      return forbids && result.kind === 'unchanged'
        ? { ...result, hints: { doNotStore: true } }
        : result;
    },
  };
  const { manager } = createTestManager({ clock, cache });
  const app = manager.register('app', { loader });
  await clock.advance(1_000);
  forbids = true;
  void app.refresh();
  await clock.advance(1_000);
  inner.fail(Infinity);
  const restarted = createTestManager({ clock, cache }).manager.register('app', { loader });
  await clock.advance(1_000);
  expect(restarted.status.from).toBe('defaults');
});

test('a log line tells the state of its event, not of a later one', async () => {
  const lines: string[] = [];
  const write = (message: string): void => void lines.push(message);
  const logger = { debug: write, info: write, warn: write, error: write };
  const { manager, clock } = createTestManager({ logger });
  const loader = mockLoader({ value: { n: 1 } });
  const app = manager.register('app', { loader });
  await clock.advance(1_000);
  lines.length = 0;
  loader.fail();
  const closed = app.refresh().then(() => manager.close());
  await clock.advance(1);
  await closed;
  const stale = lines.find((line) => line.includes('fresh -> stale'));
  expect(stale).toMatch(/next try in .* s \(backoff\)$/);
});

test('an error without a cause shows none', async () => {
  const { manager } = createTestManager();
  const app = manager.register('app', { loader: mockLoader() });
  expect(() => app.current).toThrow(expect.not.objectContaining({ cause: undefined }) as Error);
});
