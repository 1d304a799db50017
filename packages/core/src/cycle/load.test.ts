import { type MockLoader, mockLoader } from '@holdfast/testing';
import { expect, test, vi } from 'vitest';
import { HoldfastError, LoadError } from '../errors.ts';
import { resolveConfig } from '../options/config.ts';
import type { Loader, LoadRequest, LoadResult, Validator } from '../ports/loader.ts';
import { createContext } from './context.fixture.ts';
import { Load } from './load.ts';
import type { LoadAnswer, LoadTask, Skipped } from './load-task.ts';

const known: Validator = { origin: 'mock:mock', revision: 'r' };

function rig(loader: Loader = mockLoader({ value: { a: 1 } }), more: Partial<LoadTask> = {}) {
  const context = createContext();
  const policy = resolveConfig('app', { loader });
  const onSecondTry = vi.fn<() => void>();
  const { limits } = policy;
  const source = policy.sources[0]!;
  const task = {
    config: 'app',
    trigger: 'poll' as const,
    ownTurnAt: Infinity,
    source,
    limits,
    known: undefined,
    mayTryAgain: true,
    mayBeAbsent: false,
    onSecondTry,
    ...more,
  };
  return { context, task, onSecondTry, load: () => new Load(context, task) };
}

/** What came of a load, once everything has run that can. */
async function answered({ context, load }: ReturnType<typeof rig>): Promise<LoadAnswer | Skipped> {
  let answer: LoadAnswer | Skipped | undefined;
  void load()
    .run()
    .then((given) => (answer = given));
  await context.turn();
  if (answer === undefined) throw new Error('it has not been answered');
  return answer;
}

/** A loader whose calls end one after the other as listed: in an error that is thrown, or in a result. */
function scripted(...steps: readonly unknown[]): Loader & { calls: number } {
  return {
    name: 'scripted',
    key: 'k',
    calls: 0,
    load() {
      const step = steps[this.calls++];
      if (step instanceof Error) return Promise.reject(step);
      return Promise.resolve(step as LoadResult);
    },
  };
}

const died = (): LoadError =>
  new LoadError('connection reset', { retry: 'now', failure: 'connect' });
const loaded: LoadResult = { kind: 'loaded', raw: { a: 1 } };

test('Load.run() gives what the loader loaded, and hands it all it needs', async () => {
  const load = vi.fn<Loader['load']>(async () => loaded);
  const given = rig({ ...mockLoader(), load }, { known });
  expect(await answered(given)).toBe(loaded);
  expect(load.mock.calls).toHaveLength(1);
  const { signal, time, limits, known: asked } = load.mock.calls[0]![0];
  expect(signal.aborted).toBe(false);
  expect([time, limits, asked]).toEqual([given.context.time, given.task.limits, known]);
});

test('Load.run() calls load() as a method of its loader', async () => {
  const loader = scripted(loaded);
  expect(await answered(rig(loader))).toBe(loaded);
  expect(loader.calls).toBe(1);
});

test('Load.run() takes "unchanged" only about a document that somebody holds', async () => {
  const unchanged = { kind: 'unchanged' };
  expect(await answered(rig(scripted(unchanged), { known }))).toBe(unchanged);
  const answer = await answered(rig(scripted(unchanged)));
  expect(answer).toMatchObject({
    kind: 'failed',
    error: {
      message: 'Cannot load scripted: it says "unchanged" about a document that nobody holds',
      retry: 'backoff',
    },
  });
});

test('Load.run() says what is missing where the loader does', async () => {
  const absent = { kind: 'absent', missing: 'it has no part "db"' } as const;
  const answer = await answered(rig(scripted(absent)));
  expect(answer).toMatchObject({ error: { message: 'Cannot load scripted: it has no part "db"' } });
});

test('Load.run() takes an absent document for a slow failure', async () => {
  expect(await answered(rig(mockLoader()))).toMatchObject({
    kind: 'failed',
    error: {
      message: 'Cannot load mock: there is no such document',
      retry: 'slow',
      failure: 'absent',
    },
  });
});

test.each([undefined, null, 5, 'loaded', {}, { kind: 'other' }, []])(
  'Load.run() takes %j for no answer at all',
  async (result) => {
    expect(await answered(rig(scripted(result)))).toMatchObject({
      kind: 'failed',
      error: { message: 'Cannot load scripted: its load() gave no LoadResult' },
    });
  },
);

test('Load.run() takes the answer of a loader that gives no promise', async () => {
  const load = (() => loaded) as unknown as Loader['load'];
  expect(await answered(rig({ ...mockLoader(), load }))).toBe(loaded);
});

