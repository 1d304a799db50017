import { expect, test, vi } from 'vitest';
import { Subscriptions } from './subscriptions.ts';

test('call() calls everybody, the same function once per subscription', () => {
  const all = new Subscriptions();
  const call = vi.fn<() => void>();
  all.call();
  const first = all.add(call);
  all.add(call);
  all.call();
  expect(call).toHaveBeenCalledTimes(2);
  first();
  first();
  all.call();
  expect(call).toHaveBeenCalledTimes(3);
});

test('add() works again after everybody has left, and an old unsubscribe ends nobody else', () => {
  const all = new Subscriptions();
  const old = all.add(() => expect.fail('it has left'));
  old();
  const call = vi.fn<() => void>();
  all.add(call);
  old();
  all.call();
  expect(call).toHaveBeenCalledTimes(1);
});

test('call() lets those who are added meanwhile wait for the next time', () => {
  const all = new Subscriptions();
  const late = vi.fn<() => void>();
  const off = all.add(() => {
    off();
    all.add(late);
  });
  all.call();
  expect(late).not.toHaveBeenCalled();
  all.call();
  expect(late).toHaveBeenCalledTimes(1);
});
