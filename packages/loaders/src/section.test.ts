import type { ConfigHandle, JsonValue } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { createTestManager, manualClock, mockLoader, recordEvents } from '@holdfast/testing';
import { configServer } from '@holdfast/testing/config-server';
import { describe, expect, test } from 'vitest';
import { httpLoader } from './http.ts';
import { section, type SectionOptions } from './section.ts';

const everyMinute = { intervalMs: 60_000, strategy: 'fixed' } as const;
const first = { db: { size: 1 }, log: { level: 'info' } };

/** A config, and one of its sections. */
function scene(value: JsonValue | undefined = first, config: object = {}) {
  const { manager, clock } = createTestManager();
  const record = recordEvents(manager);
  const mock = mockLoader({ ...(value !== undefined && { value }) });
  const app = manager.register<Record<string, unknown>>('app', {
    loader: mock,
    polling: everyMinute,
    maxRemoved: 1,
    ...config,
  });
  const db = manager.register<{ size: number }>('db', {
    loader: section(app, 'db'),
    polling: everyMinute,
    maxRemoved: 1,
  });
  const refresh = async (...handles: readonly ConfigHandle<never>[]) => {
    const outcomes = handles.map((handle) => handle.refresh());
    await clock.advance(0);
    return Promise.all(outcomes);
  };
  return {
    manager,
    clock,
    mock,
    app,
    db,
    record,
    refresh: (...h: unknown[]) => refresh(...(h as ConfigHandle<never>[])),
  };
}