test.each<[string, unknown, string]>([
  ['an error', new TypeError('x is not a function'), 'x is not a function'],
  ['a text', 'broken', 'broken'],
  ['an error with a password', new Error('at pg://me:hunter2@db'), 'at pg://[hidden]@db'],
  ['nothing', undefined, 'a thrown undefined'],
])('Load.run() wraps %s that is thrown at once or later', async (_, thrown, text) => {
  const atOnce = (): never => {
    throw thrown;
  };
  for (const load of [atOnce, async () => atOnce()]) {
    const answer = await answered(rig({ ...mockLoader(), load }));
    expect(answer).toMatchObject({ kind: 'failed' });
    const { error } = answer as unknown as { error: LoadError };
    expect(error).toBeInstanceOf(LoadError);
    expect([error.message, error.cause]).toEqual([`Cannot load mock: ${text}`, thrown]);
  }
});

test('Load.run() leaves our own errors as they are', async () => {
  const error = new HoldfastError('LIMIT_EXCEEDED', 'too large');
  expect(await answered(rig(scripted(error)))).toEqual({ kind: 'failed', error });
});

test('Load.run() tries twice where the connection died before any byte of an answer', async () => {
  const loader = scripted(died(), loaded);
  const given = rig(loader);
  expect(await answered(given)).toBe(loaded);
  expect(loader.calls).toBe(2);
  expect(given.onSecondTry).toHaveBeenCalledTimes(1);
});

test('Load.run() tries twice at most, and gives the second failure', async () => {
  const second = died();
  const loader = scripted(died(), second, loaded);
  expect(await answered(rig(loader))).toEqual({ kind: 'failed', error: second });
  expect(loader.calls).toBe(2);
});

test.each<[string, unknown, object]>([
  [
    'a plain TypeError',
    new TypeError('fetch failed'),
    { message: 'Cannot load scripted: fetch failed' },
  ],
  ['no LoadResult', {}, { message: 'Cannot load scripted: its load() gave no LoadResult' }],
  ['absent', { kind: 'absent' }, { retry: 'slow' }],
])('Load.run() gives %s of the second try', async (_, second, error) => {
  expect(await answered(rig(scripted(died(), second)))).toMatchObject({ kind: 'failed', error });
});

test('Load.run() tries once after a poll that did not succeed', async () => {
  const loader = scripted(died(), loaded);
  const given = rig(loader, { mayTryAgain: false });
  expect(await answered(given)).toMatchObject({ kind: 'failed' });
  expect([loader.calls, given.onSecondTry.mock.calls.length]).toEqual([1, 0]);
});

test.each(['backoff', 'slow'] as const)(
  'Load.run() tries once where to retry is %s',
  async (retry) => {
    const loader = scripted(new LoadError('no', { retry }), loaded);
    expect(await answered(rig(loader))).toMatchObject({ kind: 'failed', error: { retry } });
    expect(loader.calls).toBe(1);
  },
);

test('Load.run() tries again after a LoadError of another copy', async () => {
  vi.resetModules();
  const copy = await import('../errors.ts');
  expect(copy.LoadError).not.toBe(LoadError);
  const loader = scripted(new copy.LoadError('reset', { retry: 'now' }), loaded);
  expect(await answered(rig(loader))).toBe(loaded);
});

/** A load of a loader that hangs. */
function hanging(): ReturnType<typeof rig> & {
  loader: MockLoader;
  running: Load;
  answers: (LoadAnswer | Skipped)[];
} {
  const loader = mockLoader({ value: { a: 1 } });
  loader.hang();
  const given = rig(loader);
  const running = given.load();
  const answers: (LoadAnswer | Skipped)[] = [];
  void running.run().then((answer) => answers.push(answer));
  return { ...given, loader, running, answers };
}

test('abort() ends a load that does not listen to its signal, whatever it answers later', async () => {
  const { context, loader, running, answers } = hanging();
  const error = new LoadError('no whole answer', { failure: 'timeout' });
  await context.turn();
  running.abort(error);
  await context.turn();
  expect(answers).toEqual([{ kind: 'failed', error }]);
  expect(loader.asked[0]?.signal.reason).toBe(error);
  loader.release();
  running.abort(new LoadError('again'));
  await context.turn();
  expect(answers).toHaveLength(1);
});

