import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createConfigManager } from '@holdfast/core';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { edited, everyMinute, first, poll, scene, settledScene, soon } from './scene.fixture.ts';

test('register() refuses a name that is taken, and a closed manager', async () => {
  const { manager, loader } = await settledScene();
  expect(() => manager.register('app', { loader })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS' }),
  );
  expect(manager.configs()).toHaveLength(1);
  await manager.close();
  expect(() => manager.register('new', { loader })).toThrow(
    expect.objectContaining({ code: 'CLOSED' }),
  );
});

test('register() that is refused leaves nothing behind', () => {
  const { manager, clock } = createTestManager();
  const loader = mockLoader({ value: first });
  expect(() => manager.register('app', { loader, polling: { intervalMs: -1 } })).toThrow(
    'intervalMs',
  );
  expect(() => manager.register('app', { loader, pollling: {} } as never)).toThrow('"polling"');
  expect([manager.configs(), manager.get('app'), clock.pending, loader.loads]).toEqual([
    [],
    undefined,
    0,
    0,
  ]);
});

test('get() and configs() give the handles that register() gave', async () => {
  const { manager, app, loader } = await settledScene();
  const other = manager.register('other', { loader });
  expect(manager.get('app')).toBe(app);
  expect(manager.configs()).toEqual([app, other]);
  expect(manager.get('none')).toBeUndefined();
  expect([app.name, other.name]).toEqual(['app', 'other']);
});

test('unregister() closes the config, frees its name, and leaves the others alone', async () => {
  const { manager, app, clock, loader } = await settledScene();
  const other = manager.register('other', { loader: mockLoader({ value: { n: 1 } }) });
  expect(await manager.unregister('app')).toBe(true);
  expect(await manager.unregister('app')).toBe(false);
  expect(app.status.state).toBe('closed');
  expect(app.current).toEqual(first);
  const { loads } = loader;
  await clock.advance(600_000);
  expect(loader.loads).toBe(loads);
  expect(other.status.state).toBe('fresh');
  const again = manager.register('app', { loader });
  await clock.advance(1);
  expect(again.status).toMatchObject({ state: 'fresh', version: 1 });
});

test('C4 close() is idempotent, aborts the load under way, and that poll reports nothing', async () => {
  const made = await settledScene();
  made.loader.delay(5_000);
  const refreshed = made.app.refresh();
  await made.clock.advance(1_000);
  made.record.clear();
  const closing = [made.app.close(), made.app.close(), made.manager.close(), made.manager.close()];
  await Promise.all(closing);
  expect(made.loader.asked.at(-1)!.signal.aborted).toBe(true);
  expect(await refreshed).toMatchObject({ kind: 'failed', error: { code: 'CLOSED' } });
  await made.clock.advance(600_000);
  expect(made.record.types).toEqual(['status.changed']);
  expect([made.clock.pending, made.app.current]).toEqual([0, first]);
});

test('C4 close() before anything happened, at once after register', async () => {
  const { manager, clock, loader, app } = scene({ loader: { watch: true } });
  await manager.close();
  await clock.advance(60_000);
  expect([loader.loads, clock.pending]).toEqual([0, 0]);
  expect(app.status.state).toBe('closed');
});

test('C4 after close refresh() answers failed, pause() and resume() do nothing, and nobody is told of anything', async () => {
  const { app, clock, loader, manager, record } = await settledScene({ loader: { watch: true } });
  await app.close();
  record.clear();
  app.pause();
  app.resume();
  loader.push(edited({ revision: 2 }));
  expect(await app.refresh()).toMatchObject({ kind: 'failed', error: { code: 'CLOSED' } });
  await clock.advance(600_000);
  expect(app.current).toEqual(first);
  expect(record.types).toEqual([]);
  await manager.close();
});

test('await using closes a config and a manager at the end of the block', async () => {
  const { manager, clock } = createTestManager();
  const loader = mockLoader({ value: first });
  {
    await using app = manager.register('app', { loader });
    await soon(clock, app.ready());
  }
  expect(manager.get('app')!.status.state).toBe('closed');
  {
    await using inner = createConfigManager();
    inner.register('app', { loader });
  }
  expect(loader.closes).toBeGreaterThan(0);
});

test('a loader that several configs share is watched once, and closed with the last of them', async () => {
  const { manager, app, clock, loader } = await settledScene({ loader: { watch: true } });
  const other = manager.register<{ revision: number }>('other', { loader });
  loader.connect();
  await clock.advance(20_000);
  expect(loader.watching).toBe(1);
  loader.push(edited({ revision: 2 }));
  await clock.advance(1);
  expect([app.current.revision, other.current.revision]).toEqual([2, 2]);
  await app.close();
  expect([loader.closes, loader.watching]).toEqual([0, 1]);
  await other.close();
  expect([loader.closes, loader.watching]).toEqual([1, 0]);
});

