import { readFileSync } from 'node:fs';
import type { Meter, MeterProvider, Observable } from '@opentelemetry/api';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  createTestManager,
  manualClock,
  mockLoader,
  type MockLoaderOptions,
  type TestManagerOptions,
} from '@holdfast/testing';
import { describe, expect, test, vi } from 'vitest';
import { HoldfastError, LoadError } from './errors.ts';
import { EventHub } from './event-hub.ts';
import type { ObservedManager } from './metrics.ts';
import { observeMetrics } from './metrics.ts';
import { type Scrape, scraped } from './metrics/scrape.fixture.ts';
import { createConfigManager } from './manager.ts';
import { summaryOf } from './summary.ts';
import type { CommonConfigOptions } from './options/config.ts';
import type { Cache } from './ports/cache.ts';
import type { Clock } from './ports/clock.ts';

const ORIGIN = 'https://config.test';
const polling = { intervalMs: 60_000, strategy: 'fixed' } as const;

interface Doc {
  readonly size: number;
}

/** A manager, a real SDK, and its Prometheus exporter. */
async function observed(options?: TestManagerOptions) {
  const { manager, clock } = createTestManager(options);
  const { meterProvider, scrape } = await scraped();
  const stop = observeMetrics(manager, { meterProvider });
  return { manager, clock, meterProvider, scrape, stop };
}

/** The same with a config that is polled. */
async function rig(options: RigOptions = {}) {
  const made = await observed(options.manager);
  const { manager, clock } = made;
  const first = { name: 'remote', value: { size: 4 }, origin: ORIGIN };
  const loader = mockLoader({ ...first, ...options.loader });
  const schema: StandardSchemaV1<unknown, Doc> = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: (value: unknown) =>
        Number((value as { size: unknown }).size) > 0
          ? { value: value as Doc }
          : { issues: [{ message: 'too small', path: ['size'] }] },
    },
  };
  const app = manager.register('app', { loader, polling, schema, ...options.config });
  await clock.advance(0);
  /** Resolves with what comes of a poll that begins now. */
  const poll = async (ms = 0) => (await Promise.all([app.refresh(), clock.advance(ms)]))[0];
  return { ...made, loader, app, poll };
}

interface RigOptions {
  readonly manager?: TestManagerOptions;
  readonly loader?: MockLoaderOptions;
  readonly config?: CommonConfigOptions;
}

/** What the counters of the config say, those that are 0 left out: `updates accepted`, `failures VETOED`, `attempts`. */
function countsOf({ series }: Scrape): Counts {
  const counters = /^(?:config|reload)_(\w+)_total\{config="app"(?:,\w+="(\w+)")?\}$/;
  return Object.fromEntries(
    Object.entries(series).flatMap(([name, value]) => {
      const [, what, label] = counters.exec(name) ?? [];
      const key = name.startsWith('reload_') ? `reload ${what}` : `${what} ${label}`;
      return what === undefined || value === 0 ? [] : [[key, value]];
    }),
  );
}

/** What the first document counts. */
const begun = { 'updates accepted': 1, 'reload attempts': 1 };

type Counts = Record<string, number>;

/** `counts`, with one more of each of these. */
const withOneMore = (counts: Counts, ...names: readonly string[]): Counts =>
  Object.fromEntries([
    ...Object.entries(counts),
    ...names.map((name) => [name, (counts[name] ?? 0) + 1] as const),
  ]);

/** `counts` after one more attempt that did not succeed. */
const afterFailure = (counts: Counts, status: string, code: string): Counts =>
  withOneMore(
    counts,
    `updates ${status}`,
    `failures ${code}`,
    'reload attempts',
    'reload failures',
  );

const because = { by: 'ann@example.com', reason: 'an incident' } as const;