describe('section()', () => {
  test('gives a part of the document at once, and each accepted document when it comes', async () => {
    const { manager, clock, mock, app, db, record, refresh } = scene();
    await clock.advance(0);
    expect([db.current, db.status.from, db.status.state]).toEqual([{ size: 1 }, 'origin', 'fresh']);
    mock.next({ db: { size: 2 }, log: { level: 'info' } });
    await refresh(app);
    expect(db.current.size).toBe(2);
    mock.next({ db: { size: 2 }, log: { level: 'debug' } });
    await refresh(app);
    expect(record.of('config.changed').filter(({ config }) => config === 'db')).toHaveLength(2);
    expect(record.of('config.changed').at(-2)).toMatchObject({ config: 'db', trigger: 'push' });
    await manager.close();
  });

  test('makes no request of its own, however often it is polled and refreshed', async () => {
    const { manager, clock, mock, db, refresh } = scene();
    await clock.advance(0);
    const { loads } = mock;
    for (let n = 0; n < 5; n += 1) expect((await refresh(db))[0]!.kind).toBe('unchanged');
    expect(mock.loads).toBe(loads);
    await manager.close();
  });

  test('keeps what it has while the other config fails, says why, and comes back with it', async () => {
    const { manager, clock, mock, app, db, refresh } = scene();
    await clock.advance(0);
    mock.fail(Infinity);
    await refresh(app);
    const [outcome] = await refresh(db);
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'LOAD_FAILED' } });
    expect(db.status.lastFailure!.message).toMatch(
      /^Cannot load section db of app: config "app" is stale: Cannot load mock/,
    );
    expect([db.current, db.status.state]).toEqual([{ size: 1 }, 'stale']);
    mock.heal();
    await refresh(app);
    await refresh(db);
    expect(db.status).toMatchObject({ state: 'fresh', lastFailure: undefined });
    await manager.close();
  });

  test('keeps what it has while a document of the other config is refused', async () => {
    const { manager, clock, mock, app, db, refresh } = scene(first, { limits: { maxKeys: 10 } });
    await clock.advance(0);
    mock.next({ db: { size: 9 }, list: Array.from({ length: 20 }, () => 1) });
    await refresh(app);
    const [outcome] = await refresh(db);
    expect(outcome).toMatchObject({ kind: 'failed' });
    expect([db.current.size, db.status.state]).toEqual([1, 'stale']);
    await manager.close();
  });

  test('is absent where the document does not have it', async () => {
    const { manager, clock, mock, app, db, refresh } = scene({ log: 1 });
    await clock.advance(0);
    expect([db.status.state, db.status.lastFailure?.message]).toEqual([
      'stale',
      'Cannot load section db of app: config "app" has nothing at db',
    ]);
    mock.next(first);
    await refresh(app);
    expect([db.current.size, db.status.state]).toEqual([1, 'fresh']);
    mock.next({ log: 2 });
    await refresh(app);
    await clock.advance(60_000);
    expect([db.current.size, db.status.state]).toEqual([1, 'stale']); // whenAbsent: 'keep'
    await manager.close();
  });

  test('an optional section that goes is empty, if told so', async () => {
    const { manager, clock, mock, app, refresh } = scene();
    const merged = manager.register('merged', {
      defaults: { size: 7 },
      polling: everyMinute,
      maxRemoved: 1,
      sources: [
        { name: 'base', loader: section(app, 'log') },
        { name: 'db', loader: section(app, 'db'), optional: true, whenAbsent: 'empty' },
      ],
    });
    await clock.advance(0);
    expect(merged.current).toEqual({ size: 1, level: 'info' });
    mock.next({ log: { level: 'debug' } });
    await refresh(app);
    await clock.advance(10_000); // the minimum interval of the poll that finds it absent
    expect(merged.current).toEqual({ size: 7, level: 'debug' });
    await manager.close();
  });

  test('waits for the first answer of the other config, and asks for it once', async () => {
    const { manager, clock, mock, db } = scene(undefined);
    mock.next(first);
    mock.delay(3_000);
    const ready = db.ready();
    await clock.advance(3_000);
    expect(await ready).toEqual({ from: 'origin' });
    expect(mock.loads).toBe(1);
    await manager.close();
  });

  test('begins a lazy config, also where all polls wait for one slot', async () => {
    const { manager, clock } = createTestManager({ maxConcurrentPolls: 1 });
    const app = manager.register('app', { loader: mockLoader({ value: first }), lazy: true });
    const parts = ['db', 'log'].map((path) =>
      manager.register(path, { loader: section(app, path) }),
    );
    await clock.advance(0);
    expect(parts.map(({ current }) => current)).toEqual([first.db, first.log]);
    await manager.close();
  });

  test('has a value of the cache of the other config, is stale with it, and writes nothing itself', async () => {
    const clock = manualClock();
    const cache = memoryCache({});
    const written: string[] = [];
    const spied = {
      read: (key: string) => cache.read(key),
      remove: (key: string) => cache.remove(key),
      write: (key: string, bytes: Uint8Array) => (
        written.push(new TextDecoder().decode(bytes)),
        cache.write(key, bytes)
      ),
    };
    const start = (fails: boolean) => {
      const { manager } = createTestManager({ clock, cache: spied });
      const mock = mockLoader({ value: first });
      if (fails) mock.fail(Infinity);
      const app = manager.register('app', { loader: mock });
      const db = manager.register<{ size: number }>('db', { loader: section(app, 'db') });
      return { manager, db };
    };
    const before = start(false);
    await clock.advance(0);
    await before.manager.close();
    expect(written).toHaveLength(1);
    await clock.advance(3_600_000);
    const after = start(true);
    await clock.advance(0);
    expect([after.db.current.size, after.db.status.state]).toEqual([1, 'stale']);
    expect(written).toHaveLength(1);
    await after.manager.close();
  });

  test('that is registered while the other config fails has its value at once, as old as it is', async () => {
    const { manager, clock, mock, app, refresh } = scene();
    await clock.advance(0);
    mock.fail(Infinity);
    await clock.advance(600_000);
    const late = manager.register('late', { loader: section(app, 'log'), polling: everyMinute });
    await clock.advance(0);
    expect(late.current).toEqual({ level: 'info' });
    expect(late.status.ageMs).toBe(app.status.ageMs);
    expect(late.status.ageMs).toBeGreaterThanOrEqual(600_000 - 1);
    await refresh(late);
    expect([late.current, late.status.state]).toEqual([{ level: 'info' }, 'stale']);
    await manager.close();
  });

  test('is as old as the document of the other config', async () => {
    const { manager, clock, app, db } = scene();
    await clock.advance(0);
    app.pause();
    await clock.advance(600_000);
    expect(db.status.ageMs!).toBeGreaterThanOrEqual(600_000 - 1);
    await manager.close();
  });

  test('ends with the other config: a failure that says so', async () => {
    const { manager, clock, app, db, refresh } = scene();
    await clock.advance(0);
    await app.close();
    await refresh(db);
    expect(db.status.lastFailure!.message).toBe(
      'Cannot load section db of app: config "app" is closed',
    );
    expect(db.current.size).toBe(1);
    await manager.close();
  });

  test('follows a rollback of the other config', async () => {
    const { manager, clock, mock, app, db, refresh } = scene();
    await clock.advance(0);
    mock.next({ db: { size: 2 } });
    await refresh(app);
    const [, older] = await app.versions();
    const back = app.rollback(older!.version, { by: 'me', reason: 'try' });
    await clock.advance(0);
    await back;
    expect(db.current.size).toBe(1);
    await manager.close();
  });

  test('may be of one of several sources, and need not be an object', async () => {
    const { manager, clock } = createTestManager();
    const app = manager.register('app', {
      sources: [
        { name: 'low', loader: mockLoader({ key: 'low', value: { list: [1] } }) },
        { name: 'high', loader: mockLoader({ key: 'high', value: { list: [2], 'a.b': 5 } }) },
      ],
    });
    const make = (path: string | readonly string[], options?: SectionOptions) =>
      section(app, path, options);
    const limits = { maxWireBytes: 1e6, maxBytes: 1e6, maxDepth: 64, maxKeys: 1e6 };
    const { signal } = new AbortController();
    await clock.advance(0);
    const load = (loader: ReturnType<typeof make>) =>
      loader.load({
        signal,
        limits,
        time: { now: () => 0, monotonic: () => 0, sleep: async () => {} },
      });
    expect(await load(make('list'))).toMatchObject({ raw: [1] });
    expect(await load(make('list', { source: 'high' }))).toMatchObject({ raw: [2] });
    expect(await load(make(['a.b'], { source: 'high' }))).toMatchObject({ raw: 5 });
    expect(make(['a.b']).name).toBe('section ["a.b"] of app');
    await manager.close();
  });

  test.each<[unknown, unknown, unknown, string]>([
    [
      {},
      'db',
      {},
      '"app" of section() as it must be an object with source(), refresh(): current value is an object',
    ],
    [
      undefined,
      '',
      {},
      '"path" of section() as it must be a path, dotted or in array form: current value is ""',
    ],
    [
      undefined,
      'db',
      { source: 'x' },
      '"source" of config "app" as it must be one of: mock: current value is "x"',
    ],
    [
      undefined,
      'db',
      { name: '' },
      '"name" of section() as it must be 1 to 200 characters without control characters: current value is a string of 0 characters',
    ],
  ])('refuses %j, %j, %j', async (given, path, options, message) => {
    const { manager, app } = scene();
    expect(() =>
      section((given ?? app) as never, path as string, options as SectionOptions),
    ).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message: `Cannot use ${message}` }),
    );
    await manager.close();
  });
});

