import type { Cache, ConfigHandle } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { preload } from '@holdfast/core/preload';
import type { ManualClock, MockLoader } from '@holdfast/testing';
import { createTestManager, manualClock, mockLoader } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ann, begin, brings, keeps, type Kept, soon } from './history.fixture.ts';
import type { Any } from './layers.fixture.ts';

const HOURS_6 = 6 * 3_600_000;

/** Vetoes the first `vetoes` changes that it is asked about. */
function vetoing<T>(app: Pick<ConfigHandle<T>, 'attach'>, vetoes = 1): { readonly asked: number } {
  const count = { asked: 0 };
  app.attach({ name: 'pool', canApply: () => count.asked++ >= vetoes });
  return count;
}

/** Another process, whose source has `now`; a participant vetoes what the cache gives back. */
async function restarted(first: Kept, now: number, defaults?: object): Promise<Kept> {
  await soon(first, first.manager.close());
  const made = begin({ cache: first.cache, value: { size: now }, ...(defaults && { defaults }) });
  vetoing(made.app);
  return made;
}

describe.each([
  ['without defaults', undefined],
  ['with defaults', { size: 0 }],
])('%s, a cached document that a participant vetoes at the start', (_, defaults) => {
  const options = defaults && { defaults };

  test('comes back when a rollback barred what the source has', async () => {
    const first = await keeps({ ...options });
    await brings(first, { size: 2 });
    await soon(first, first.app.rollback(defaults ? 2 : 1, ann));
    const made = await restarted(first, 2, defaults);
    await made.clock.advance(HOURS_6);
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.app.status.pinned).toBe('document');
    expect(made.app.status.sources[0]?.waiting).toEqual({ kind: 'barred' });
    await soon(made, made.app.unpin(ann));
    expect(made.app.current).toEqual({ size: 2 });
  });

  test('comes back when a failed health check barred what the source has', async () => {
    const first = await keeps({ ...options });
    first.app.attach({ name: 'health', healthCheck: ({ next }) => next.size !== 2 });
    await brings(first, { size: 2 });
    const made = await restarted(first, 2, defaults);
    await made.clock.advance(HOURS_6);
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.app.status.pinned).toBe('document');
  });

  test('comes back when all is pinned and the source has another one', async () => {
    const first = await keeps({ ...options });
    await soon(first, first.app.pin(ann));
    const made = await restarted(first, 2, defaults);
    await made.clock.advance(HOURS_6);
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.app.status).toMatchObject({
      pinned: 'all',
      sources: [{ waiting: { kind: 'barred' } }],
    });
  });

  test('comes back when a rule refuses what the source has', async () => {
    const made = await restarted(await keeps({ ...options }), 2, defaults);
    const stop = made.app.rule('size', (size) => size !== 2, 'not two');
    await made.clock.advance(HOURS_6);
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.app.status.sources[0]?.waiting).toMatchObject({ kind: 'kept' });
    stop();
    await made.clock.advance(1);
    expect(made.app.current).toEqual({ size: 2 });
  });

  test('comes back when a participant vetoes for ever what the source has', async () => {
    const made = await restarted(await keeps({ ...options }), 2, defaults);
    made.app.attach({ name: 'not two', canApply: ({ next }) => next.size !== 2 });
    await made.clock.advance(HOURS_6);
    expect(made.app.current).toEqual({ size: 1 });
    expect(made.app.status.sources[0]?.waiting).toMatchObject({ kind: 'vetoed' });
  });

  test('gives way to a newer one that is in force, for good', async () => {
    const made = await restarted(await keeps({ ...options }), 2, defaults);
    await made.clock.advance(HOURS_6);
    expect(made.app.current).toEqual({ size: 2 });
    expect(made.app.status.version).toBe(defaults ? 2 : 1);
  });

  test('is not overtaken by the generation before it', async () => {
    const first = await keeps({ ...options });
    await brings(first, { size: 2 });
    const made = await restarted(first, 2, defaults);
    made.loader.fail(3);
    const seen: number[] = [];
    made.app.onChange(({ size }) => void seen.push(size));
    await made.clock.advance(HOURS_6);
    expect(made.app.current).toEqual({ size: 2 });
    expect(seen).not.toContain(1);
  });
});

test('a cached document that was vetoed at the start is in force again when the health of a newer one failed', async () => {
  const defaults = { size: 0 };
  const made = await restarted(await keeps({ defaults }), 2, defaults);
  made.app.attach({ name: 'health', healthCheck: ({ next }) => next.size !== 2 });
  await made.clock.advance(HOURS_6);
  expect(made.app.current).toEqual({ size: 1 });
  expect(made.app.status.pinned).toBe('document');
});

