import { expect, test } from 'vitest';
import { PollSlots, type SlotWaiter } from './poll-slots.ts';

function waiters(count: number, origin?: string): { admitted: number[]; all: SlotWaiter[] } {
  const admitted: number[] = [];
  const all = Array.from({ length: count }, (_, i) => ({
    origin: origin ?? `origin ${i}`,
    onSlot: () => void admitted.push(i),
  }));
  return { admitted, all };
}

test('PollSlots admits as many as there are slots, the rest in order of arrival', () => {
  const slots = new PollSlots(2);
  const { admitted, all } = waiters(5);
  for (const waiter of all) slots.enter(waiter);
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
  for (const waiter of all) slots.enter(waiter);
  slots.leave(all[1]!);
  expect(admitted).toEqual([0]);
  slots.leave(all[0]!);
  expect(admitted).toEqual([0, 2]);
});

test('PollSlots frees one slot however often it is left', () => {
  const slots = new PollSlots(1);
  const { admitted, all } = waiters(3);
  for (const waiter of all) slots.enter(waiter);
  slots.leave(all[0]!);
  slots.leave(all[0]!);
  expect(admitted).toEqual([0, 1]);
});

test('PollSlots admits who leaves and enters from within onSlot()', () => {
  const slots = new PollSlots(1);
  const seen: string[] = [];
  const second = { origin: 'a', onSlot: () => void seen.push('second') };
  const first = {
    origin: 'b',
    onSlot() {
      seen.push('first');
      slots.enter(second);
      slots.leave(first);
    },
  };
  slots.enter(first);
  expect(seen).toEqual(['first', 'second']);
});

test('PollSlots leaves half of the slots to the other origins', () => {
  const slots = new PollSlots(4);
  const { admitted, all } = waiters(5, 'hangs');
  const healthy = { origin: 'healthy', onSlot: () => void admitted.push(99) };
  for (const waiter of all) slots.enter(waiter);
  expect(admitted).toEqual([0, 1]);
  slots.enter(healthy);
  expect(admitted).toEqual([0, 1, 99]);
  slots.leave(all[0]!);
  expect(admitted).toEqual([0, 1, 99, 2]);
});

test('PollSlots admits the origins in turn', () => {
  const slots = new PollSlots(1);
  const admitted: SlotWaiter[] = [];
  const names = new Map<SlotWaiter, string>();
  for (const name of ['a0', 'a1', 'a2', 'b0', 'b1']) {
    const waiter = { origin: name[0]!, onSlot: () => void admitted.push(waiter) };
    names.set(waiter, name);
    slots.enter(waiter);
  }
  for (let i = 0; i < 4; i++) slots.leave(admitted[i]!);
  expect(admitted.map((waiter) => names.get(waiter))).toEqual(['a0', 'a1', 'b0', 'a2', 'b1']);
});
