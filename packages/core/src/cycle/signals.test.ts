import { expect, test } from 'vitest';
import { SignalPool } from './signals.ts';

test('SignalPool lends a controller again after it was given back', () => {
  const pool = new SignalPool();
  const first = pool.take();
  expect(pool.take()).not.toBe(first);
  pool.giveBack(first);
  expect(pool.take()).toBe(first);
});

test('SignalPool lends no controller that was aborted', () => {
  const pool = new SignalPool();
  const lent = pool.take();
  lent.controller.abort();
  pool.giveBack(lent);
  expect(pool.take().controller.signal.aborted).toBe(false);
});

test('SignalPool lends a controller 256 times, so that forgotten listeners do not pile up', () => {
  const pool = new SignalPool();
  const first = pool.take().controller;
  let lends = 0;
  let lent = { controller: first, uses: 0 };
  for (; lent.controller === first && lends < 1_000; lent = pool.take()) {
    pool.giveBack(lent);
    lends++;
  }
  expect(lends).toBe(256);
});