test('expire() lets the loader add how far the answer was, and nothing else', async () => {
  const error = new LoadError('too late', { failure: 'timeout' });
  for (const [said, told] of [
    ['too late; status 200 came', 'too late; status 200 came'],
    ['something else', 'too late'],
  ]) {
    const loader = {
      name: 'm',
      key: 'm',
      load: ({ signal }: LoadRequest) =>
        new Promise<never>((_, reject) => {
          const late = new LoadError(said!, { failure: 'timeout' });
          signal.addEventListener('abort', () => reject(late));
        }),
    };
    const { load, context } = rig(loader);
    const running = load();
    const answer = running.run();
    running.expire(error);
    await context.turn();
    expect(await answer).toMatchObject({ kind: 'failed', error: { message: told } });
  }
});

test('abort() after the answer aborts nothing', async () => {
  const loader = mockLoader({ value: { a: 1 } });
  const { context, load } = rig(loader);
  const done = load();
  void done.run();
  await context.turn();
  done.abort(new LoadError('too late'));
  expect(loader.asked[0]?.signal.aborted).toBe(false);
});

test('abort() during the second try ends it, and no third one follows', async () => {
  const calls: AbortSignal[] = [];
  const load: Loader['load'] = ({ signal }) => {
    calls.push(signal);
    return calls.length === 1 ? Promise.reject(died()) : new Promise(() => {});
  };
  const given = rig({ ...mockLoader(), load });
  const running = given.load();
  const answers: (LoadAnswer | Skipped)[] = [];
  void running.run().then((answer) => answers.push(answer));
  await given.context.turn();
  expect(calls).toHaveLength(2);
  const error = new LoadError('deadline');
  running.abort(error);
  await given.context.turn();
  expect(answers).toEqual([{ kind: 'failed', error }]);
  expect([calls.length, calls[1]?.aborted]).toEqual([2, true]);
});

test('Load uses a signal again until it aborts', async () => {
  const loader = mockLoader({ value: { a: 1 } });
  const { context, load } = rig(loader);
  for (let i = 0; i < 3; i++) {
    void load().run();
    await context.turn();
  }
  expect(new Set(loader.asked.map(({ signal }) => signal)).size).toBe(1);
  loader.hang();
  const hung = load();
  void hung.run();
  hung.abort(new LoadError('deadline'));
  loader.heal();
  void load().run();
  await context.turn();
  expect(loader.asked.at(-1)?.signal.aborted).toBe(false);
});

test('Load leaves no listener on a signal that is used again', async () => {
  const context = createContext();
  const lent = context.pools.signals.take();
  const added = vi.spyOn(lent.controller.signal, 'addEventListener');
  const removed = vi.spyOn(lent.controller.signal, 'removeEventListener');
  context.pools.signals.giveBack(lent);
  const { task } = rig(scripted(died(), loaded));
  void new Load(context, task).run();
  await context.turn();
  expect(removed.mock.calls.length).toBe(added.mock.calls.length);
});

test('expire() ends a load that does not listen to its signal within a turn of a timer', async () => {
  const { context, loader, running, answers } = hanging();
  const error = new LoadError('no whole answer', { failure: 'timeout' });
  running.expire(error);
  expect([loader.asked[0]?.signal.reason, answers]).toEqual([error, []]);
  await context.turn();
  expect(answers).toEqual([{ kind: 'failed', error }]);
  loader.release();
  await context.turn();
  expect(answers).toHaveLength(1);
});

test('expire() lets a loader that listens end the load itself, and asks no second time', async () => {
  const signals: AbortSignal[] = [];
  const load: Loader['load'] = ({ signal }) => {
    signals.push(signal);
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(died()));
    });
  };
  const given = rig({ ...mockLoader(), load });
  const running = given.load();
  const answers: (LoadAnswer | Skipped)[] = [];
  void running.run().then((answer) => answers.push(answer));
  running.expire(new LoadError('no whole answer', { failure: 'timeout' }));
  await given.context.turn();
  expect(answers).toMatchObject([{ kind: 'failed', error: { code: 'LOAD_FAILED' } }]);
  expect([signals.length, given.onSecondTry.mock.calls.length]).toEqual([1, 0]);
});

test('Load tells the loader what is held, also where it asks for the whole document', async () => {
  const held = { bytes: new Uint8Array([123, 125]), evidence: undefined };
  const asked: unknown[] = [];
  const load: Loader['load'] = async (request) => {
    asked.push([request.known, request.held]);
    return loaded;
  };
  await answered(rig({ name: 'n', key: 'k', load }, { held }));
  expect(asked).toEqual([[undefined, held]]);
});
