import { expect, test } from 'vitest';
import { Wakeup } from './wakeup.ts';

/** Whether `promise` is settled once everything that can run has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  for (let i = 0; i < 10; i++) await Promise.resolve();
  return settled;
}

test('sleep() lasts until wake()', async () => {
  const wakeup = new Wakeup();
  const slept = wakeup.sleep();
  expect(await isSettled(slept)).toBe(false);
  wakeup.wake();
  expect(await isSettled(slept)).toBe(true);
});

test('wake() before the sleep is not lost, and any number of them is one', async () => {
  const wakeup = new Wakeup();
  wakeup.wake();
  wakeup.wake();
  expect(await isSettled(wakeup.sleep())).toBe(true);
  expect(await isSettled(wakeup.sleep())).toBe(false);
});

test('wake() can be handed on as a function', async () => {
  const { wake, ...rest } = new Wakeup();
  expect(Object.keys(rest)).toEqual([]);
  expect(wake).not.toThrow();
});
