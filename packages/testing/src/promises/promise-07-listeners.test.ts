import type { EventType, HoldfastEvent } from '@holdfast/core';
import { createTestManager, mockLoader, recordEvents } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { runFixture } from './process.fixture.ts';
import { edited, everyMinute, first, poll, scene, settledScene, soon } from './scene.fixture.ts';

const boom = () => {
  throw new Error('boom');
};

const thenable = (then: (yes: () => void, no: (error: Error) => void) => void) =>
  Object.fromEntries([[['th', 'en'].join(''), then]]);

test.each([
  ['throws', boom],
  [
    'throws a string',
    () => {
      throw 'boom'; // oxlint-disable-line typescript/only-throw-error
    },
  ],
  ['rejects', () => Promise.reject(new Error('boom'))],
  ['gives a thenable that fails', () => thenable((_, no) => no(new Error('boom')))],
  ['gives a thenable that throws', () => thenable(boom)],
])('C2 promise 7: a change listener that %s harms nobody and is reported once', async (_, bad) => {
  const made = await settledScene();
  const heard: string[] = [];
  made.app.onChange(() => heard.push('before'));
  made.app.onChange(bad);
  made.app.select('pool.size').onChange(bad);
  made.app.onChange(() => heard.push('after'));
  made.app.select('revision').onChange(() => heard.push('selected'));
  made.loader.next(edited({ revision: 2 }));
  expect(await poll(made)).toMatchObject({ kind: 'accepted' });
  expect(heard).toEqual(['before', 'after', 'selected']);
  const failed = made.record.of('listener.failed');
  expect(failed).toHaveLength(1);
  expect(failed[0]!.error).toMatchObject({ code: 'LISTENER_FAILED' });
  expect(failed[0]!.error.message).toContain('boom');
  expect(made.app.status.state).toBe('fresh');
});

test.each([
  ['cannot be read', { get: boom }],
  ['is no text', { value: Symbol('boom') }],
  ['is an object without a prototype', { value: Object.create(null) as unknown }],
])(
  'C2 promise 7: a listener whose error has a message that %s harms nobody',
  async (_, message) => {
    const made = await settledScene();
    const heard: number[] = [];
    made.app.onChange(() => {
      throw Object.defineProperty(new Error('x'), 'message', message);
    });
    made.app.onChange(({ revision }) => heard.push(revision));
    made.loader.next(edited({ revision: 2 }));
    expect(await poll(made)).toMatchObject({ kind: 'accepted' });
    expect(heard).toEqual([2]);
    expect(made.record.of('listener.failed')).toHaveLength(1);
  },
);

test('C2 promise 7: a listener that never settles holds up nothing', async () => {
  const made = await settledScene();
  made.app.onChange(() => new Promise(() => {}));
  for (let revision = 2; revision < 5; revision++) {
    made.loader.next(edited({ revision }));
    expect(await poll(made)).toMatchObject({ kind: 'accepted' });
  }
  await made.manager.close();
});

test.each<EventType | '*'>([
  '*',
  'poll.started',
  'poll.finished',
  'config.changed',
  'document.refused',
  'status.changed',
])('C2 promise 7: a listener of %s that throws harms nobody', async (type) => {
  const made = await settledScene();
  const heard: EventType[] = [];
  made.manager.on(type, boom);
  made.manager.on(type, (event: HoldfastEvent) => heard.push(event.type));
  made.loader.next([]);
  await poll(made);
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  expect(made.app.current.revision).toBe(2);
  expect(heard.length).toBeGreaterThan(0);
  expect(made.record.of('listener.failed').length).toBeGreaterThan(0);
});

test('C2 promise 7: a listener of listener.failed that throws is not told about itself', async () => {
  const made = await settledScene();
  let calls = 0;
  made.manager.on('listener.failed', () => {
    calls += 1;
    boom();
  });
  made.app.onChange(boom);
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  expect(calls).toBe(1);
});

test('C2 promise 7: an asynchronous listener of every event that always rejects is not told about itself', async () => {
  const made = await settledScene();
  let calls = 0;
  made.manager.on('*', async () => {
    calls += 1;
    // so that this test ends where the promise is broken
    if (calls < 1_000) throw new Error('boom');
  });
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  expect(calls).toBeLessThan(20);
});

test('C2 promise 7: a listener may add and remove listeners', async () => {
  const made = await settledScene();
  const heard: string[] = [];
  const off = made.app.onChange(() => {
    heard.push('once');
    off();
    off();
    made.app.onChange(() => heard.push('added'));
  });
  made.app.onChange(() => heard.push('stays'));
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  expect(heard).toEqual(['once', 'stays']);
  made.loader.next(edited({ revision: 3 }));
  await poll(made);
  expect(heard).toEqual(['once', 'stays', 'stays', 'added']);
});

test('C2 promise 7: two subscriptions of one function are two, and each ends alone', async () => {
  const made = await settledScene();
  let calls = 0;
  const listener = () => void (calls += 1);
  const off = made.app.onChange(listener);
  made.app.onChange(listener);
  off();
  off();
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  expect(calls).toBe(1);
});