test('pause() stops polls, not refresh() and pushes; resume() polls at once where the minimum interval allows', async () => {
  const made = await settledScene({ loader: { watch: true }, config: { polling: everyMinute } });
  const { app, clock, loader } = made;
  loader.connect();
  await clock.advance(20_000);
  app.pause();
  app.pause();
  expect(app.status).toMatchObject({ paused: true, next: undefined });
  const { loads } = loader;
  await clock.advance(3_600_000);
  expect(loader.loads).toBe(loads);
  loader.push(edited({ revision: 2 }));
  await clock.advance(1);
  expect(app.current.revision).toBe(2);
  loader.next(edited({ revision: 3 }));
  expect(await poll(made)).toMatchObject({ kind: 'accepted' });
  await clock.advance(3_600_000);
  expect(loader.loads).toBe(loads + 1);
  app.resume();
  await clock.advance(1);
  expect(loader.loads).toBe(loads + 2);
  expect(app.status.paused).toBe(false);
  await clock.advance(700_000);
  expect(loader.loads).toBeGreaterThan(loads + 3);
});

test('pause() during a poll lets it end, and no other follows', async () => {
  const { app, clock, loader } = await settledScene();
  loader.delay(1_000);
  loader.next(edited({ revision: 2 }));
  void app.refresh();
  await clock.advance(500);
  app.pause();
  await clock.advance(501);
  expect(app.current.revision).toBe(2);
  const { loads } = loader;
  await clock.advance(600_000);
  expect(loader.loads).toBe(loads);
});

test('manager.refresh() refreshes those that are named, or all, and gives the outcomes by name', async () => {
  const { manager, clock, loader } = await settledScene();
  const bad = mockLoader();
  bad.fail(Infinity);
  manager.register('bad', { loader: bad });
  loader.next(edited({ revision: 2 }));
  const all = await soon(clock, manager.refresh());
  expect([...all].map(([name, { kind }]) => [name, kind])).toEqual([
    ['app', 'accepted'],
    ['bad', 'failed'],
  ]);
  const some = await soon(clock, manager.refresh(['app']));
  expect([...some.keys()]).toEqual(['app']);
  const { loads } = loader;
  await expect(manager.refresh(['app', 'none'])).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message:
      'Cannot use "names" of refresh() as it must be a list of configs (app, bad): current value is "none"',
  });
  await expect(manager.refresh([5] as never)).rejects.toThrow('a list of configs (app, bad)');
  expect(loader.loads).toBe(loads);
});

test('the events of a poll come in order, each once', async () => {
  const made = await settledScene();
  const { record, loader } = made;
  await poll(made);
  expect(record.types).toEqual(['poll.started', 'poll.finished']);
  record.clear();
  loader.fail(1);
  await poll(made);
  expect(record.types).toEqual(['poll.started', 'status.changed', 'poll.finished']);
  record.clear();
  loader.next([]);
  await poll(made);
  expect(record.types).toEqual([
    'poll.started',
    'reload.started',
    'reload.failed',
    'document.refused',
    'poll.finished',
  ]);
  record.clear();
  loader.next(edited({ revision: 2 }));
  await poll(made);
  expect(record.types).toEqual([
    'poll.started',
    'reload.started',
    'reload.validated',
    'status.changed',
    'config.changed',
    'reload.completed',
    'poll.finished',
  ]);
  const { outcome, durationMs, next } = record.of('poll.finished')[0]!;
  expect(outcome).toEqual({ kind: 'accepted', version: 2, changed: true });
  expect([durationMs, next!.because]).toEqual([0, 'interval']);
  expect(record.of('config.changed')[0]!.changes).toEqual([
    { path: ['revision'], kind: 'changed', before: 1, after: 2 },
  ]);
  expect(record.events.every(({ config, at }) => config === 'app' && at <= made.clock.now())).toBe(
    true,
  );
});

test('poll.started and config.changed say what set them off', async () => {
  const made = await settledScene({ loader: { watch: true }, config: { polling: everyMinute } });
  const triggers = () => made.record.of('poll.started').map(({ trigger }) => trigger);
  await made.clock.advance(66_000);
  await poll(made);
  made.loader.connect();
  await made.clock.advance(10_000);
  expect([...new Set(triggers())]).toEqual(['poll', 'refresh', 'push']);
  made.loader.push(edited({ revision: 2 }));
  await made.clock.advance(1);
  expect(made.record.of('config.changed').map(({ trigger }) => trigger)).toEqual(['push']);
});

test('on() hears of one type or of all, until it is unsubscribed', async () => {
  const made = await settledScene();
  const heard: string[] = [];
  const off = made.manager.on('poll.finished', ({ type }) => heard.push(type));
  const offAll = made.manager.on('*', ({ type }) => heard.push(`* ${type}`));
  await poll(made);
  off();
  off();
  await poll(made);
  offAll();
  await poll(made);
  expect(heard).toEqual([
    '* poll.started',
    'poll.finished',
    '* poll.finished',
    '* poll.started',
    '* poll.finished',
  ]);
});

test('events are also published on diagnostics_channel', async () => {
  const heard: unknown[] = [];
  const listener = (message: unknown) => void heard.push(message);
  const name = 'holdfast:config.changed';
  subscribe(name, listener);
  try {
    await settledScene();
  } finally {
    unsubscribe(name, listener);
  }
  expect(heard).toMatchObject([{ type: 'config.changed', config: 'app', version: 1 }]);
});

test('pause() at once after register() keeps back even the first poll', async () => {
  const { app, clock, loader } = scene({ config: { defaults: first } });
  app.pause();
  await clock.advance(3_600_000);
  expect([loader.loads, app.current]).toEqual([0, first]);
  app.resume();
  await clock.advance(1);
  expect(loader.loads).toBe(1);
});
