import { manualClock } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { Scheduler } from './scheduler.ts';
import { settlesWithin } from './settles-within.ts';

function rig() {
  const clock = manualClock();
  return { clock, scheduler: new Scheduler(clock, () => {}) };
}

test.each([
  ['resolves', () => Promise.resolve()],
  ['rejects', () => Promise.reject(new Error('no'))],
])('settlesWithin() says so of what %s, and leaves no timer behind', async (_, made) => {
  const { clock, scheduler } = rig();
  expect(await settlesWithin(made(), 100, { clock, scheduler })).toBe(true);
  expect(clock.pending).toBe(0);
});

test('settlesWithin() waits for what hangs as long as it may, and no longer', async () => {
  const { clock, scheduler } = rig();
  let settled: boolean | undefined;
  await clock.advance(50);
  const waiting = settlesWithin(new Promise(() => {}), 100, { clock, scheduler });
  void waiting.then((said) => (settled = said));
  await clock.advance(99);
  expect(settled).toBeUndefined();
  await clock.advance(1);
  expect(settled).toBe(false);
});
