import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { diff } from '../document/diff.ts';
import { LazyDetails } from './change-details.ts';

const comparer = (arrayKey?: string) => ({
  changesBetween: (before: unknown, after: unknown) => diff(before, after, { arrayKey }),
});

const value = { list: [{ id: 'b' }, { id: 'a' }] };
const previous = { list: [{ id: 'a' }, { id: 'b' }] };

test('LazyDetails computes changes when they are read, once', () => {
  const details = new LazyDetails({ value, previous, version: 2, trigger: 'poll' }, comparer());
  const { changes } = details;
  expect(changes.map(({ path }) => path.join('.'))).toEqual(['list.0.id', 'list.1.id']);
  expect(details.changes).toBe(changes);
  expect(details).toMatchObject({ value, previous, version: 2, trigger: 'poll' });
});

test('LazyDetails goes by arrayKey', () => {
  const details = new LazyDetails({ value, previous, version: 2, trigger: 'push' }, comparer('id'));
  expect(details.changes).toEqual([
    { path: ['list'], kind: 'changed', before: previous.list, after: value.list },
  ]);
});

test('LazyDetails of a first value has one addition per leaf', () => {
  const first = {
    value: { a: 1, b: {} },
    previous: undefined,
    version: 1,
    trigger: 'cache',
  } as const;
  expect(new LazyDetails<object>(first, comparer()).changes).toEqual([
    { path: ['a'], kind: 'added', after: 1 },
    { path: ['b'], kind: 'added', after: {} },
  ]);
});

test('LazyDetails hands out a list that nobody can write to', () => {
  const details = new LazyDetails({ value, previous, version: 2, trigger: 'poll' }, comparer());
  const { changes } = details;
  expect([changes, changes[0], changes[0]!.path].every((part) => Object.isFrozen(part))).toBe(true);
});

test('LazyDetails shows its changes where it is printed, written as JSON, or spread', () => {
  const details = new LazyDetails({ value, previous, version: 2, trigger: 'poll' }, comparer());
  expect(inspect(details)).toMatch(/changes: \[Getter\]/);
  expect(Object.entries(details).at(-1)).toEqual(['changes', details.changes]);
  expect(JSON.parse(JSON.stringify(details))).toHaveProperty('changes[0].kind', 'changed');
});
