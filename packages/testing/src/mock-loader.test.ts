import type { LoadRequest, Loaded, Validator, WatchRequest } from '@holdfast/core';
import { LoadError } from '@holdfast/core';
import { expect, test, vi } from 'vitest';
import { timeOf } from './contracts/ask.ts';
import { manualClock } from './manual-clock.ts';
import { mockLoader } from './mock-loader.ts';
import type { MockLoader } from './mock-loader.ts';

const limits = { maxWireBytes: 1e6, maxBytes: 1e6, maxDepth: 64, maxKeys: 1e6 };

function request(known?: Validator, clock = manualClock()): LoadRequest & { abort(): void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new Error('aborted'));
  return { signal: controller.signal, time: timeOf(clock), limits, known, abort };
}

async function loadedBy(loader: MockLoader, known?: Validator): Promise<Loaded> {
  const result = await loader.load(request(known));
  if (result.kind !== 'loaded') throw new Error(`Cannot go on: got "${result.kind}"`);
  return result;
}

const kindOf = async (loader: MockLoader, known?: Validator): Promise<string> =>
  (await loader.load(request(known))).kind;

test('load() answers "absent" until there is a value, and after absent()', async () => {
  const loader = mockLoader();
  expect(await kindOf(loader)).toBe('absent');
  loader.next({ a: 1 });
  expect(await kindOf(loader)).toBe('loaded');
  loader.absent();
  expect(await kindOf(loader)).toBe('absent');
});

test('load() answers "unchanged" to whoever knows the revision, until the next value', async () => {
  const loader = mockLoader({ value: { a: 1 } });
  const { raw, validator } = await loadedBy(loader);
  expect(raw).toEqual({ a: 1 });
  expect(await kindOf(loader, validator)).toBe('unchanged');
  loader.next({ a: 1 });
  expect(await kindOf(loader, validator)).toBe('loaded');
});

test('load() ignores a validator of another key', async () => {
  const { validator } = await loadedBy(mockLoader({ key: 'other', value: 1 }));
  expect(await kindOf(mockLoader({ value: 1 }), validator)).toBe('loaded');
});

test('mockLoader() gives two loaders the same revision only for the same content', async () => {
  const { validator } = await loadedBy(mockLoader({ value: { a: 1 } }));
  expect(await kindOf(mockLoader({ value: { a: 1 } }), validator)).toBe('unchanged');
  expect(await kindOf(mockLoader({ value: { a: 2 } }), validator)).toBe('loaded');
});

test('next() takes bytes, a validator of its own, none, and hints', async () => {
  const loader = mockLoader();
  const bytes = new TextEncoder().encode('{');
  loader.next(bytes, { validator: { etag: '"v1"' }, hints: { freshForMs: 5 } });
  const { raw, validator, hints } = await loadedBy(loader);
  expect([raw, validator, hints]).toEqual([
    bytes,
    { origin: 'mock:mock', etag: '"v1"' },
    { freshForMs: 5 },
  ]);
  expect(await loader.load(request(validator))).toEqual({
    kind: 'unchanged',
    hints: { freshForMs: 5 },
  });
  loader.next(bytes, { validator: false });
  expect((await loadedBy(loader, validator)).validator).toBeUndefined();
});

test('next() with always sends the document although its validator is known', async () => {
  const loader = mockLoader({ value: 1 });
  loader.next(2, { validator: { etag: '"same"' } });
  const { validator } = await loadedBy(loader);
  loader.next(3, { validator: { etag: '"same"' }, always: true });
  expect((await loadedBy(loader, validator)).raw).toBe(3);
});

test('fail() fails so many loads, then serves again', async () => {
  const loader = mockLoader({ value: 1 });
  const mine = new LoadError('mine', { retry: 'slow' });
  loader.fail();
  await expect(loader.load(request())).rejects.toMatchObject({
    failure: 'connect',
    retry: 'backoff',
  });
  loader.fail(2, mine);
  await expect(loader.load(request())).rejects.toBe(mine);
  await expect(loader.load(request())).rejects.toBe(mine);
  expect(await kindOf(loader)).toBe('loaded');
});

test('unchanged() says so to whoever asks, so many times', async () => {
  const loader = mockLoader({ value: 1 });
  loader.unchanged();
  expect(await kindOf(loader)).toBe('unchanged');
  expect(await kindOf(loader)).toBe('loaded');
});