test('what an operator imports takes the place of a cached document that was vetoed', async () => {
  const defaults = { size: 0 };
  const other = await keeps({ value: { size: 3 } });
  const exported = await other.manager.exportState();
  const made = await restarted(await keeps({ defaults }), 1, defaults);
  made.loader.fail(1_000);
  await made.clock.advance(1);
  await soon(made, made.manager.importState(exported, ann));
  expect(made.app.current).toEqual({ size: 3 });
  await made.clock.advance(HOURS_6);
  expect(made.app.current).toEqual({ size: 3 });
});

test('a cached document that was vetoed still waits when a transaction that pinned everything was taken back', async () => {
  const defaults = { size: 0 };
  const made = await restarted(await keeps({ defaults }), 1, defaults);
  const { app, manager, clock } = made;
  made.loader.fail(1_000);
  await clock.advance(1);
  await soon(made, app.override({ size: 5 }, ann));
  app.attach({ name: 'health', healthCheck: ({ next }) => next.size !== 0 });
  const went = manager.transaction((tx) => {
    tx.rollback(app, 1, { pin: 'all' });
    tx.override(app, { name: 'a' });
  }, ann);
  await expect(soon(made, went)).rejects.toThrow('was taken back');
  expect(app.status.pinned).toBeUndefined();
  await clock.advance(HOURS_6);
  await soon(made, app.clearOverrides(ann));
  expect(app.current).toEqual({ size: 1 });
});

/** One process with a mock for each of the two sources, of which the second one is optional or not. */
interface Two {
  readonly app: ConfigHandle<Any>;
  readonly low: MockLoader;
  readonly high: MockLoader;
  readonly close: () => Promise<void>;
}

function two(clock: ManualClock, cache: Cache, optional: boolean): Two {
  const { manager } = createTestManager({ clock, cache });
  const low = mockLoader({ name: 'low', value: { size: 1 } });
  const high = mockLoader({ name: 'high', value: { b: 1 } });
  const app = manager.register<Any>('app', {
    sources: [
      { name: 'low', loader: low },
      { name: 'high', loader: high, optional },
    ],
    schema: z.object({ size: z.int(), b: z.int().optional() }),
    polling: { intervalMs: 60_000, strategy: 'fixed' },
  } as never);
  return { app, low, high, close: () => soon({ clock }, manager.close()) };
}

describe('of two sources', () => {
  async function again(optional: boolean, pinned: boolean): Promise<Two & { clock: ManualClock }> {
    const clock = manualClock({ preload: [preload] });
    const cache = memoryCache({ clock });
    const first = two(clock, cache, optional);
    await clock.advance(1);
    if (pinned) await soon({ clock }, first.app.pin(ann));
    await first.close();
    const next = two(clock, cache, optional);
    vetoing(next.app);
    return { ...next, clock };
  }

  test.each(['is up', 'is down'])(
    'what was pinned together comes back together, when one has news and the other one %s',
    async (other) => {
      const { app, clock, low, high } = await again(false, true);
      const seen: unknown[] = [];
      app.onChange((value) => void seen.push(value));
      high.next({ b: 2 });
      if (other === 'is down') low.fail(1_000);
      await clock.advance(HOURS_6);
      expect(app.current).toEqual({ size: 1, b: 1 });
      expect(seen).toEqual([{ size: 1, b: 1 }]);
    },
  );

  test('an optional one that has none any more had one', async () => {
    const { app, clock, high } = await again(true, false);
    high.absent();
    await clock.advance(HOURS_6);
    expect(app.current).toEqual({ size: 1, b: 1 });
    expect(app.status.sources[1]?.lastFailure?.message).toContain('there is no such document');
  });
});

describe('H26 a cached document that was vetoed is what the next one is compared with', () => {
  test.each([
    ['monotonic', 'WENT_BACK', { monotonic: 'rev' }, { rev: 10 }, { rev: 5 }],
    ['maxRemoved', 'REMOVED_TOO_MUCH', {}, Object.fromEntries(keysOf(20)), { key1: 1 }],
  ])('by %s', async (_, code, options, last, next) => {
    const clock = manualClock({ preload: [preload] });
    const cache = memoryCache({ clock });
    const run = (value: object) => {
      const { manager } = createTestManager({ clock, cache });
      const loader = mockLoader({ value: value as never });
      return { manager, app: manager.register<Any>('app', { loader, ...options } as never) };
    };
    const first = run(last);
    await clock.advance(1);
    await soon({ clock }, first.manager.close());
    const { app } = run(next);
    vetoing(app);
    await clock.advance(HOURS_6);
    expect(app.current).toEqual(last);
    expect(app.status.sources[0]).toMatchObject({
      lastFailure: { code },
      waiting: { kind: 'kept' },
    });
  });
});

function keysOf(count: number): [string, number][] {
  return Array.from({ length: count }, (_, i) => [`key${i}`, i]);
}