describe('observeMetrics() of a polled config', () => {
  test('gives every metric to a scrape, with its type and a help', async () => {
    const { loader, clock, scrape } = await rig();
    loader.fail(1);
    await clock.advance(70_000);
    const { types, helps } = await scrape();
    expect(types).toEqual({
      target_info: 'gauge',
      config_updates_total: 'counter',
      config_failures_total: 'counter',
      reload_attempts_total: 'counter',
      reload_failures_total: 'counter',
      config_reload_duration_seconds: 'histogram',
      config_version: 'gauge',
      config_state: 'gauge',
      config_age_seconds: 'gauge',
      config_interval_seconds: 'gauge',
      config_overdue_seconds: 'gauge',
      reload_backoff_seconds: 'gauge',
      config_held: 'gauge',
      config_pinned: 'gauge',
      config_paused: 'gauge',
      config_breaker_state: 'gauge',
    });
    expect(Object.keys(helps)).toEqual(Object.keys(types));
    expect(Object.values(helps).filter((help) => help === 'description missing')).toEqual([]);
  });

  test('counts updates by what came of them, all of them from 0', async () => {
    const { loader, app, clock, scrape } = await rig();
    const counted = async (status: string): Promise<number | undefined> =>
      (await scrape()).series[`config_updates_total{config="app",status="${status}"}`];
    expect(await counted('accepted')).toBe(1);
    for (const status of ['unchanged', 'refused', 'held', 'vetoed', 'failed'])
      expect([status, await counted(status)]).toEqual([status, 0]);
    loader.next({ size: 8 });
    await Promise.all([app.refresh(), clock.advance(0)]);
    loader.next({ size: -1 });
    await Promise.all([app.refresh(), clock.advance(0)]);
    loader.fail(1);
    await clock.advance(66_000);
    expect(await counted('accepted')).toBe(2);
    expect(await counted('refused')).toBe(1);
    expect(await counted('failed')).toBe(1);
    const { series } = await scrape();
    expect(series['config_version{config="app"}']).toBe(2);
    expect(series['config_failures_total{config="app",reason="SCHEMA_FAILED"}']).toBe(1);
    expect(series['config_failures_total{config="app",reason="connect"}']).toBe(1);
  });

  test('shows state, age, interval and backoff as the status has them', async () => {
    const { loader, app, clock, scrape } = await rig();
    const labels = 'config="app",source="remote"';
    const fresh = (await scrape()).series;
    const first = (app.status.next!.at - clock.now()) / 1000;
    expect(fresh).toMatchObject({
      'config_state{config="app",state="fresh"}': 1,
      'config_state{config="app",state="stale"}': 0,
      [`config_age_seconds{${labels}}`]: 0,
      [`config_interval_seconds{${labels}}`]: first,
      'reload_backoff_seconds{config="app"}': 0,
      'config_paused{config="app"}': 0,
    });
    loader.fail(Infinity);
    await clock.advance(first * 1000);
    await clock.advance(3_000);
    const { series } = await scrape();
    const { next } = app.status;
    expect(next!.because).toBe('backoff');
    expect(series).toMatchObject({
      'config_state{config="app",state="fresh"}': 0,
      'config_state{config="app",state="stale"}': 1,
      [`config_age_seconds{${labels}}`]: first + 3,
      [`config_overdue_seconds{${labels}}`]: 0,
      'reload_backoff_seconds{config="app"}': (next!.at - clock.now()) / 1000,
    });
    expect(series[`config_interval_seconds{${labels}}`]).toBeCloseTo(
      (next!.at - clock.now()) / 1000 + 3,
    );
    app.pause();
    expect((await scrape()).series['config_paused{config="app"}']).toBe(1);
  });

  test('shows the breaker of an origin, held documents, and 0 for a config that is gone', async () => {
    const { loader, app, manager, clock, scrape } = await rig();
    manager.register('other', { loader, polling, updates: { max: 1 } });
    await clock.advance(0);
    const other = manager.get('other')!;
    for (const size of [5, 6]) {
      loader.next({ size });
      await Promise.all([other.refresh(), clock.advance(0)]);
    }
    expect((await scrape()).series).toMatchObject({
      'config_held{config="other"}': 1,
      'config_held{config="app"}': 0,
      'config_version{config="other"}': 1,
      [`config_breaker_state{origin="${ORIGIN}",state="closed"}`]: 1,
    });
    await manager.unregister('other');
    loader.fail(Infinity);
    for (let times = 0; times < 5; times++) await Promise.all([app.refresh(), clock.advance(0)]);
    const { series } = await scrape();
    expect(series).toMatchObject({
      [`config_breaker_state{origin="${ORIGIN}",state="closed"}`]: 0,
      [`config_breaker_state{origin="${ORIGIN}",state="open"}`]: 1,
      'config_state{config="app",state="fallback"}': 1,
    });
    // what was counted stays counted
    const left = Object.entries(series).filter(
      ([name, value]) =>
        name.includes('config="other"') && !/_total|_duration_/.test(name) && value !== 0,
    );
    expect(left).toEqual([]);
  });

  test('shows 0 once for each config that is gone, to all readers, and nothing of it afterwards', async () => {
    const { manager, clock } = createTestManager();
    const { meterProvider, scrape, again } = await scraped();
    const note = vi.fn<(labels: object) => void>();
    const counting = observing(meterProvider, note);
    observeMetrics(manager, { meterProvider: counting });
    for (const name of ['one', 'two', 'three']) {
      manager.register(name, { loader: mockLoader({ value: {} }), polling });
      await clock.advance(0);
      expect((await scrape()).series[`config_version{config="${name}"}`]).toBe(1);
      await manager.unregister(name);
    }
    await scrape();
    note.mockClear();
    for (const read of [again, scrape, again])
      expect((await read()).series['config_version{config="three"}']).toBe(0);
    expect(note.mock.calls.filter(([labels]) => 'config' in labels)).toEqual([]);
  });

  test('T4 config_overdue_seconds says for how long no timer has fired', async () => {
    const clock = manualClock();
    let stoodStillMs = 0;
    const stuck: Clock = {
      now: () => clock.now() + stoodStillMs,
      monotonic: () => clock.monotonic() + stoodStillMs,
      setTimer: (...args) => clock.setTimer(...args),
    };
    await using manager = createConfigManager({ clock: stuck });
    const { meterProvider, scrape } = await scraped();
    observeMetrics(manager, { meterProvider });
    const app = manager.register('app', { loader: mockLoader({ value: {} }), polling });
    const overdue = async (): Promise<number | undefined> =>
      (await scrape()).series['config_overdue_seconds{config="app",source="mock"}'];
    await clock.advance(0);
    expect(await overdue()).toBe(0);
    const inMs = app.status.next!.at - clock.now();
    stoodStillMs = inMs + 300_000;
    expect(await overdue()).toBe(300);
    await clock.advance(120_000);
    expect(await overdue()).toBe(0);
    expect(app.status.state).toBe('fresh');
  });

  test('config_overdue_seconds counts until a poll has ended, and not while paused', async () => {
    const { app, manager, loader, clock, scrape } = await rig();
    const overdue = async (): Promise<number | undefined> =>
      (await scrape()).series['config_overdue_seconds{config="app",source="remote"}'];
    loader.delay(5_000);
    await clock.advance(app.status.next!.at - clock.now());
    expect(app.status.next).toBeUndefined();
    await clock.advance(4_000);
    expect(await overdue()).toBeCloseTo(4);
    await clock.advance(1_000);
    expect(app.status.next).toBeDefined();
    expect(await overdue()).toBe(0);
    app.pause();
    await clock.advance(3_600_000);
    expect(await overdue()).toBe(0);
    await manager.close();
    expect(await overdue()).toBe(0);
  });

  test('does nothing between collections, and nothing after its end, which may come twice', async () => {
    const { manager, clock, loader, scrape, stop } = await rig();
    const summary = vi.spyOn(manager, 'summary');
    const { pending } = clock;
    await clock.advance(600_000);
    expect([summary.mock.calls.length, clock.pending]).toEqual([0, pending]);
    const before = (await scrape()).series['config_updates_total{config="app",status="unchanged"}'];
    expect(summary).toHaveBeenCalledTimes(1);
    stop();
    stop();
    loader.next({ size: 9 });
    await clock.advance(600_000);
    const { series } = await scrape();
    expect(summary).toHaveBeenCalledTimes(1);
    expect(series['config_updates_total{config="app",status="unchanged"}']).toBe(before);
    expect(series['config_updates_total{config="app",status="accepted"}']).toBe(1);
  });
});

