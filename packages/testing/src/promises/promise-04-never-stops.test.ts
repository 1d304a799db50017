import {
  type HoldfastError,
  LoadError,
  type LoadErrorOptions,
  type LoadResult,
  type Loader,
  isHoldfastError,
} from '@holdfast/core';
import { mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { edited, everyMinute, first, poll, scene, settledScene, utf8 } from './scene.fixture.ts';

/** The longest wait: max(`maxIntervalMs`, 300 s). */
const LONGEST_MS = 300_000;

const refused: LoadErrorOptions[] = [
  {},
  { retry: 'now', failure: 'connect' },
  { retry: 'backoff', failure: 'timeout' },
  { retry: 'backoff', failure: 'status', status: 503 },
  { retry: 'slow', failure: 'tls' },
  { retry: 'slow', failure: 'status', status: 401 },
  { retry: 'slow', failure: 'absent', status: 404 },
  { retry: 'backoff', retryAfterMs: 0 },
  { retry: 'backoff', retryAfterMs: -1 },
  { retry: 'backoff', retryAfterMs: Number.NaN },
  { retry: 'backoff', retryAfterMs: 99_999_999_999_000 },
  { retry: 'slow', retryAfterMs: Infinity },
];

/** Loads that go wrong: what each does instead of answering. */
const faults: Record<string, () => unknown> = {
  ...Object.fromEntries(
    refused.map((options) => [
      `a LoadError ${Object.entries(options).join(' ').replaceAll(',', ': ')}`,
      () => Promise.reject(new LoadError('mine', options)),
    ]),
  ),
  'a thrown string': () => Promise.reject('down'), // oxlint-disable-line typescript/prefer-promise-reject-errors
  'a thrown undefined': () => Promise.reject(undefined), // oxlint-disable-line typescript/prefer-promise-reject-errors
  'a thrown null': () => Promise.reject(null), // oxlint-disable-line typescript/prefer-promise-reject-errors
  'a thrown symbol': () => Promise.reject(Symbol('down')), // oxlint-disable-line typescript/prefer-promise-reject-errors
  'a plain TypeError': () => Promise.reject(new TypeError('fetch failed')),
  'an AbortError of its own': () => Promise.reject(new DOMException('mine', 'AbortError')),
  'an error whose message cannot be read': () =>
    Promise.reject(
      Object.defineProperty(new Error('x'), 'message', {
        get() {
          throw new Error('unreadable');
        },
      }),
    ),
  'a synchronous throw': () => {
    throw new Error('at once');
  },
  'no promise at all': () => ({ kind: 'loaded', raw: [] }),
  undefined: () => Promise.resolve(),
  null: () => Promise.resolve(null),
  'a result of no kind': () => Promise.resolve({}),
  'a result of an unknown kind': () => Promise.resolve({ kind: 'maybe' }),
  'a document without raw': () => Promise.resolve({ kind: 'loaded' }),
  absent: () => Promise.resolve({ kind: 'absent' }),
  'bytes that are no JSON': () => Promise.resolve({ kind: 'loaded', raw: utf8('<html>') }),
  'a value that throws when it is read': () =>
    Promise.resolve({
      kind: 'loaded',
      raw: Object.defineProperty({}, 'x', {
        enumerable: true,
        get() {
          throw new Error('no');
        },
      }),
    }),
  'a load that never settles': () => new Promise(() => {}),
  'a load that rejects after its deadline': () => new Promise(() => {}),
};

/** A mock loader whose loads are replaced while `broken` is set. */
function breakable() {
  const inner = mockLoader({ value: first });
  const state: { broken: (() => unknown) | undefined; loads: number } = {
    broken: undefined,
    loads: 0,
  };
  const loader: Loader = {
    name: 'breakable',
    key: 'breakable',
    load(request) {
      state.loads += 1;
      return state.broken ? (state.broken() as Promise<LoadResult>) : inner.load(request);
    },
  };
  return { inner, loader, state };
}

test.each(Object.entries(faults))(
  'promise 4: after %s the next poll is scheduled, and a healed origin heals within two waits',
  async (_, fault) => {
    const { inner, loader, state } = breakable();
    const made = await settledScene({ config: { loader } });
    const { app, clock, record } = made;
    state.broken = fault;
    await clock.advance(3_600_000);
    expect(app.status.state).toBe('fallback');
    expect(app.current).toEqual(first);
    expect(state.loads).toBeGreaterThan(10);
    const ended = record.of('poll.finished');
    for (const { outcome, at, next } of ended.slice(1)) {
      if (outcome.kind === 'unchanged') continue; // before the fault
      expect(['failed', 'refused']).toContain(outcome.kind);
      expect(isHoldfastError((outcome as { error: HoldfastError }).error)).toBe(true);
      expect(next!.at - at).toBeGreaterThanOrEqual(10_000);
      expect(next!.at - at).toBeLessThanOrEqual(LONGEST_MS);
    }
    state.broken = undefined;
    inner.next(edited({ revision: 2 }));
    await clock.advance(2 * LONGEST_MS);
    expect(app.current.revision).toBe(2);
    expect(app.status).toMatchObject({ state: 'fresh', lastFailure: undefined, level: 0 });
  },
);

test('promise 4: a decode that throws, hangs in time or gives nonsense does not end polling', async () => {
  const { inner, loader } = breakable();
  let decode: (() => unknown) | undefined;
  const decoding: Loader = {
    ...loader,
    decode: (loaded) => (decode ? decode() : loaded.raw),
  };
  const { app, clock } = await settledScene({ config: { loader: decoding } });
  let revision = 1;
  for (const bad of [
    () => {
      throw new Error('bad signature');
    },
    () => {
      throw 'bad'; // oxlint-disable-line typescript/only-throw-error
    },
    () => undefined,
    () => new Map(),
    () => Promise.reject(new Error('later')),
  ] as (() => unknown)[]) {
    revision += 1;
    decode = bad;
    inner.next(edited({ revision }));
    await clock.advance(120_000);
    expect(app.status.lastFailure?.code).toBe('DECODE_FAILED');
    decode = undefined;
    await clock.advance(120_000);
    expect([app.current.revision, app.status.state]).toEqual([revision, 'fresh']);
  }
});

test('promise 4: a decode that never settles does not end polling', async () => {
  const { inner, loader } = breakable();
  let hang = false;
  const decoding: Loader = {
    ...loader,
    decode: (loaded) => (hang ? new Promise(() => {}) : loaded.raw),
  };
  const { app, clock } = await settledScene({ config: { loader: decoding } });
  hang = true;
  inner.next(edited({ revision: 2 }));
  await clock.advance(300_000);
  hang = false;
  await clock.advance(2 * LONGEST_MS);
  expect([app.current.revision, app.status.state]).toEqual([2, 'fresh']);
});

test('promise 4: 401 for a day costs no more than a poll per longest wait, then heals without a restart', async () => {
  const { app, clock, loader } = await settledScene({ config: { maxStaleMs: 3_600_000 } });
  loader.fail(Infinity, new LoadError('status 401', { retry: 'slow', status: 401 }));
  const before = loader.loads;
  await clock.advance(86_400_000);
  expect(loader.loads - before).toBeLessThanOrEqual(86_400_000 / (0.9 * LONGEST_MS) + 1);
  expect(loader.loads - before).toBeGreaterThan(250);
  expect(app.status).toMatchObject({ state: 'expired', next: { because: 'slow' } });
  loader.heal();
  loader.next(edited({ revision: 2 }));
  await clock.advance(LONGEST_MS);
  expect(app.current.revision).toBe(2);
  expect(app.status.state).toBe('fresh');
});

test('promise 4: the longest wait follows maxIntervalMs where that is longer', async () => {
  const polling = { intervalMs: 3_600_000, maxIntervalMs: 7_200_000 };
  const { app, clock, loader } = await settledScene({ config: { polling } });
  loader.fail(Infinity, new LoadError('status 403', { retry: 'slow' }));
  await poll({ app, clock });
  const { next } = app.status;
  expect(next!.at - clock.now()).toBeLessThanOrEqual(7_200_000);
  expect(next!.at - clock.now()).toBeGreaterThan(0.85 * 7_200_000);
});

test('promise 4: a source that fails every other time stays backed off, and still follows', async () => {
  const { app, clock, loader } = await settledScene();
  for (let n = 2; n < 20; n++) {
    loader.fail(1);
    await poll({ app, clock }, 30_000);
    loader.next(edited({ revision: n }));
    await poll({ app, clock }, 30_000);
    expect(app.current.revision).toBe(n);
  }
});

test.each([
  [
    'throws',
    () => {
      throw new Error('mine');
    },
  ],
  ['gives NaN', () => Number.NaN],
  ['gives -1', () => -1],
  ['gives Infinity', () => Infinity],
  ['gives no number', () => 'soon' as never],
  ['gives undefined', () => undefined as never],
])('promise 4: a strategy that %s does not end polling', async (_, strategy: () => number) => {
  const polling = { intervalMs: 60_000, strategy };
  const { app, clock, loader } = scene({ config: { polling } });
  await clock.advance(1);
  const before = loader.loads;
  await clock.advance(1_800_000);
  expect(loader.loads - before).toBeGreaterThanOrEqual(5);
  expect(app.status.state).toBe('fresh');
});

test('promise 4: a cache that throws, hangs or lies does not hold up the polls', async () => {
  const never = () => new Promise<never>(() => {});
  const broken = () => {
    throw new Error('disk');
  };
  for (const cache of [
    { read: never, write: never, touch: never, remove: never },
    { read: broken, write: broken, touch: broken, remove: broken },
    { read: async () => undefined as never, write: broken, remove: never },
  ]) {
    const { app, clock, loader } = scene({ manager: { cache } });
    await clock.advance(2_000);
    expect(app.current).toEqual(first);
    loader.next(edited({ revision: 2 }));
    await clock.advance(600_000);
    expect([app.current.revision, app.status.state]).toEqual([2, 'fresh']);
  }
});

test('promise 4: what the scheduler has to do survives listeners that throw at every step', async () => {
  const { app, clock, loader, manager } = scene({ config: { polling: everyMinute } });
  manager.on('*', () => {
    throw new Error('mine');
  });
  app.onChange(() => {
    throw new Error('mine too');
  });
  for (let n = 2; n < 10; n++) {
    loader.next(edited({ revision: n }));
    await clock.advance(70_000);
    expect(app.current.revision).toBe(n);
  }
});
