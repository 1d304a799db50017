import { manualClock, mockLoader } from '@holdfast/testing';
import { afterEach, expect, test, vi } from 'vitest';
import type { Clock } from './ports/clock.ts';
import type { Loader } from './ports/loader.ts';

afterEach(() => {
  vi.doUnmock('./polling/feeds.ts');
  vi.resetModules();
});

test('a poll whose code cannot be loaded fails and is tried again, while the value serves', async () => {
  vi.resetModules();
  vi.doMock('./polling/feeds.ts', () => {
    throw new Error('the disk is gone');
  });
  const { createConfigManager } = await import('./manager.ts');
  const clock = manualClock();
  const loader = mockLoader({ value: { n: 1 } });
  const manager = createConfigManager({ clock });
  const app = manager.register<{ n: number }>('app', { loader, defaults: { n: 0 } });
  const outcome = await clock.track(app.refresh());
  expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'LOAD_FAILED' } });
  expect((outcome as { error: Error }).error.message).toMatch(
    /^Cannot load mock: Holdfast's own code could not be loaded: /,
  );
  expect([app.current.n, app.status.state]).toEqual([0, 'stale']);

  vi.doUnmock('./polling/feeds.ts');
  expect(await clock.track(app.refresh())).toMatchObject({ kind: 'accepted' });
  expect([app.current.n, app.status.state]).toEqual([1, 'fresh']);
  await manager.close();
});

test('a poll whose code is not there by the deadline fails, and what comes late harms nothing', async () => {
  const loader = mockLoader({ value: { n: 1 } });
  loader.hang();
  const { manager, app, arrive, advance } = await withoutFeedsInTime(loader);
  const again = app.refresh();
  arrive();
  await vi.waitFor(() => expect(loader.loads).toBe(1));
  advance(2_000);
  await Promise.resolve();
  advance(0);
  expect(await again).toMatchObject({ kind: 'failed', error: { failure: 'timeout' } });
  expect(loader.loads).toBe(1);
  await manager.close();
});

test('code that comes after the deadline is used at once, not at the next interval', async () => {
  const loader = mockLoader({ value: { n: 1 } });
  const { manager, arrive, advance } = await withoutFeedsInTime(loader);
  arrive();
  await vi.waitFor(() => {
    advance(0);
    expect(loader.loads).toBe(1);
  });
  await manager.close();
});

test('ready() waits for code no longer than its time-out', async () => {
  const arrive = feedsComeLate();
  const { createConfigManager } = await import('./manager.ts');
  const { clock, advance } = plainClock();
  const manager = createConfigManager({ clock });
  const app = manager.register('app', { loader: mockLoader({ value: { n: 1 } }) });
  const ready = app.ready({ timeoutMs: 50 });
  const { loadReady } = await import('./handle.ts');
  await loadReady();
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => void setImmediate(resolve));
    advance(50);
  }
  await expect(ready).rejects.toMatchObject({ code: 'READY_TIMEOUT' });
  arrive();
  await manager.close();
});

test('code that comes after close() makes nothing of the config', async () => {
  const arrive = feedsComeLate();
  const { createConfigManager } = await import('./manager.ts');
  const { loadFeeds } = await import('./feeding.ts');
  const loader = mockLoader({ value: { n: 1 } });
  const { clock, advance } = plainClock();
  const manager = createConfigManager({ clock });
  const app = manager.register('app', { loader });
  await app.close();
  arrive();
  await loadFeeds();
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => void setImmediate(resolve));
    advance(60_000);
  }
  expect(loader.loads).toBe(0);
  await manager.close();
});

/** The code of polls is not there before the function that this gives is called. */
function feedsComeLate(): () => void {
  vi.resetModules();
  let arrive = (): void => {};
  const late = new Promise<void>((resolve) => (arrive = resolve));
  vi.doMock('./polling/feeds.ts', async (original) => {
    await late;
    return original();
  });
  return arrive;
}

/** A config that polls once an hour, and whose first poll failed at its deadline of two seconds for want of code. */
async function withoutFeedsInTime(loader: Loader) {
  const arrive = feedsComeLate();
  const { createConfigManager } = await import('./manager.ts');
  const { clock, advance } = plainClock();
  const manager = createConfigManager({ clock });
  const polling = { intervalMs: 3_600_000, deadlineMs: 2_000 };
  const app = manager.register<{ n: number }>('app', { loader, polling, defaults: { n: 0 } });
  const refreshed = app.refresh();
  await Promise.resolve();
  advance(2_000);
  expect(await refreshed).toMatchObject({ kind: 'failed' });
  return { manager, app, arrive, advance };
}

/** A clock that waits for nothing: the manual one would wait for the import that never comes. */
function plainClock() {
  let now = 0;
  const timers = new Map<object, { readonly at: number; readonly fire: () => void }>();
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    setTimer(ms, fire) {
      const timer = { cancel: () => void timers.delete(timer) };
      timers.set(timer, { at: now + ms, fire });
      return timer;
    },
  };
  const advance = (ms: number): void => {
    now += ms;
    for (const [timer, { at, fire }] of timers) {
      if (at > now) continue;
      timers.delete(timer);
      fire();
    }
  };
  return { clock, advance };
}