describe('observeMetrics() of reloads', () => {
  test('gives what docs/metrics.md names, and nothing else', async () => {
    const { clock, loader, scrape } = await rig();
    loader.fail(1);
    await clock.advance(70_000);
    const { types, series } = await scrape();
    const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `(\w+)` +\| `([\w ]+)`/gm)];
    const told = rows.map(([, name, labels]) => `${name} ${labels}`);
    expect(rows.map(([, name]) => name)).toHaveLength(Object.keys(types).length - 1);
    const labels = Object.keys(series).flatMap((each) => {
      const name = each.replace(/(?:_bucket|_sum|_count)?\{.*/, '');
      const [, inner] = /\{(.*)\}$/.exec(each)!;
      const keys = [...inner!.matchAll(/(\w+)="/g)].map(([, key]) => key!);
      return name === 'target_info'
        ? []
        : [`${name} ${keys.filter((key) => key !== 'le').join(' ')}`];
    });
    expect([...new Set(labels)].toSorted()).toEqual(told.toSorted());
  });

  test('counts a poll once, whatever is told of its reload', async () => {
    const { app, loader, poll, clock, scrape } = await rig();
    expect(countsOf(await scrape())).toEqual(begun);
    loader.next({ size: -1 });
    await poll();
    const refused = afterFailure(begun, 'refused', 'SCHEMA_FAILED');
    expect(countsOf(await scrape())).toEqual(refused);
    loader.next({ size: 8 });
    const detach = app.attach({ name: 'pool', canApply: () => 'the pool is busy' });
    await poll();
    const vetoed = afterFailure(refused, 'vetoed', 'VETOED');
    expect(countsOf(await scrape())).toEqual(vetoed);
    // it is tried again by itself, which is an update of its own
    detach();
    app.pause();
    await clock.advance(600_000);
    expect(app.current).toEqual({ size: 8 });
    const again = withOneMore(vetoed, 'updates accepted', 'reload attempts');
    expect(countsOf(await scrape())).toEqual(again);
  });

  test('says how long they took, by how they ended', async () => {
    const { app, loader, poll, scrape } = await rig();
    app.attach({ name: 'pool', apply: () => new Promise(() => {}), undo() {}, timeoutMs: 7_000 });
    loader.next({ size: 8 });
    await poll(7_000);
    expect((await scrape()).series).toMatchObject({
      'config_reload_duration_seconds_count{config="app",result="accepted"}': 1,
      'config_reload_duration_seconds_sum{config="app",result="accepted"}': 0,
      'config_reload_duration_seconds_count{config="app",result="vetoed"}': 1,
      'config_reload_duration_seconds_sum{config="app",result="vetoed"}': 7,
      'config_reload_duration_seconds_bucket{config="app",le="5",result="vetoed"}': 0,
      'config_reload_duration_seconds_bucket{config="app",le="10",result="vetoed"}': 1,
    });
  });

  test('counts what operators do, and what ends by itself', async () => {
    const { app, clock, scrape } = await rig();
    await expect(app.override({ size: -1 }, because)).rejects.toThrow('too small');
    const refused = afterFailure(begun, 'refused', 'SCHEMA_FAILED');
    expect(countsOf(await scrape())).toEqual(refused);
    const detach = app.attach({ name: 'pool', canApply: () => false });
    await expect(app.override({ size: 6 }, because)).rejects.toThrow('would not have it');
    detach();
    const vetoed = afterFailure(refused, 'vetoed', 'VETOED');
    expect(countsOf(await scrape())).toEqual(vetoed);
    await app.override({ size: 7 }, { ...because, dryRun: true });
    expect(countsOf(await scrape())).toEqual(vetoed);
    app.pause();
    await app.override({ size: 8 }, { ...because, ttlMs: 60_000 });
    await clock.advance(60_000);
    expect(app.current).toEqual({ size: 4 });
    const twice = ['updates accepted', 'reload attempts'];
    const both = withOneMore(withOneMore(vetoed, ...twice), ...twice);
    expect(countsOf(await scrape())).toEqual(both);
  });

  test('counts what a health check took back as a failure, and the way back as an update', async () => {
    const { app, loader, poll, scrape } = await rig();
    app.attach({ name: 'pool', healthCheck: ({ next }) => next.size < 8 });
    loader.next({ size: 8 });
    await poll();
    expect(app.current).toEqual({ size: 4 });
    const told = await scrape();
    const after = {
      'updates accepted': 2,
      'updates vetoed': 1,
      'failures VETOED': 1,
      'reload attempts': 3,
      'reload failures': 1,
    };
    expect(countsOf(told)).toEqual(after);
    expect(told.series).toMatchObject({
      'config_pinned{config="app"}': 1,
      'config_held{config="app"}': 0,
      'config_version{config="app"}': 3,
    });
    expect(await poll()).toEqual({ kind: 'held' });
    const held = await scrape();
    expect(countsOf(held)).toEqual({ ...after, 'updates held': 1 });
    expect(held.series['config_held{config="app"}']).toBe(1);
  });

  test('counts pushes that are refused or held, as those that are accepted', async () => {
    const { loader, clock, scrape } = await rig({
      loader: { watch: true },
      config: { updates: { max: 1 } },
    });
    loader.connect();
    await clock.advance(10_000);
    const polled = countsOf(await scrape());
    loader.push(new TextEncoder().encode('{"size":'));
    await clock.advance(0);
    const refused = { ...polled, 'updates refused': 1, 'failures DECODE_FAILED': 1 };
    expect(countsOf(await scrape())).toEqual(refused);
    loader.push({ size: 5 });
    await clock.advance(0);
    const attempts = polled['reload attempts']!;
    const held = { ...refused, 'updates held': 1, 'reload attempts': attempts + 1 };
    expect(countsOf(await scrape())).toEqual(held);
  });

  test('counts a poll that a watch asked for once, whatever comes of it', async () => {
    const { loader, clock, scrape } = await rig({ loader: { watch: true } });
    loader.connect();
    await clock.advance(10_000);
    const polled = countsOf(await scrape());
    loader.next({ size: 5 });
    loader.changed();
    await clock.advance(10_000);
    const accepted = withOneMore(polled, 'updates accepted', 'reload attempts');
    expect(countsOf(await scrape())).toEqual(accepted);
    loader.next({ size: 0 });
    loader.changed();
    await clock.advance(10_000);
    const refused = { 'updates refused': 1, 'failures SCHEMA_FAILED': 1, 'reload failures': 1 };
    expect(countsOf(await scrape())).toEqual({
      ...withOneMore(accepted, 'reload attempts'),
      ...refused,
    });
    loader.push({ size: 6 });
    await clock.advance(0);
    expect((await scrape()).series['config_updates_total{config="app",status="accepted"}']).toBe(3);
  });

  test('counts a push of what does not count as unchanged', async () => {
    const { loader, clock, scrape } = await rig({
      loader: { watch: true },
      config: { ignore: ['noise'] },
    });
    loader.connect();
    await clock.advance(10_000);
    const polled = countsOf(await scrape());
    loader.push({ size: 4, noise: 1 });
    await clock.advance(0);
    const unchanged = withOneMore(polled, 'updates unchanged', 'reload attempts');
    const told = await scrape();
    expect(countsOf(told)).toEqual(unchanged);
    const took = 'config_reload_duration_seconds_count{config="app",result="unchanged"}';
    expect(told.series[took]).toBe(1);
  });

  test('counts the polls of all sources, and one attempt for their first answers', async () => {
    const sources = ['file', 'remote'].map((name, i) => ({
      loader: mockLoader({ name, value: { [name]: i } }),
    }));
    const { manager, clock, scrape } = await observed();
    manager.register('app', { sources, polling });
    await clock.advance(0);
    expect(countsOf(await scrape())).toEqual({ 'updates accepted': 2, 'reload attempts': 1 });
  });

  test('counts an attempt once, though two of its documents were refused', async () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, i]));
    const loaders = ['a', 'b'].map((name) => mockLoader({ name, value: { [name]: 1, ...many } }));
    const schema: StandardSchemaV1<unknown, { a: number; b: number }> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => {
          const both = value as { a: number; b: number };
          return both.a === both.b ? { value: both } : { issues: [{ message: 'they differ' }] };
        },
      },
    };
    const { manager, clock, scrape } = await observed();
    const failed: string[] = [];
    manager.on('reload.failed', ({ reloadId }) => void failed.push(reloadId));
    const sources = loaders.map((loader) => ({ loader }));
    const app = manager.register('app', { sources, polling, schema });
    await clock.advance(0);
    for (const loader of loaders) {
      loader.next({ [loader.name]: 2 });
      await Promise.all([app.refresh(), clock.advance(0)]);
    }
    expect(app.status.sources.map(({ waiting }) => waiting?.kind)).toEqual(['kept', 'kept']);
    expect(failed).toHaveLength(new Set(failed).size);
    expect(countsOf(await scrape())['reload failures']).toBe(failed.length);
  });

  test('counts caches and listeners that fail, by their codes', async () => {
    const broken: Cache = {
      read: async () => [],
      write: () => Promise.reject(new Error('the disk is full')),
      remove: async () => {},
    };
    const { app, loader, poll, scrape } = await rig({ manager: { cache: broken } });
    expect(countsOf(await scrape())).toMatchObject({ 'failures CACHE_FAILED': 1 });
    app.onChange(() => {
      throw new Error('boom');
    });
    loader.next({ size: 5 });
    await poll();
    expect(countsOf(await scrape())).toMatchObject({ 'failures LISTENER_FAILED': 1 });
  });

  test('takes no reason from a loader that is not a word of ours', async () => {
    const { meterProvider, scrape } = await scraped();
    const hub = new EventHub(manualClock());
    const manager: ObservedManager = {
      on: (type, listener) => hub.on(type, listener),
      summary: () => summaryOf([], { at: 0, closed: false }),
    };
    observeMetrics(manager, { meterProvider });
    const strange = [
      new LoadError('x', { failure: 'https://me:hunter2@config.test' as never }),
      new HoldfastError('hunter2' as never, 'x'),
      new HoldfastError({ code: 'hunter2' } as never, 'x'),
      new HoldfastError('SCHEMA_FAILED', 'hunter2 at https://config.test/hunter2'),
    ];
    for (const each of strange) {
      const outcome = { kind: 'failed', error: each } as const;
      const details = { source: 's', outcome, durationMs: 2, next: undefined };
      hub.emit('poll.finished', 'app', () => details);
    }
    const { text, series } = await scrape();
    expect(series['config_failures_total{config="app",reason="other"}']).toBe(3);
    expect(text).not.toContain('hunter2');
  });
});