test('a hundred configs of one document make one request per interval', async () => {
  const names = Array.from({ length: 100 }, (_, i) => `part${i}`);
  const whole = (n: number) => Object.fromEntries(names.map((name, i) => [name, { n: n + i }]));
  await using server = await configServer({ documents: { '/app.json': whole(0) } });
  const clock = manualClock();
  const { manager } = createTestManager({ clock });
  const loader = httpLoader({ url: server.url('/app.json'), proxyFromEnvironment: false });
  const finished = { count: 0, over: (): void => {} };
  manager.on('poll.started', ({ config }) => {
    if (config === 'app')
      void clock.track(new Promise<void>((resolve) => (finished.over = resolve)));
  });
  manager.on('poll.finished', ({ config }) => {
    if (config === 'app') finished.over();
    finished.count += 1;
  });
  const app = manager.register('app', { loader, polling: everyMinute });
  const parts = names.map((name) =>
    manager.register<{ n: number }>(name, { loader: section(app, name), polling: everyMinute }),
  );
  await clock.advance(0);
  expect(parts.map(({ current }) => current.n)).toEqual(names.map((_, i) => i));
  expect(server.requests).toHaveLength(1);

  const before = finished.count;
  await clock.advance(10 * 60_000);
  // ±10 % jitter; the second wait is a random phase
  expect(server.requests.length).toBeGreaterThanOrEqual(1 + 9);
  expect(server.requests.length).toBeLessThanOrEqual(1 + 12);
  expect(finished.count - before).toBeGreaterThan(100); // the sections were polled all the while

  const requests = server.requests.length;
  server.set('/app.json', whole(1_000));
  await clock.advance(70_000);
  expect(parts.map(({ current }) => current.n)).toEqual(names.map((_, i) => 1_000 + i));
  expect(server.requests.length - requests).toBeLessThanOrEqual(2);
  expect(parts.every(({ status }) => status.state === 'fresh')).toBe(true);
  await manager.close();
});
