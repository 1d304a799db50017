import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timer } from '@holdfast/core';
import { expect, test, vi } from 'vitest';
import { manualClock } from './manual-clock.ts';

test('manualClock() starts at startAt and moves only when told to', async () => {
  const clock = manualClock({ startAt: 1_000 });
  expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0]);
  await clock.advance(250);
  expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250]);
});

test('advance() fires due timers in order, each at its own time, and leaves later ones', async () => {
  const clock = manualClock({ startAt: 0 });
  const fired: string[] = [];
  const note = (name: string) => () => fired.push(`${name}@${clock.now()}`);
  clock.setTimer(20, note('b'));
  clock.setTimer(10, note('a'));
  clock.setTimer(20, note('c'));
  clock.setTimer(31, note('late'));
  await clock.advance(30);
  expect(fired).toEqual(['a@10', 'b@20', 'c@20']);
  expect(clock.pending).toBe(1);
});

test('advance() lets everything run between two timers, also timers that were set meanwhile', async () => {
  const clock = manualClock({ startAt: 0 });
  const seen: string[] = [];
  clock.setTimer(10, () => {
    void (async () => {
      // oxlint-disable-next-line no-await-in-loop -- a long chain is what this is about
      for (let i = 0; i < 1_000; i++) await Promise.resolve();
      seen.push(`chain@${clock.now()}`);
      clock.setTimer(5, () => seen.push(`nested@${clock.now()}`));
    })();
  });
  clock.setTimer(20, () => seen.push(`second@${clock.now()}`));
  await clock.advance(30);
  expect(seen).toEqual(['chain@10', 'nested@15', 'second@20']);
});

test('advance() waits for hashes, however large', async () => {
  const clock = manualClock();
  const seen: number[] = [];
  const digest = async () => {
    await crypto.subtle.digest('SHA-256', new Uint8Array(10));
    await crypto.subtle.digest('SHA-256', new Uint8Array(20_000_000));
    seen.push(clock.monotonic());
  };
  void digest();
  clock.setTimer(10, () => void digest());
  await clock.advance(20);
  expect(seen).toEqual([0, 10]);
});

test('advance() waits for files, on Node', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-clock-'));
  const clock = manualClock();
  const seen: string[] = [];
  // by handles: from Node 26 on readFile() and writeFile() are not told of
  const write = async (round: number): Promise<void> => {
    const file = await open(join(folder, `${round}`), 'w+');
    await file.write(`${round}`);
    await file.close();
    seen.push(`${round}@${clock.monotonic()}`);
  };
  for (let round = 0; round < 20; round++) clock.setTimer(round, () => void write(round));
  await clock.advance(20);
  expect(seen).toEqual(Array.from({ length: 20 }, (_, round) => `${round}@${round}`));
  await rm(folder, { recursive: true });
});

test('advance() waits for what is tracked', async () => {
  const clock = manualClock();
  const seen: number[] = [];
  clock.setTimer(10, () => {
    const answer = new Promise((resolve) => setTimeout(resolve, 5));
    void clock.track(answer).then(() => seen.push(clock.monotonic()));
  });
  clock.setTimer(20, () => seen.push(clock.monotonic()));
  await clock.advance(20);
  expect(seen).toEqual([10, 20]);
  await expect(clock.track(Promise.reject(new Error('mine')))).rejects.toThrow('mine');
});

test('advance() preloads once, before the first timer', async () => {
  const preload = vi.fn<() => Promise<void>>(async () => undefined);
  const clock = manualClock({ preload: [preload] });
  clock.setTimer(0, () => expect(preload).toHaveBeenCalledTimes(1));
  await clock.advance(1);
  await clock.advance(1);
  expect(preload).toHaveBeenCalledTimes(1);
});

test('advance() calls queue up', async () => {
  const clock = manualClock();
  const seen: number[] = [];
  clock.setTimer(15, () => seen.push(clock.monotonic()));
  await Promise.all([clock.advance(10), clock.advance(10)]);
  expect(seen).toEqual([15]);
  expect(clock.monotonic()).toBe(20);
});

test('advance() passes an hour of polling in little real time', async () => {
  const clock = manualClock();
  let polls = 0;
  const poll = async (): Promise<void> => {
    polls += 1;
    await crypto.subtle.digest('SHA-256', new Uint8Array(100));
    clock.setTimer(1_000, () => void poll());
  };
  void poll();
  const began = performance.now();
  await clock.advance(3_600_000);
  expect(polls).toBe(3_601);
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('advance() rejects with what a callback throws, and goes on at the next call', async () => {
  const clock = manualClock();
  clock.setTimer(5, () => {
    throw new Error('mine');
  });
  await expect(clock.advance(10)).rejects.toThrow('mine');
  await clock.advance(5);
  expect(clock.monotonic()).toBe(10);
});

test('advance() gives up on timers that set each other for ever', async () => {
  const clock = manualClock();
  const again = (): void => void clock.setTimer(0, again);
  again();
  await expect(clock.advance(1)).rejects.toThrow('without time passing, at 0 ms');
});

test('setTimer() returns a timer that can be cancelled, more than once, even by another of the same time', async () => {
  const clock = manualClock();
  const never = vi.fn<() => void>();
  const timers: Timer[] = [];
  clock.setTimer(5, () => timers[0]!.cancel());
  timers.push(clock.setTimer(5, never));
  expect(clock.pending).toBe(2);
  await clock.advance(10);
  timers[0]!.cancel();
  expect(never).not.toHaveBeenCalled();
  expect(clock.pending).toBe(0);
});

test.each([-5, Number.NaN, 0])(
  'setTimer() with %d fires at once, at the next advance',
  async (ms) => {
    const clock = manualClock();
    const callback = vi.fn<() => void>();
    clock.setTimer(ms, callback);
    expect(callback).not.toHaveBeenCalled();
    await clock.advance(0);
    expect(callback).toHaveBeenCalledOnce();
  },
);

test('pendingKeepAlive tells how many timers would hold the process', async () => {
  const clock = manualClock();
  clock.setTimer(5, () => undefined);
  clock.setTimer(5, () => undefined, { keepAlive: true });
  expect([clock.pending, clock.pendingKeepAlive]).toEqual([2, 1]);
  await clock.advance(5);
  expect([clock.pending, clock.pendingKeepAlive]).toEqual([0, 0]);
});

test('step() and suspend() move the wall clock alone', async () => {
  const clock = manualClock({ startAt: 1_000_000 });
  const callback = vi.fn<() => void>();
  clock.setTimer(100, callback);
  clock.step(-3_000);
  clock.suspend(8_000);
  await clock.advance(99);
  expect([clock.now(), clock.monotonic()]).toEqual([1_005_099, 99]);
  expect(callback).not.toHaveBeenCalled();
});

test.each([-1, Number.NaN, Infinity])('advance() and suspend() refuse %d', async (ms) => {
  const rule = `must be a finite number of milliseconds, 0 or more: current value is ${ms}`;
  await expect(manualClock().advance(ms)).rejects.toThrow(
    `Cannot advance the clock as "ms" ${rule}`,
  );
  expect(() => manualClock().suspend(ms)).toThrow(`Cannot suspend the clock as "ms" ${rule}`);
});

test('manualClock() is not stopped by fake timers', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'performance', 'Date'] });
  try {
    const clock = manualClock();
    const callback = vi.fn<() => void>();
    clock.setTimer(5, callback);
    await clock.advance(5);
    expect(callback).toHaveBeenCalledOnce();
  } finally {
    vi.useRealTimers();
  }
});