/** The same provider, whose observations are told. */
function observing(meterProvider: MeterProvider, note: (labels: object) => void): MeterProvider {
  const wrap = (meter: Meter): Meter =>
    new Proxy(meter, {
      get: (target, what) => {
        if (what !== 'addBatchObservableCallback') return Reflect.get(target, what).bind(target);
        return (callback: Callback, gauges: Observable[]) =>
          target.addBatchObservableCallback((result) => {
            const observe: typeof result.observe = (...args) => {
              note(args[2] ?? {});
              result.observe(...args);
            };
            callback({ observe });
          }, gauges);
      },
    });
  return { getMeter: (...args) => wrap(meterProvider.getMeter(...args)) };
}

type Callback = (result: unknown) => void;

/** A meter provider of which `on` throws, and everything else works. */
function breaking(on: string): MeterProvider & { collect(): void } {
  const boom = (what: string): void => {
    if (what === on) throw new Error('the meter is broken');
  };
  const callbacks = new Set<Callback>();
  const instrument = { add: () => boom('add'), record: () => boom('record') };
  const meter = new Proxy({} as Meter, {
    get: (_, what: string) => (callback: Callback) => {
      boom(what);
      if (what === 'addBatchObservableCallback') callbacks.add(callback);
      if (what === 'removeBatchObservableCallback') callbacks.delete(callback);
      return instrument;
    },
  });
  return {
    getMeter: () => {
      boom('getMeter');
      return meter;
    },
    collect: () => callbacks.forEach((call) => call({ observe: () => boom('observe') })),
  };
}

