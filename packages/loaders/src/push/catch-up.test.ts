import type { Loader, WatchRequest } from '@holdfast/core';
import { expect, test } from 'vitest';
import { functionLoader } from '../function.ts';
import { CatchUp } from './catch-up.ts';
import { watchedBy } from './watched-by.ts';
import { watching } from './watching.fixture.ts';

interface Read {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A loader that reads when it is told to, and its connection. */
function readsWhenTold() {
  let connection: WatchRequest | undefined;
  let hangUp = (): void => undefined;
  let reading: Read | undefined;
  const read = (): Promise<unknown> =>
    new Promise((resolve, reject) => (reading = { resolve, reject }));
  const loader: Loader = watchedBy(functionLoader(read, { name: 'told' }), {
    catchUp: new CatchUp(),
    watch: (request) => {
      connection = request;
      return new Promise<void>((resolve) => (hangUp = resolve));
    },
  });
  const made = watching(loader);
  const load = () => {
    const { signal, time, limits } = connection!;
    const loaded = loader.load({ signal, time, limits }).catch(() => undefined);
    const answer = reading!;
    return {
      read: () => (answer.resolve({ read: true }), loaded),
      fail: () => (answer.reject(new Error('down')), loaded),
    };
  };
  return {
    ...made,
    load,
    connect: () => connection!.connected(),
    offer: (n: number) => connection!.offer({ raw: { n } }),
    hangUp: () => hangUp(),
  };
}

test('watch() offers nothing of what came before the document was read', async () => {
  const { told, clock, connect, offer, load } = readsWhenTold();
  connect();
  offer(1);
  const loading = load();
  offer(2);
  await loading.read();
  await clock.advance(10_000);
  expect(told).toEqual(['connected']);
  offer(3);
  expect(told).toEqual(['connected', 'offer {"n":3}']);
});

test('watch() offers the newest of them where the document cannot be read', async () => {
  const { told, clock, connect, offer, load } = readsWhenTold();
  connect();
  offer(1);
  const loading = load();
  offer(2);
  await loading.fail();
  await clock.advance(10_000);
  expect(told).toEqual(['connected', 'offer {"n":2}']);
});

test('watch() does not count a load that began before the connection stood', async () => {
  const { told, connect, offer, load } = readsWhenTold();
  const earlier = load();
  connect();
  offer(1);
  await earlier.read();
  offer(2);
  expect(told).toEqual(['connected']);
  const loading = load();
  await loading.fail();
  expect(told).toEqual(['connected', 'offer {"n":2}']);
});

test('watch() waits for two seconds at most: a poll may be put off for long', async () => {
  const { told, clock, connect, offer } = readsWhenTold();
  connect();
  offer(1);
  offer(2);
  await clock.advance(1_999);
  expect(told).toEqual(['connected']);
  await clock.advance(1);
  expect(told).toEqual(['connected', 'offer {"n":2}']);
  offer(3);
  expect(told.at(-1)).toBe('offer {"n":3}');
});

test('watch() offers the newest one when its connection ends before all that', async () => {
  const { told, clock, ended, connect, offer, hangUp } = readsWhenTold();
  connect();
  offer(1);
  hangUp();
  await ended;
  expect(told).toEqual(['connected', 'offer {"n":1}']);
  expect(clock.pending).toBe(0);
});

test('watch() leaves nothing behind when its signal aborts', async () => {
  const { told, clock, controller, connect, offer, load, hangUp } = readsWhenTold();
  connect();
  offer(1);
  const loading = load();
  controller.abort(new Error('stop'));
  hangUp();
  await loading.fail();
  expect(told).toEqual(['connected']);
  expect(clock.pending).toBe(0);
});
