import { manualClock } from '@holdfast/testing';
import { expect, test, vi } from 'vitest';
import { Delay } from './delay.ts';
import { Scheduler } from './scheduler.ts';

function rig() {
  const clock = manualClock();
  return { clock, scheduler: new Scheduler(clock, () => {}) };
}

test('Delay calls once at its time, and can begin again', async () => {
  const { clock, scheduler } = rig();
  const call = vi.fn<() => void>();
  const delay = new Delay(scheduler, call).start(100);
  delay.start(200);
  await clock.advance(150);
  expect(call).not.toHaveBeenCalled();
  await clock.advance(100);
  expect(call).toHaveBeenCalledTimes(1);
  delay.start(300);
  await clock.advance(100);
  expect(call).toHaveBeenCalledTimes(2);
});

test('Delay does not call after cancel(), which may be called twice', async () => {
  const { clock, scheduler } = rig();
  const call = vi.fn<() => void>();
  const delay = new Delay(scheduler, call).start(100);
  delay.cancel();
  delay.cancel();
  await clock.advance(200);
  expect(call).not.toHaveBeenCalled();
  expect(clock.pending).toBe(0);
});