test.each([
  'getMeter',
  'createCounter',
  'createHistogram',
  'createObservableGauge',
  'addBatchObservableCallback',
  'removeBatchObservableCallback',
  'add',
  'record',
  'observe',
] as const)('observeMetrics() harms nothing when %s throws, and says so once', async (on) => {
  const { manager, clock } = createTestManager();
  const told: unknown[] = [];
  manager.on('listener.failed', (event) => told.push(event.error.cause));
  const meterProvider = breaking(on);
  const stop = observeMetrics(manager, { meterProvider });
  const loader = mockLoader({ value: { n: 1 } });
  const app = manager.register('app', { loader, polling });
  await clock.advance(0);
  meterProvider.collect();
  loader.next({ n: 2 });
  await clock.advance(600_000);
  expect(app.current).toEqual({ n: 2 });
  expect(app.status.state).toBe('fresh');
  stop();
  // who has stopped tells no more
  const silent = on === 'removeBatchObservableCallback';
  expect(told).toEqual(silent ? [] : [new Error('the meter is broken')]);
});

test('observeMetrics() takes the global meter provider, which does nothing until there is one', async () => {
  const { manager, clock } = createTestManager();
  const stop = observeMetrics(manager);
  manager.register('app', { loader: mockLoader({ value: {} }), polling });
  await clock.advance(60_000);
  expect(manager.summary().state).toBe('fresh');
  stop();
});

test.each([
  [undefined, {}, 'Cannot use "manager" of observeMetrics()'],
  [{ on() {} }, {}, 'as it must be an object with summary()'],
  [createTestManager().manager, { meter: 1 }, 'Cannot use option "meter" of observeMetrics()'],
  [createTestManager().manager, { meterProvider: {} }, 'as it must be an object with getMeter()'],
])('observeMetrics(%o, %o) says what is wrong', (manager, options, text) => {
  const call = (): unknown => observeMetrics(manager as never, options as never);
  expect(call).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  expect(call).toThrow(text);
});
