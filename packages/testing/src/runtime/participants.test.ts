import { memoryCache } from '@holdfast/core/memory-cache';
import { expect, test, vi } from 'vitest';
import { sceneClock } from '../promises/scene.fixture.ts';
import {
  type Any,
  because,
  followed,
  layers,
  polled,
  schemaOf,
  settledLayers,
  stateOf,
} from './layers.fixture.ts';

const doc = { pool: { size: 4 }, log: 'info' };
const next = { pool: { size: 8 }, log: 'info' };
const one = { origin: { value: doc } };
const never = new Promise<never>(() => {});

test('participants are asked, then told, in the order of after, before anybody sees the value', async () => {
  const made = await settledLayers(one);
  const { app } = made;
  const calls: string[] = [];
  const part = (name: string, after: readonly string[] = []) => ({
    name,
    after,
    canApply: () => void calls.push(`can ${name} ${app.current.pool.size}`),
    apply: () => void calls.push(`apply ${name} ${app.current.pool.size}`),
    healthCheck: () => void calls.push(`check ${name} ${app.current.pool.size}`),
  });
  app.attach(part('server', ['pool', 'nobody']));
  app.attach(part('pool'));
  app.onChange(() => calls.push('changed'));
  made.loaders.origin.next(next);
  expect(await polled(made)).toEqual({ kind: 'accepted', version: 2, changed: true });
  expect(calls).toEqual([
    'can pool 4',
    'can server 4',
    'apply pool 4',
    'apply server 4',
    'changed',
    'check pool 8',
    'check server 8',
  ]);
});

test('a participant sees what will be, what is, what differs and what brings it', async () => {
  const made = await settledLayers(one);
  const apply = vi.fn<(change: Any) => void>();
  made.app.attach({ name: 'pool', apply });
  made.loaders.origin.next(next);
  await polled(made);
  expect(apply).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ next, previous: doc, trigger: 'refresh' }),
  );
  const { changes, signal } = apply.mock.calls[0]![0];
  expect(changes).toEqual([{ path: ['pool', 'size'], kind: 'changed', before: 4, after: 8 }]);
  expect(signal.aborted).toBe(false);
});

test.each([
  ['false', () => false, /would not have it \(canApply\)$/],
  ['a text', () => 'no room', /would not have it \(canApply\): no room$/],
  [
    'a throw',
    () => {
      throw new Error('broken');
    },
    /failed \(canApply\): broken$/,
  ],
  ['a rejection', () => Promise.reject(new Error('broken')), /failed \(canApply\): broken$/],
])('canApply vetoes by %s: everything is as it was', async (_, canApply, message) => {
  const made = await settledLayers(one);
  const { app, record } = made;
  const before = stateOf(made);
  const apply = vi.fn<(change: Any) => void>();
  app.attach({ name: 'pool', canApply, apply });
  made.loaders.origin.next(next);
  const outcome = await polled(made);
  expect(outcome).toMatchObject({ kind: 'vetoed', error: { code: 'VETOED' } });
  expect(outcome).toHaveProperty('error.message', expect.stringMatching(message));
  expect(stateOf(made)).toEqual(before);
  expect(apply).not.toHaveBeenCalled();
  expect(app.status).toMatchObject({ state: 'stale', lastFailure: { code: 'VETOED' } });
  expect(record.of('reload.failed')).toMatchObject([{ outcome: 'vetoed' }]);
  expect(record.of('config.changed')).toEqual([]);
});

test('a participant that takes too long vetoes: its signal aborts', async () => {
  const made = await settledLayers(one);
  let signal: AbortSignal | undefined;
  made.app.attach({
    name: 'pool',
    timeoutMs: 300,
    canApply: (change: Any) => ((signal = change.signal), never),
  });
  made.loaders.origin.next(next);
  const outcome = followed(made.app.refresh());
  await made.clock.advance(299);
  expect(outcome.now()).toBe('pending');
  await made.clock.advance(1);
  expect(outcome.now()).toMatchObject({
    kind: 'vetoed',
    error: { message: 'Participant "pool" did not answer within 300 ms (canApply)' },
  });
  expect(signal!.aborted).toBe(true);
});

