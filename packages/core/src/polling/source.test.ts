import { manualClock, mockLoader } from '@holdfast/testing';
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.doUnmock('./poll.ts');
  vi.resetModules();
});

test('a poll whose code cannot be loaded fails and is tried again, while the value serves', async () => {
  vi.resetModules();
  vi.doMock('./poll.ts', () => {
    throw new Error('the disk is gone');
  });
  const { createConfigManager } = await import('../manager.ts');
  const clock = manualClock();
  const loader = mockLoader({ value: { n: 1 } });
  const manager = createConfigManager({ clock });
  const app = manager.register<{ n: number }>('app', { loader, defaults: { n: 0 } });
  const outcome = await clock.track(app.refresh());
  expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'LOAD_FAILED' } });
  expect((outcome as { error: Error }).error.message).toMatch(
    /^Cannot load mock: a part of Holdfast is missing: /,
  );
  expect([app.current.n, app.status.state, app.status.next?.because]).toEqual([
    0,
    'stale',
    'backoff',
  ]);

  vi.doUnmock('./poll.ts');
  expect(await clock.track(app.refresh())).toMatchObject({ kind: 'accepted' });
  expect([app.current.n, app.status.state]).toEqual([1, 'fresh']);
  await manager.close();
});
