import { expect, test } from 'vitest';
import { PollSlots, type SlotWaiter } from './poll-slots.ts';

function waiters(count: number): { admitted: number[]; all: SlotWaiter[] } {
  const admitted: number[] = [];
  const all = Array.from({ length: count }, (_, i) => ({ onSlot: () => void admitted.push(i) }));
  return { admitted, all };
}

test('PollSlots admits as many as there are slots, the rest in order of arrival', () => {
  const slots = new PollSlots(2);
  const { admitted, all } = waiters(5);
  for (const [i, waiter] of all.entries()) slots.enter(waiter, `origin ${i}`);
  expect(admitted).toEqual([0, 1]);
  slots.leave(all[1]!);
  slots.leave(all[0]!);
  expect(admitted).toEqual([0, 1, 2, 3]);
  slots.leave(all[2]!);
  expect(admitted).toEqual([0, 1, 2, 3, 4]);
});

test('PollSlots gives up a place in the queue without giving a slot away', () => {
  const slots = new PollSlots(1);
  const { admitted, all } = waiters(3);
  for (const [i, waiter] of all.entries()) slots.enter(waiter, `origin ${i}`);
  slots.leave(all[1]!);
  expect(admitted).toEqual([0]);
  slots.leave(all[0]!);
  expect(admitted).toEqual([0, 2]);
});

test('PollSlots frees one slot however often it is left', () => {
  const slots = new PollSlots(1);
  const { admitted, all } = waiters(3);
  for (const [i, waiter] of all.entries()) slots.enter(waiter, `origin ${i}`);
  slots.leave(all[0]!);
  slots.leave(all[0]!);
  expect(admitted).toEqual([0, 1]);
});

test('PollSlots admits who leaves and enters from within onSlot()', () => {
  const slots = new PollSlots(1);
  const seen: string[] = [];
  const second = { onSlot: () => void seen.push('second') };
  const first = {
    onSlot() {
      seen.push('first');
      slots.enter(second, 'a');
      slots.leave(first);
    },
  };
  slots.enter(first, 'b');
  expect(seen).toEqual(['first', 'second']);
});

test('PollSlots leaves half of the slots to the other origins', () => {
  const slots = new PollSlots(4);
  const { admitted, all } = waiters(6);
  for (const waiter of all.slice(0, 5)) slots.enter(waiter, 'hangs');
  expect(admitted).toEqual([0, 1]);
  slots.enter(all[5]!, 'healthy');
  expect(admitted).toEqual([0, 1, 5]);
  slots.leave(all[0]!);
  expect(admitted).toEqual([0, 1, 5, 2]);
});