test('a veto while applying undoes what was done, in reverse', async () => {
  const made = await settledLayers(one);
  const calls: string[] = [];
  const part = (name: string) => ({
    name,
    apply: ({ next: value }: Any) => void calls.push(`apply ${name} ${value.pool.size}`),
  });
  made.app.attach({
    ...part('a'),
    undo: ({ next: value }: Any) => void calls.push(`undo a ${value.pool.size}`),
  });
  made.app.attach(part('b'));
  made.app.attach({ name: 'c', apply: () => 'no' });
  made.app.attach(part('d'));
  const before = stateOf(made);
  made.loaders.origin.next(next);
  expect(await polled(made)).toMatchObject({ kind: 'vetoed' });
  // without undo, apply of the opposite change
  expect(calls).toEqual(['apply a 8', 'apply b 8', 'apply b 4', 'undo a 8']);
  expect(stateOf(made)).toEqual(before);
});

test('who is late may be half done, and undoes, too', async () => {
  const made = await settledLayers(one);
  const undo = vi.fn<(change: Any) => void>();
  made.app.attach({ name: 'slow', timeoutMs: 100, apply: () => never, undo });
  made.loaders.origin.next(next);
  const outcome = followed(made.app.refresh());
  await made.clock.advance(100);
  expect(outcome.now()).toMatchObject({ kind: 'vetoed' });
  expect(undo).toHaveBeenCalledOnce();
});

test('an undo that hangs is given up in time: the error of its end says so, and the outcome whom it names', async () => {
  const made = await settledLayers(one);
  made.app.attach({ name: 'slow', timeoutMs: 100, apply: () => {}, undo: () => never });
  made.app.attach({ name: 'part', after: ['slow'], apply: () => 'no' });
  made.loaders.origin.next(next);
  const refreshed = followed(made.app.refresh());
  await made.clock.advance(100);
  const told = 'Participant "part" would not have it (apply): no';
  expect(refreshed.now()).toMatchObject({
    kind: 'vetoed',
    error: { message: `${told}; what was done could not be taken back by slow` },
  });
  expect(made.record.of('reload.participant.finished').at(-1)).toMatchObject({
    participant: 'slow',
    phase: 'undo',
    durationMs: 100,
    error: { message: 'Participant "slow" did not answer within 100 ms (undo)' },
  });
  expect(made.app.status.diverged).toEqual(['slow']);
});

test('a failed undo is named in status.diverged until the participant agrees again', async () => {
  const made = await settledLayers(one);
  const { app } = made;
  let broken = true;
  app.attach({
    name: 'a',
    apply: () => {},
    undo: () => {
      throw new Error('stuck');
    },
  });
  app.attach({ name: 'b', apply: () => !broken });
  made.loaders.origin.next(next);
  expect(await polled(made)).toMatchObject({
    kind: 'vetoed',
    error: { message: expect.stringContaining('could not be taken back by a') },
  });
  expect(app.status.diverged).toEqual(['a']);
  broken = false;
  expect(await polled(made)).toMatchObject({ kind: 'accepted' });
  expect(app.status.diverged).toEqual([]);
});

test('a vetoed document is tried again by itself, without a load', async () => {
  const made = await settledLayers(one, {
    config: {
      polling: { intervalMs: 3_600_000, strategy: 'fixed', backoff: { maxMs: 3_600_000 } },
    },
  });
  let agrees = false;
  made.app.attach({ name: 'pool', canApply: () => agrees });
  made.loaders.origin.next(next);
  await polled(made);
  expect(made.app.status.sources[0]!.waiting).toMatchObject({ kind: 'vetoed' });
  const { loads } = made.loaders.origin;
  agrees = true;
  const { until } = made.app.status.sources[0]!.waiting as { until: number };
  await made.clock.advance(until - made.clock.now() + 1);
  expect(made.app.current).toEqual(next);
  expect(made.loaders.origin.loads).toBe(loads);
  expect(made.record.of('config.changed')).toMatchObject([{ trigger: 'retry' }]);
});

test('a veto does not lose what else came with the document', async () => {
  const keys = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, i]));
  const made = await settledLayers({ low: { value: keys }, high: { value: { size: 1 } } });
  made.app.attach({ name: 'pool', canApply: () => false });
  made.loaders.low.next({ k0: 0 });
  await polled(made);
  made.loaders.high.next({ size: 2 });
  await polled(made);
  expect(made.app.status.sources).toMatchObject([
    { waiting: { kind: 'kept' } },
    { waiting: { kind: 'vetoed' } },
  ]);
});

