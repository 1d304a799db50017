import type { ManualClock } from '@holdfast/testing';
import { expect, test } from 'vitest';
import type { HoldfastEvent } from '../events.ts';
import type { AuditRecord, AuditSink } from '../ports/audit.ts';
import { SinkQueue } from './audit-sink.ts';
import { createContext } from './context.fixture.ts';

const record = (at: number): AuditRecord => ({
  at,
  time: '',
  config: 'app',
  environment: '',
  action: 'config.changed',
});

const lossOf = (lost: number): AuditRecord => ({ ...record(-1), action: 'audit.lost', lost });

/** What a sink is to do with the next write. */
type Mood = 'take' | 'throw' | 'reject' | 'hang';

interface Rig {
  readonly queue: SinkQueue;
  readonly clock: ManualClock;
  /** What was written: times, and `lost n`. */
  readonly written: (number | string)[];
  /** What was told. */
  readonly told: string[];
  readonly counts: { waiting: number; lost: number }[];
  mood: Mood;
  /** Ends the write that hangs, as the mood says then. */
  release(): void;
  closes: number;
  /** Writes that were under way at once, at most. */
  most: number;
}

function rig(): Rig {
  const { clock, random, scheduler, events } = createContext();
  let under = 0;
  let release = (): void => {};
  const sink: AuditSink = {
    write({ at, lost }) {
      under += 1;
      state.most = Math.max(state.most, under);
      if (state.mood === 'throw') {
        under -= 1;
        throw new Error('no room');
      }
      return answer(lost === undefined ? at : `lost ${lost}`);
    },
    close: async () => void (state.closes += 1),
  };
  async function answer(what: number | string): Promise<void> {
    try {
      await Promise.resolve();
      if (state.mood === 'hang') await new Promise<void>((resolve) => (release = resolve));
      if (state.mood === 'reject') throw new Error('no room');
      state.written.push(what);
    } finally {
      under -= 1;
    }
  }
  const state: Rig = {
    queue: new SinkQueue(sink, { clock, random, scheduler, events }, lossOf),
    clock,
    written: [],
    told: [],
    counts: [],
    mood: 'take',
    release: () => release(),
    closes: 0,
    most: 0,
  };
  events.on('audit.failed', ({ error, waiting, lost }: HoldfastEvent<'audit.failed'>) => {
    expect(error.code).toBe('AUDIT_FAILED');
    state.told.push(error.message);
    state.counts.push({ waiting, lost });
  });
  return state;
}

const upTo = (count: number, from = 1): number[] =>
  Array.from({ length: count }, (_, i) => from + i);

test('push() writes in order, one at a time, and not before its caller has gone on', async () => {
  const it = rig();
  for (const at of upTo(5)) it.queue.push(record(at));
  expect([it.written, it.most]).toEqual([[], 0]);
  await it.clock.advance(0);
  expect([it.written, it.most, it.told]).toEqual([upTo(5), 1, []]);
  it.queue.push(record(6));
  await it.clock.advance(0);
  expect(it.written).toEqual(upTo(6));
  expect(it.clock.pending).toBe(0);
});

test.each(['throw', 'reject'] as const)(
  'push() tries again what the sink refuses (%s), tells once, and skips nothing',
  async (mood) => {
    const it = rig();
    it.mood = mood;
    for (const at of upTo(3)) it.queue.push(record(at));
    await it.clock.advance(600_000);
    expect(it.written).toEqual([]);
    expect(it.told).toEqual(['The audit sink failed: no room']);
    expect(it.counts).toEqual([{ waiting: 3, lost: 0 }]);
    it.mood = 'take';
    it.queue.push(record(4));
    await it.clock.advance(60_000);
    expect(it.written).toEqual(upTo(4));
    it.mood = mood;
    it.queue.push(record(5));
    await it.clock.advance(0);
    expect(it.told.length).toBe(2);
  },
);

test('push() waits longer after each failure, a minute at most', async () => {
  const it = rig();
  it.mood = 'reject';
  it.queue.push(record(1));
  await it.clock.advance(0);
  const tries = async (ms: number): Promise<boolean> => {
    const before = it.most;
    it.most = 0;
    await it.clock.advance(ms);
    const tried = it.most > 0;
    it.most = before;
    return tried;
  };
  // chance is one half: the wait is half-way between 500 ms and the cap
  expect([await tries(1_249), await tries(1)]).toEqual([false, true]);
  expect([await tries(2_249), await tries(1)]).toEqual([false, true]);
  await it.clock.advance(600_000);
  expect(await tries(60_000)).toBe(true);
});

test('push() drops the newest where too many wait, and says where the gap is', async () => {
  const it = rig();
  it.mood = 'reject';
  for (const at of upTo(1_200)) it.queue.push(record(at));
  await it.clock.advance(0);
  expect(it.told).toEqual([
    'The audit sink has not taken 1000 records: from now on new ones are lost',
    'The audit sink failed: no room',
  ]);
  expect(it.counts.at(-1)).toEqual({ waiting: 1_000, lost: 200 });
  it.mood = 'take';
  await it.clock.advance(60_000);
  it.queue.push(record(1_201));
  await it.clock.advance(0);
  expect(it.written).toEqual([...upTo(1_000), 'lost 200', 1_201]);
});

test('push() tells of a write that hangs, begins no other beside it, and goes on after it', async () => {
  const it = rig();
  it.mood = 'hang';
  for (const at of upTo(3)) it.queue.push(record(at));
  await it.clock.advance(9_999);
  expect(it.told).toEqual([]);
  await it.clock.advance(300_000);
  expect([it.told, it.most]).toEqual([['The audit sink has not answered for 10000 ms'], 1]);
  it.mood = 'take';
  it.release();
  await it.clock.advance(0);
  expect([it.written, it.most]).toEqual([upTo(3), 1]);
});

test('close() writes what waits, closes the sink once, and leaves no timer', async () => {
  const it = rig();
  for (const at of upTo(3)) it.queue.push(record(at));
  const closing = Promise.all([it.queue.close(), it.queue.close()]);
  await it.clock.advance(0);
  await closing;
  expect([it.written, it.closes, it.told, it.clock.pending]).toEqual([upTo(3), 1, [], 0]);
});

test('close() tries once more at once what failed before', async () => {
  const it = rig();
  it.mood = 'reject';
  it.queue.push(record(1));
  await it.clock.advance(0);
  it.mood = 'take';
  const closing = it.queue.close();
  await it.clock.advance(0);
  await closing;
  expect([it.written, it.closes]).toEqual([[1], 1]);
});

test('close() of a sink that goes on failing says how many records are lost', async () => {
  const it = rig();
  it.mood = 'reject';
  for (const at of upTo(1_010)) it.queue.push(record(at));
  const closing = it.queue.close();
  await it.clock.advance(0);
  await closing;
  expect(it.told.at(-1)).toBe('The audit sink was closed; so many records are lost: 1010');
  expect([it.closes, it.clock.pending]).toEqual([1, 0]);
});

test('close() of a sink that hangs ends after five seconds', async () => {
  const it = rig();
  it.mood = 'hang';
  it.queue.push(record(1));
  const closing = it.queue.close();
  await it.clock.advance(4_999);
  expect(it.told).toEqual([]);
  expect(it.clock.pendingKeepAlive).toBe(1);
  await it.clock.advance(1);
  await closing;
  expect(it.told).toEqual(['The audit sink was closed; so many records are lost: 1']);
  it.mood = 'reject';
  it.release();
  await it.clock.advance(0);
  expect(it.clock.pending).toBe(0);
});