test('delay() answers later with what was served when asked, and follows the signal', async () => {
  const clock = manualClock();
  const loader = mockLoader({ value: 'old' });
  loader.delay(100);
  const settled = vi.fn<(raw: unknown) => void>();
  void loader
    .load(request(undefined, clock))
    .then((result) => settled('raw' in result && result.raw));
  await clock.advance(99);
  loader.next('new');
  expect(settled).not.toHaveBeenCalled();
  await clock.advance(1);
  expect(settled).toHaveBeenCalledWith('old');
  const aborted = request(undefined, clock);
  const load = loader.load(aborted);
  aborted.abort();
  await expect(load).rejects.toThrow('aborted');
  expect(clock.pending).toBe(0);
});

test('hang() ignores the signal; release() settles what hangs', async () => {
  const clock = manualClock();
  const loader = mockLoader({ value: 1 });
  const settled = vi.fn<() => void>();
  const hung = request(undefined, clock);
  loader.hang();
  void loader.load(hung).then(settled, settled);
  hung.abort();
  await clock.advance(1_000);
  expect(settled).not.toHaveBeenCalled();
  loader.release();
  await clock.advance(0);
  expect(settled).toHaveBeenCalledWith(expect.objectContaining({ raw: 1 }));
  expect(await kindOf(loader)).toBe('loaded');
});

test('heal() ends every fault', async () => {
  const loader = mockLoader({ value: 1 });
  loader.fail(Infinity);
  loader.unchanged(Infinity);
  loader.delay(1_000);
  loader.hang();
  loader.heal();
  expect(await kindOf(loader)).toBe('loaded');
});

test('load() rejects with the reason when already aborted, and counts', async () => {
  const loader = mockLoader({ value: 1 });
  const aborted = request();
  aborted.abort();
  await expect(loader.load(aborted)).rejects.toThrow('aborted');
  expect(loader.loads).toBe(1);
});

test('asked tells time and validator of every load', async () => {
  const clock = manualClock({ startAt: 500 });
  const loader = mockLoader({ value: 1 });
  const { validator } = await loadedBy(loader);
  await loader.load(request(validator, clock));
  expect(loader.asked[1]).toMatchObject({ at: 500, known: validator });
  expect(loader.loads).toBe(2);
});

function watchRequest() {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: () => controller.abort(new Error('aborted')),
    time: timeOf(manualClock()),
    limits,
    known: () => undefined,
    connected: vi.fn<WatchRequest['connected']>(),
    changed: vi.fn<WatchRequest['changed']>(),
    offer: vi.fn<WatchRequest['offer']>(),
  };
}

test('mockLoader() can be watched only when told so', () => {
  expect('watch' in mockLoader()).toBe(false);
  expect('watch' in mockLoader({ watch: true })).toBe(true);
});

test('watch() is told of changes and documents while it is connected', async () => {
  const loader = mockLoader({ watch: true, value: 1 });
  const watcher = watchRequest();
  const watch = loader.watch!(watcher);
  loader.changed();
  loader.push(2);
  expect(watcher.connected).not.toHaveBeenCalled();
  loader.connect();
  loader.changed();
  loader.push(3);
  expect(
    [watcher.connected, watcher.changed, watcher.offer].map((f) => f.mock.calls.length),
  ).toEqual([1, 1, 1]);
  const { raw, validator } = await loadedBy(loader);
  expect(watcher.offer.mock.lastCall).toMatchObject([{ raw, validator }]);
  loader.disconnect();
  await watch;
  expect([loader.watches, loader.watching]).toEqual([1, 0]);
});

test('watch() rejects with the reason of its signal, or with what disconnect() is given', async () => {
  const loader = mockLoader({ watch: true });
  const watcher = watchRequest();
  const watch = loader.watch!(watcher);
  watcher.abort();
  await expect(watch).rejects.toThrow('aborted');
  const second = loader.watch!(watchRequest());
  loader.disconnect(new Error('mine'));
  await expect(second).rejects.toThrow('mine');
});

test('disconnect() can end later watches at once', async () => {
  const loader = mockLoader({ watch: true });
  loader.connect();
  const first = loader.watch!(watchRequest());
  loader.disconnect(undefined, 3);
  await Promise.all([first, loader.watch!(watchRequest()), loader.watch!(watchRequest())]);
  const waiting = watchRequest();
  void loader.watch!(waiting);
  expect(loader.watching).toBe(1);
  loader.connect();
  expect(waiting.connected).toHaveBeenCalledOnce();
});

test('close() is counted, and the loader still answers', async () => {
  const loader = mockLoader({ value: 1 });
  await loader.close!();
  expect(loader.closes).toBe(1);
  expect(await kindOf(loader)).toBe('loaded');
});