test('paths: a participant is asked only about changes at or below them', async () => {
  const made = await settledLayers(one);
  const apply = vi.fn<(change: Any) => void>();
  made.app.attach({ name: 'pool', paths: ['pool'], apply });
  made.loaders.origin.next({ ...doc, log: 'debug' });
  await polled(made);
  expect(apply).not.toHaveBeenCalled();
  made.loaders.origin.next({ ...next, log: 'debug' });
  await polled(made);
  expect(apply).toHaveBeenCalledOnce();
  // what was above is gone
  made.loaders.origin.next({ log: 'debug', pool: null });
  await polled(made);
  expect(apply).toHaveBeenCalledTimes(2);
});

test('paths: a participant is asked about an item of an array that arrayKey takes for one that moved', async () => {
  const [a, b, c] = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
  const made = await settledLayers(
    { origin: { value: { servers: [a, b, c] } } },
    { config: { arrayKey: 'id' } },
  );
  const asked: string[] = [];
  for (const path of ['servers.1', 'servers.2.id', 'servers.9', 'log'])
    made.app.attach({ name: path, paths: [path], apply: () => void asked.push(path) });
  made.loaders.origin.next({ servers: [a, c] });
  await polled(made);
  expect(asked).toEqual(['servers.1', 'servers.2.id']);
});

test('participants: only those that the option names are asked', async () => {
  const made = await settledLayers(one, { config: { participants: ['pool'] } });
  const calls: string[] = [];
  for (const name of ['pool', 'server'])
    made.app.attach({ name, apply: () => void calls.push(name) });
  made.loaders.origin.next(next);
  await polled(made);
  expect(calls).toEqual(['pool']);
});

test.each([
  ['a name that is taken', { name: 'a', apply: () => {} }, /"name".*no other participant has/],
  ['a circle', { name: 'c', after: ['b'], apply: () => {} }, /"after".*free of circles/],
  ['itself', { name: 'd', after: ['d'], apply: () => {} }, /"after".*free of circles/],
  ['nothing to call', { name: 'e' }, /"apply".*given/],
  ['no time', { name: 'e', apply: () => {}, timeoutMs: 0 }, /"timeoutMs"/],
])('attach() throws INVALID_OPTIONS of %s', async (_, participant, message) => {
  const { app } = await settledLayers(one);
  app.attach({ name: 'a', after: ['c'], apply: () => {} });
  app.attach({ name: 'b', after: ['a'], apply: () => {} });
  expect(() => app.attach(participant)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS', message: expect.stringMatching(message) }),
  );
});

test('attach() takes an object of a class, whose methods keep their this', async () => {
  const made = await settledLayers(one);
  class Pool {
    readonly name = 'pool';
    #size = 0;
    get size() {
      return this.#size;
    }
    apply({ next: value }: Any): void {
      this.#size = value.pool.size;
    }
  }
  const pool = new Pool();
  made.app.attach(pool);
  made.loaders.origin.next(next);
  await polled(made);
  expect(pool.size).toBe(8);
});

test('who is detached is asked no more, and its name is free', async () => {
  const made = await settledLayers(one);
  const canApply = vi.fn<() => boolean>(() => false);
  const off = made.app.attach({ name: 'pool', canApply });
  off();
  off();
  made.app.attach({ name: 'pool', apply: () => {} });
  made.loaders.origin.next(next);
  expect(await polled(made)).toMatchObject({ kind: 'accepted' });
  expect(canApply).not.toHaveBeenCalled();
});

test('the first value is asked about, too; without it there is none', async () => {
  const made = layers(one);
  const undo = vi.fn<(change: Any) => void>();
  const apply = vi.fn<(change: Any) => void>();
  made.app.attach({ name: 'a', apply });
  made.app.attach({ name: 'b', apply: () => {}, undo });
  const off = made.app.attach({ name: 'c', apply: () => false });
  await made.clock.advance(1);
  expect(() => made.app.current).toThrow(expect.objectContaining({ code: 'NO_VALUE' }));
  expect(apply).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ next: doc, previous: undefined }),
  );
  expect(undo).toHaveBeenCalledOnce();
  off();
  await made.clock.advance(600_000);
  expect(made.app.current).toEqual(doc);
});

test('defaults that a slow schema lets pass come without asking participants, as all defaults do', async () => {
  const made = layers(
    { origin: {} },
    { config: { schema: schemaOf(async () => true), defaults: doc } },
  );
  const apply = vi.fn<(change: Any) => void>();
  made.app.attach({ name: 'pool', apply });
  await made.clock.advance(1);
  expect(made.app.current).toEqual(doc);
  expect(apply).not.toHaveBeenCalled();
});

