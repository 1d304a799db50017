import { LoadError, type Loader, type WatchRequest } from '@holdfast/core';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import {
  type Doc,
  edited,
  everyMinute,
  first,
  poll,
  scene,
  settledScene,
} from './scene.fixture.ts';

const watched = { loader: { watch: true }, config: { polling: everyMinute } };

test('watching begins before the first load, and after each connection the document is read again', async () => {
  const { app, clock, loader } = scene(watched);
  loader.delay(100);
  await clock.advance(1);
  expect([loader.watches, loader.loads]).toEqual([1, 1]);
  loader.next(edited({ revision: 2 })); // published between the load and the connection
  loader.connect();
  await clock.advance(10_100);
  expect(app.current.revision).toBe(2);
  loader.disconnect();
  loader.next(edited({ revision: 3 })); // published while nobody was connected
  await clock.advance(11_000);
  expect(loader.watches).toBe(2);
  loader.connect();
  await clock.advance(10_100);
  expect(app.current.revision).toBe(3);
});

test('while a watch is connected polls are stretched, never stopped; without it they come as before', async () => {
  const { app, clock, loader } = scene(watched);
  loader.connect();
  await clock.advance(20_000);
  let before = loader.loads;
  await clock.advance(3_600_000);
  expect(loader.loads - before).toBeGreaterThanOrEqual(11);
  expect(loader.loads - before).toBeLessThanOrEqual(14); // once in five minutes
  loader.next(edited({ revision: 2 })); // a push that was lost
  await clock.advance(330_000);
  expect(app.current.revision).toBe(2);
  loader.disconnect();
  before = loader.loads;
  await clock.advance(3_600_000);
  expect(loader.loads - before).toBeGreaterThan(50);
});

test('a watch that ends, or finds no connection, makes no wait shorter that the source asked for', async () => {
  const made = await settledScene({ loader: { watch: true } });
  const { app, clock, loader } = made;
  loader.fail(Infinity, new LoadError('busy', { status: 503, retryAfterMs: 290_000 }));
  await poll(made);
  const { next } = app.status;
  expect(next).toMatchObject({ because: 'retry-after' });
  loader.disconnect(new Error('busy'), 3);
  await clock.advance(50_000);
  expect(app.status.next).toEqual(next);
  loader.connect();
  await clock.advance(60_000);
  const later = app.status.next;
  expect(later).toMatchObject({ because: 'retry-after' });
  loader.disconnect();
  await clock.advance(1);
  expect(app.status.next).toEqual(later);
});

test('what is pushed is in force at once, with every check that a loaded document goes through', async () => {
  const made = await settledScene({ loader: { watch: true } });
  const { app, clock, loader, record } = made;
  loader.connect();
  await clock.advance(20_000);
  const { loads } = loader;
  loader.push(edited({ revision: 2 }), { validator: { etag: '"two"' } });
  await clock.advance(1);
  expect([app.current.revision, loader.loads]).toEqual([2, loads]);
  loader.push(new Uint8Array([0xff]), { validator: { etag: '"bad"' } });
  await clock.advance(1);
  expect(app.current.revision).toBe(2);
  expect(record.of('document.refused')).toMatchObject([
    { trigger: 'push', error: { code: 'DECODE_FAILED' } },
  ]);
  await poll(made);
  expect(loader.asked.at(-1)!.known).toMatchObject({ etag: '"two"' });
});

test('what is pushed is as old as it says, and confirms what invalidate() put in doubt before it came', async () => {
  const { app, clock, loader } = await settledScene({ loader: { watch: true } });
  loader.connect();
  await clock.advance(20_000);
  loader.push(edited({ revision: 2 }), { hints: { ageMs: 5_000 } });
  await clock.advance(1_000);
  expect(app.status).toMatchObject({ state: 'fresh', ageMs: 6_000 });
  app.invalidate();
  expect(app.status).toMatchObject({ state: 'stale', from: 'cache' });
  const { loads } = loader;
  loader.push(edited({ revision: 3 }));
  await clock.advance(1);
  expect(app.status).toMatchObject({ state: 'fresh', from: 'origin' });
  expect([app.current.revision, loader.loads]).toEqual([3, loads]);
});

