import { expect, test } from 'vitest';
import { Bell } from './bell.ts';
import { timed } from './timed.fixture.ts';

test('wait() tells whether it rang, and how soon', async () => {
  const { clock, terms } = timed();
  const bell = new Bell();
  const first = bell.wait(100, terms);
  await clock.advance(100);
  expect(await first).toBe(false);
  const second = bell.wait(100, terms);
  await clock.advance(10);
  bell.ring();
  expect(await second).toBe(true);
  expect(clock.pending).toBe(0);
});

test('wait() is over at once when it rang before, once', async () => {
  const { clock, terms } = timed();
  const bell = new Bell();
  bell.ring();
  bell.ring();
  expect(await bell.wait(100, terms)).toBe(true);
  const next = bell.wait(100, terms);
  await clock.advance(100);
  expect(await next).toBe(false);
});

test('wait() rejects with the reason when its signal aborts, before or during', async () => {
  const { clock, controller, terms } = timed();
  const bell = new Bell();
  const reason = new Error('stop');
  const during = bell.wait(100, terms);
  controller.abort(reason);
  await expect(during).rejects.toBe(reason);
  await expect(bell.wait(100, terms)).rejects.toBe(reason);
  expect(clock.pending).toBe(0);
});

test('wait() does not take a sleep that fails for a ring', async () => {
  const { terms } = timed();
  const time = { ...terms.time, sleep: () => Promise.reject(new Error('no time')) };
  await expect(new Bell().wait(100, { ...terms, time })).rejects.toThrow('no time');
});