test('close() while a participant hangs ends the wait: its signal aborts, what was done is undone', async () => {
  const made = await settledLayers(one);
  const undo = vi.fn<(change: Any) => void>();
  let signal: AbortSignal | undefined;
  made.app.attach({ name: 'a', apply: () => {}, undo });
  made.app.attach({ name: 'b', apply: (change: Any) => ((signal = change.signal), never) });
  made.loaders.origin.next(next);
  const outcome = followed(made.app.refresh());
  await made.clock.advance(1);
  const closed = made.manager.close();
  expect(signal!.aborted).toBe(true);
  // who hangs has its time to take back, too
  await made.clock.advance(5_000);
  await closed;
  expect(undo).toHaveBeenCalledOnce();
  expect(outcome.now()).toMatchObject({ kind: 'failed', error: { code: 'CLOSED' } });
  expect(made.app.current).toEqual(doc);
  expect(made.clock.pending).toBe(0);
});

test('close() while an override is applied: the call rejects, and what was done is undone', async () => {
  const made = await settledLayers(one);
  const undo = vi.fn<(change: Any) => void>();
  made.app.attach({ name: 'a', apply: () => {}, undo });
  made.app.attach({ name: 'b', apply: () => void made.app.close() });
  const set = followed(made.app.override({ log: 'debug' }, because));
  await made.clock.advance(1);
  expect(set.now()).toMatchObject({ code: expect.stringMatching(/CLOSED|VETOED/) });
  expect(undo).toHaveBeenCalledOnce();
  expect(made.app.current).toEqual(doc);
});

test('healthCheck: without consent the config goes back and bars the document', async () => {
  const made = await settledLayers(one);
  const { app, record } = made;
  const calls: number[] = [];
  app.attach({
    name: 'pool',
    apply: ({ next: value }: Any) => void calls.push(value.pool.size),
    healthCheck: ({ next: value }: Any) => value.pool.size < 8 || 'too slow',
  });
  made.loaders.origin.next(next);
  // refresh() is answered by the commit
  expect(await polled(made)).toMatchObject({ kind: 'accepted', version: 2 });
  expect(app.current).toEqual(doc);
  expect(record.of('poll.finished')).toMatchObject([
    { outcome: { kind: 'vetoed', error: { code: 'VETOED' } } },
  ]);
  expect(calls).toEqual([8, 4]);
  expect(app.status).toMatchObject({ version: 3, pinned: 'document' });
  const [rolledBack] = record.of('reload.rolledback');
  expect(rolledBack).toMatchObject({
    version: 3,
    error: { message: expect.stringContaining('too slow') },
  });
  expect(record.of('config.changed')).toMatchObject([
    { version: 2 },
    { version: 3, trigger: 'rollback', by: 'health check' },
  ]);
  // the same document again
  expect(await polled(made)).toMatchObject({ kind: 'held' });
  expect(app.status.sources[0]!.waiting).toEqual({ kind: 'barred' });
  // another one
  made.loaders.origin.next({ pool: { size: 6 }, log: 'info' });
  expect(await polled(made)).toMatchObject({ kind: 'accepted' });
});

test('healthCheck that throws or is late counts as no consent, and the error says which', async () => {
  const made = await settledLayers(one);
  const reasons = () => made.record.of('reload.rolledback').map(({ error }) => error.message);
  let wait: Promise<never> = Promise.reject(new Error('down'));
  wait.catch(() => {});
  made.app.attach({ name: 'pool', timeoutMs: 100, healthCheck: () => wait });
  made.loaders.origin.next(next);
  await polled(made);
  expect(made.app.current).toEqual(doc);
  wait = never;
  made.loaders.origin.next({ ...doc, log: 'debug' });
  await polled(made);
  expect(made.app.current.log).toBe('debug');
  await made.clock.advance(100);
  expect(made.app.current).toEqual(doc);
  expect(reasons()).toEqual([
    'Participant "pool" failed (healthCheck): down',
    'Participant "pool" did not answer within 100 ms (healthCheck)',
  ]);
});

test('healthCheck goes back also where no history is kept', async () => {
  const made = await settledLayers(one, { config: { history: { entries: 0 } } });
  made.app.attach({ name: 'pool', healthCheck: () => false });
  made.loaders.origin.next(next);
  await polled(made);
  expect(made.app.current).toEqual(doc);
});