test.each([
  ['fine', { revision: 5 }, 5],
  ['refused', new Uint8Array([0xff]), 1],
])(
  'what an optional source pushes is the answer that ready() waits for: %s',
  async (_, pushed, revision) => {
    const [base, extra] = [
      mockLoader({ value: first }),
      mockLoader({ name: 'extra', value: {}, watch: true }),
    ];
    const sources = [
      { name: 'base', loader: base },
      { name: 'extra', loader: extra, optional: true },
    ];
    const { manager, clock } = createTestManager();
    const app = manager.register<Doc>('app', { sources });
    extra.delay(9_000);
    extra.connect();
    let ready = false;
    void app.ready().then(() => (ready = true));
    await clock.advance(100);
    expect(ready).toBe(false);
    extra.push(pushed);
    await clock.advance(100);
    expect([ready, app.current.revision]).toEqual([true, revision]);
    await manager.close();
  },
);

test('a poke during a poll is followed by exactly one more poll', async () => {
  const { app, clock, loader } = await settledScene({ loader: { watch: true } });
  loader.connect();
  await clock.advance(30_000);
  loader.delay(1_000);
  void app.refresh();
  await clock.advance(500);
  const { loads } = loader;
  loader.next(edited({ revision: 2 }));
  for (let n = 0; n < 100; n++) loader.changed();
  await clock.advance(30_000);
  expect(loader.loads).toBe(loads + 1);
  expect(app.current.revision).toBe(2);
});

test('a watch that fails is reported, and restarted with backoff', async () => {
  const { clock, loader, record } = scene(watched);
  await clock.advance(1);
  loader.disconnect(new Error('gone'));
  await clock.advance(1);
  const at = clock.now();
  const [down] = record.of('watch.changed');
  expect(down).toMatchObject({ config: 'app', source: 'mock', state: 'down' });
  expect(down).toMatchObject({ error: { message: 'gone' } });
  expect(down!.until! - at).toBeGreaterThan(0);
  expect(record.of('listener.failed')).toEqual([]);
  await clock.advance(3_000);
  expect(loader.watches).toBe(2);
  loader.connect();
  loader.connect();
  await clock.advance(1);
  expect(record.of('watch.changed').map(({ state }) => state)).toEqual(['down', 'connected']);
});

test('a connection that ended is not heard any more, and close() ends the one that stands', async () => {
  let request: WatchRequest | undefined;
  const requests: WatchRequest[] = [];
  const inner = mockLoader({ value: first });
  const loader: Loader = {
    ...inner,
    watch(given) {
      requests.push(given);
      request = given;
      return requests.length === 1
        ? Promise.resolve()
        : new Promise((_, reject) => {
            given.signal.addEventListener('abort', () => reject(given.signal.reason as Error));
          });
    },
  };
  const { app, clock, manager } = scene({ config: { loader, polling: everyMinute } });
  await clock.advance(10_000);
  expect(requests).toHaveLength(2);
  requests[0]!.offer({ raw: edited({ revision: 9 }) });
  requests[0]!.changed();
  requests[0]!.connected();
  await clock.advance(1);
  expect(app.current.revision).toBe(1);
  request!.offer({ raw: edited({ revision: 2 }) });
  await clock.advance(1);
  expect(app.current.revision).toBe(2);
  await manager.close();
  expect(request!.signal.aborted).toBe(true);
  request!.offer({ raw: edited({ revision: 3 }) });
  await clock.advance(1);
  expect(app.current.revision).toBe(2);
});

test('a storm of pushes, pokes, connections and refreshes ends with the last document', async () => {
  const { app, clock, loader } = scene({
    ...watched,
    config: { ...watched.config, updates: { max: 5, windowMs: 10_000 } },
  });
  for (let revision = 2; revision < 200; revision++) {
    if (revision % 7 === 0) loader.disconnect();
    if (revision % 7 === 1) loader.connect();
    if (revision % 3 === 0) loader.push(edited({ revision }));
    else loader.next(edited({ revision }));
    if (revision % 5 === 0) void app.refresh();
    if (revision % 11 === 0) loader.fail(1);
    loader.changed();
    await clock.advance(revision * 3);
  }
  loader.heal();
  await clock.advance(400_000);
  expect([app.current.revision, app.status.state]).toEqual([199, 'fresh']);
});
