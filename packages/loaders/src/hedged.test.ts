import { LoadError, type Loader } from '@holdfast/core';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { describe, expect, test, vi } from 'vitest';
import { loadRequest } from './http/load.fixture.ts';
import { hedged, type HedgedOptions } from './hedged.ts';

function scene(options: HedgedOptions = { afterMs: 500 }) {
  const a = mockLoader({ name: 'a', key: 'a', value: { from: 'a' } });
  const b = mockLoader({ name: 'b', key: 'b', value: { from: 'b' } });
  const c = mockLoader({ name: 'c', key: 'c', value: { from: 'c' } });
  const aborted: string[] = [];
  const noting = (loader: Loader): Loader => ({
    ...loader,
    load(request) {
      const loading = loader.load(request);
      // a signal that aborts when all is over says nothing
      loading.then(
        () => {},
        () => request.signal.aborted && aborted.push(loader.name),
      );
      return loading;
    },
  });
  const { manager, clock } = createTestManager();
  const loader = hedged([a, b, c].map(noting), options);
  const polling = { intervalMs: 60_000, strategy: 'fixed' } as const;
  const app = manager.register<{ from: string }>('app', { loader, polling, maxRemoved: 1 });
  const loads = () => [a.loads, b.loads, c.loads];
  const refresh = async (ms = 0) => {
    const outcome = app.refresh();
    await clock.advance(ms);
    return outcome;
  };
  return { a, b, c, app, clock, manager, loads, refresh, aborted };
}

describe('hedged()', () => {
  test('asks the first alone where that answers in time', async () => {
    const { a, app, manager, loads, refresh } = scene();
    a.delay(499);
    await refresh(499);
    expect([app.current.from, ...loads()]).toEqual(['a', 1, 0, 0]);
    expect((await refresh(499)).kind).toBe('unchanged');
    await manager.close();
  });

  test('asks the second after a while, takes whichever comes first, and aborts the other', async () => {
    const { a, app, manager, loads, refresh, aborted, clock } = scene();
    a.delay(3_600_000);
    await refresh(500);
    expect([app.current.from, ...loads(), ...aborted]).toEqual(['b', 1, 1, 0, 'a']);
    await manager.close();
    expect(clock.pending).toBe(0);
  });

  test('asks nobody for whom no time is left', async () => {
    const { a, manager, clock, loads, refresh } = scene({ afterMs: 20_000 });
    a.delay(3_600_000);
    const outcome = await refresh(60_000);
    expect(outcome).toMatchObject({ kind: 'failed' });
    expect(outcome).not.toMatchObject({ error: { message: expect.stringContaining(' 0 ms') } });
    expect(loads()).toEqual([1, 0, 0]);
    await manager.close();
    expect(clock.pending).toBe(0);
  });

  test('takes the first after all, if that is faster than the second', async () => {
    const { a, b, app, manager, refresh, aborted } = scene();
    a.delay(600);
    b.delay(300);
    await refresh(600);
    expect([app.current.from, aborted]).toEqual(['a', ['b']]);
    await manager.close();
  });

  test('asks the next one at once when one fails', async () => {
    const { a, b, app, manager, refresh, loads } = scene();
    a.fail();
    b.fail();
    await refresh();
    expect([app.current.from, ...loads()]).toEqual(['c', 1, 1, 1]);
    await manager.close();
  });

  test('a failure asks one more, also after the wait asked one', async () => {
    const { a, b, c, app, manager, refresh, loads } = scene();
    a.delay(600);
    a.fail();
    b.delay(3_600_000);
    c.delay(300);
    await refresh(900);
    expect([app.current.from, ...loads()]).toEqual(['c', 1, 1, 1]);
    await manager.close();
  });

  test('names all of them when all fail, and those that were too slow', async () => {
    const { a, b, c, manager, refresh } = scene();
    a.fail(1, new LoadError('Cannot load a: status 503', { failure: 'status', status: 503 }));
    b.fail(1, new TypeError('boom'));
    c.delay(3_600_000);
    const outcome = await refresh(9_100);
    expect((outcome as { error: Error }).error.message).toBe(
      'Cannot load hedged a, b, c: a: status 503; b: boom; c: no whole answer within 9000 ms, its share of the deadline',
    );
    await manager.close();
  });

  test('is absent only where all say so', async () => {
    const { a, b, c, manager, refresh, app } = scene();
    a.absent();
    await refresh();
    expect(app.current.from).toBe('b');
    b.absent();
    c.absent();
    expect(await refresh()).toMatchObject({ error: { failure: 'absent' } });
    await manager.close();
  });

  test('sends each one its own validator alone', async () => {
    const { a, b, manager, refresh } = scene();
    await refresh();
    a.delay(3_600_000);
    await refresh(500);
    expect([a.asked[1]!.known, b.asked[0]!.known]).toEqual([
      expect.objectContaining({ origin: 'mock:a' }),
      undefined,
    ]);
    await manager.close();
  });

  test('asks all at once with 0', async () => {
    const { a, b, app, manager, refresh } = scene({ afterMs: 0 });
    a.delay(1_000);
    b.delay(1_000);
    await refresh();
    expect(app.current.from).toBe('c');
    await manager.close();
  });

  test('listens once to the end of the load, however many are asked', async () => {
    const { signal, ...request } = loadRequest();
    const sleep = (ms: number, ended: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        if (ms === 0) resolve();
        else ended.addEventListener('abort', () => reject(ended.reason as Error));
      });
    const mocks = Array.from({ length: 12 }, (_, n) => mockLoader({ name: `m${n}`, value: {} }));
    const listeners = new Set<unknown>();
    vi.spyOn(signal, 'addEventListener').mockImplementation((_, each) => listeners.add(each));
    vi.spyOn(signal, 'removeEventListener').mockImplementation((_, each) => listeners.delete(each));
    const most: number[] = [];
    let allAreAsked: (() => void) | undefined;
    const asked = new Promise<void>((resolve) => (allAreAsked = resolve));
    const counting = mocks.map((mock): Loader => ({
      ...mock,
      load: async (its) => {
        most.push(listeners.size);
        if (most.length === mocks.length) allAreAsked!();
        await asked;
        return mock.load(its);
      },
    }));
    const time = { ...request.time, sleep };
    await hedged(counting, { afterMs: 0 }).load({ ...request, signal, time });
    expect(most).toEqual(Array(12).fill(1));
    expect(listeners.size).toBe(0);
  });

  test.each<[unknown, unknown, string]>([
    [
      [mockLoader()],
      {},
      '"loaders" of hedged() as it must be a list of at least two loaders: current value is a list of 1',
    ],
    [
      'https://me:hunter2@a.test',
      {},
      '"loaders" of hedged() as it must be a list of at least two loaders: current value is a string of 25 characters',
    ],
    [
      [mockLoader(), {}],
      {},
      '"loaders[1]" of hedged() as it must be an object with load(): current value is an object',
    ],
    [
      [mockLoader(), mockLoader()],
      { afterMs: -1 },
      '"afterMs" of hedged() as it must be a number from 0 to 2147483647: current value is -1',
    ],
  ])('refuses %j with %j', (loaders, options, message) => {
    expect(() => hedged(loaders as Loader[], options as HedgedOptions)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message: `Cannot use ${message}` }),
    );
  });
});