test('healthCheck against an override: the call rejects, and nothing is pinned', async () => {
  const made = await settledLayers(one);
  const { app, record } = made;
  app.attach({ name: 'pool', healthCheck: ({ next: value }: Any) => value.log === 'info' });
  await expect(app.override({ log: 'debug' }, because)).rejects.toMatchObject({ code: 'VETOED' });
  expect(app.current).toEqual(doc);
  expect(await app.overrides()).toEqual([]);
  expect(record.of('override.set')).toEqual([]);
  expect(app.status.pinned).toBeUndefined();
});

test('healthCheck of the first value changes nothing: better this one than none', async () => {
  const made = layers(one);
  made.app.attach({ name: 'pool', healthCheck: () => false });
  await made.clock.advance(1);
  expect(made.app.current).toEqual(doc);
});

test('healthCheck: when a participant vetoes the way back, the value stays and that is told', async () => {
  const made = await settledLayers(one);
  made.app.attach({
    name: 'pool',
    canApply: ({ trigger }: Any) => trigger !== 'rollback',
    healthCheck: () => false,
  });
  made.loaders.origin.next(next);
  await polled(made);
  expect(made.app.current).toEqual(next);
  expect(made.record.of('reload.rolledback')).toEqual([]);
  expect(made.record.of('listener.failed')).toMatchObject([
    { error: { message: expect.stringContaining('health check') } },
  ]);
});

test('healthCheck: a restart does not bring back what was barred', async () => {
  const clock = sceneClock();
  const manager = { clock, cache: memoryCache({ clock }) };
  const before = await settledLayers(one, { manager });
  before.app.attach({ name: 'pool', healthCheck: ({ next: value }: Any) => value.pool.size < 8 });
  before.loaders.origin.next(next);
  await polled(before);
  await before.manager.close();
  const after = layers({ origin: { value: next } }, { manager });
  await clock.advance(1);
  await polled(after);
  expect(after.app.current).toEqual(doc);
  expect(after.app.status).toMatchObject({ pinned: 'document' });
  await after.manager.close();
});

test('rule() refuses by its message, keeps the document, and ends', async () => {
  const made = await settledLayers(one);
  const before = stateOf(made);
  const off = made.app.rule('pool.size', (size: Any) => size < 8, 'is more than we have');
  made.loaders.origin.next(next);
  const outcome = await polled(made);
  expect(outcome).toMatchObject({ kind: 'refused', error: { code: 'CHECK_FAILED' } });
  expect(outcome).toHaveProperty(
    'error.message',
    'The document of origin is refused by the rule of pool.size: is more than we have',
  );
  expect(stateOf(made)).toEqual(before);
  off();
  off();
  await made.clock.advance(0);
  expect(made.app.current).toEqual(next);
});

test('rule() that throws refuses', async () => {
  const made = await settledLayers(one);
  made.app.rule(
    'pool.size',
    () => {
      throw new Error('broken');
    },
    'never said',
  );
  made.loaders.origin.next(next);
  expect(await polled(made)).toMatchObject({
    kind: 'refused',
    error: { message: expect.stringContaining('it could not be checked: it threw (Error)') },
  });
});

test('rule() holds for true alone: the promise of an async function is no yes', async () => {
  const made = await settledLayers(one);
  made.app.rule('pool.size', (async () => false) as never, 'is too much');
  made.loaders.origin.next(next);
  expect(await polled(made)).toMatchObject({
    kind: 'refused',
    error: {
      message: expect.stringContaining('is too much (it gave a promise, and must answer at once)'),
    },
  });
});

test('rule() throws INVALID_OPTIONS without a function or a message', async () => {
  const { app } = await settledLayers(one);
  const invalid = expect.objectContaining({ code: 'INVALID_OPTIONS' });
  expect(() => app.rule('log', true as never, 'text')).toThrow(invalid);
  expect(() => app.rule('log', () => false, undefined as never)).toThrow(invalid);
});

test('a document that a rule refused because of an override is taken when that goes', async () => {
  const made = await settledLayers(one);
  const { app, clock } = made;
  app.rule('', ({ low = 0, high = 10 }: Any) => low < high, 'low must be below high');
  const held = await app.override({ low: 5 }, because);
  made.loaders.origin.next({ ...doc, high: 3 });
  expect(await polled(made)).toMatchObject({ kind: 'refused', error: { code: 'CHECK_FAILED' } });
  made.loaders.origin.fail(Infinity);
  await held.clear();
  await clock.advance(0);
  expect(app.current).toEqual({ ...doc, high: 3 });
});
