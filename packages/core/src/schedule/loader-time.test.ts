import { manualClock } from '@holdfast/testing';
import { expect, test, vi } from 'vitest';
import { Delay } from './delay.ts';
import { createLoaderTime } from './loader-time.ts';
import { Scheduler } from './scheduler.ts';

function rig() {
  const clock = manualClock({ startAt: 1_000 });
  const scheduler = new Scheduler(clock, () => {});
  return { clock, scheduler, time: createLoaderTime(clock, scheduler) };
}

test('createLoaderTime() tells the time of the clock', async () => {
  const { clock, time } = rig();
  await clock.advance(5);
  expect([time.now(), time.monotonic()]).toEqual([1_005, 5]);
});

test('sleep() ends after its time and leaves nothing on the signal', async () => {
  const { clock, time } = rig();
  const { signal } = new AbortController();
  const removed = vi.spyOn(signal, 'removeEventListener');
  let awake = false;
  void time.sleep(100, signal).then(() => (awake = true));
  await clock.advance(99);
  expect(awake).toBe(false);
  await clock.advance(1);
  expect(awake).toBe(true);
  expect(removed).toHaveBeenCalledTimes(1);
});

test('sleep() rejects with the reason of the signal at once, and clears its timer', async () => {
  const { clock, time } = rig();
  const controller = new AbortController();
  const slept = time.sleep(100, controller.signal);
  controller.abort(new Error('enough'));
  await expect(slept).rejects.toThrow('enough');
  expect(clock.pending).toBe(0);
});

test('sleep() rejects when the signal was aborted before', async () => {
  const { clock, time } = rig();
  await expect(time.sleep(100, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  expect(clock.pending).toBe(0);
});

test.each([NaN, -1, 0, undefined as never])(
  'sleep() of what is no wait (%s) ends at once and disturbs nothing',
  async (ms) => {
    const { clock, scheduler, time } = rig();
    const call = vi.fn<() => void>();
    new Delay(scheduler, call).start(10);
    let awake = false;
    void time.sleep(ms, new AbortController().signal).then(() => (awake = true));
    await clock.advance(0);
    expect(awake).toBe(true);
    await clock.advance(10);
    expect(call).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(0);
  },
);

test('sleep() does not hold the process open', () => {
  const { clock, time } = rig();
  void time.sleep(100, new AbortController().signal);
  expect([clock.pending, clock.pendingKeepAlive]).toEqual([1, 0]);
});