test('C2 promise 7: close() inside a listener: the others are still told, and nothing more is polled', async () => {
  const made = await settledScene();
  const heard: string[] = [];
  let closed: Promise<void> | undefined;
  made.app.onChange(() => (closed = made.manager.close()));
  made.app.onChange(() => heard.push('after'));
  made.loader.next(edited({ revision: 2 }));
  const outcome = await poll(made);
  expect(['accepted', 'failed']).toContain(outcome.kind);
  await soon(made.clock, closed!);
  expect([heard, made.app.current.revision, made.clock.pending]).toEqual([['after'], 2, 0]);
  const { loads } = made.loader;
  await made.clock.advance(3_600_000);
  expect(made.loader.loads).toBe(loads);
});

test.each<EventType>(['poll.started', 'poll.finished', 'status.changed', 'config.changed'])(
  'C2 promise 7: close() inside a listener of %s leaves nothing behind',
  async (type) => {
    const { app, clock, loader, manager } = scene({ config: { defaults: first } });
    manager.on(type, () => void manager.close());
    loader.next(edited({ revision: 2 }));
    await clock.advance(600_000);
    expect(app.status.state).toBe('closed');
    expect(app.current).toBeDefined();
    expect(clock.pending).toBe(0);
    // closed before it began, it asks nobody
    expect(loader.loads).toBe(type === 'poll.started' ? 0 : 1);
  },
);

test('C2 promise 7: refresh() inside a listener of each poll is no loop of itself', async () => {
  const made = await settledScene({ config: { polling: everyMinute } });
  let left = 100;
  made.manager.on('poll.finished', () => {
    if (left-- > 0) void made.app.refresh();
  });
  const before = made.loader.loads;
  await poll(made);
  await made.clock.advance(1_000);
  expect(made.loader.loads - before).toBe(101);
  expect(made.app.status.state).toBe('fresh');
});

test('C2 promise 7: a selector that throws keeps the old value and is reported', async () => {
  const made = await settledScene();
  const size = made.app.select(({ pool, revision }) => {
    if (revision === 2) throw new Error('boom');
    return pool.size;
  });
  const heard: number[] = [];
  size.onChange((value) => heard.push(value));
  expect(size.current).toBe(4);
  made.loader.next(edited({ revision: 2, pool: { size: 5, hosts: [] } }));
  await poll(made);
  expect(size.current).toBe(4);
  expect(made.record.of('listener.failed')).toHaveLength(1);
  made.loader.next(edited({ revision: 3, pool: { size: 6, hosts: [] } }));
  await poll(made);
  expect([size.current, heard]).toEqual([6, [6]]);
});

test('C2 promise 7: a logger that throws harms nothing', async () => {
  const logger = { debug: boom, info: boom, warn: boom, error: boom };
  const { app, clock, loader, manager } = scene({ manager: { logger } });
  const record = recordEvents(manager, 'listener.failed');
  loader.next([]);
  await clock.advance(200_000);
  loader.next(edited({ revision: 2 }));
  await clock.advance(200_000);
  expect(app.current.revision).toBe(2);
  expect(record.events).toEqual([]);
});

test('C2 promise 7: ready() that nobody looks at, and refresh() that fails, reject into nothing', async () => {
  const { app, clock, loader, manager } = scene();
  loader.fail(Infinity);
  void app.ready();
  void app.refresh();
  await clock.advance(60_000);
  void app.ready();
  await manager.close();
  void app.ready();
  expect(await app.refresh()).toMatchObject({ kind: 'failed', error: { code: 'CLOSED' } });
});

test.each([
  ['all that listeners and loaders can do', 'none'],
  ['a selector that rejects', 'selector'],
])(
  'C1 promise 7: a process with strict rejections survives %s',
  async (_, also) => {
    const { code, stdout, stderr } = await runFixture('strict.fixture.ts', {
      node: ['--unhandled-rejections=strict'],
      args: [also],
    });
    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: '', stdout: 'done\n' });
  },
  30_000,
);

test('promise 7: a listener that was there first cannot rewrite an event, nor so the audit', async () => {
  const { manager, clock } = createTestManager();
  const failures = recordEvents(manager, 'listener.failed');
  const seen: unknown[] = [];
  manager.on('override.set', (event) => {
    (event as { by: string }).by = 'mallory';
  });
  manager.on('override.set', (event) => {
    (event.paths as string[]).length = 0;
  });
  manager.on('poll.finished', (event) => {
    (event.outcome as { kind: string }).kind = 'unchanged';
  });
  manager.on('poll.finished', ({ outcome }) => void seen.push(outcome.kind));
  const app = manager.register('app', { loader: mockLoader({ value: { size: 4 } }) });
  await clock.advance(1);
  expect(seen).toEqual(['accepted']);
  await app.override({ size: 5 }, { by: 'ann', reason: 'a test' });
  const records = await manager.audit.list();
  expect(records.find(({ action }) => action === 'override.set')).toMatchObject({
    by: 'ann',
    paths: ['size'],
  });
  expect(failures.events).toHaveLength(3);
  await manager.close();
});
