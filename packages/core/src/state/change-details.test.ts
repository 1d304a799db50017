import { expect, test } from 'vitest';
import { LazyDetails } from './change-details.ts';

const value = { list: [{ id: 'b' }, { id: 'a' }] };
const previous = { list: [{ id: 'a' }, { id: 'b' }] };

test('LazyDetails computes changes when they are read, once', () => {
  const details = new LazyDetails({ value, previous, version: 2, trigger: 'poll' }, undefined);
  const { changes } = details;
  expect(changes.map(({ path }) => path.join('.'))).toEqual(['list.0.id', 'list.1.id']);
  expect(details.changes).toBe(changes);
  expect(details).toMatchObject({ value, previous, version: 2, trigger: 'poll' });
});

test('LazyDetails goes by arrayKey', () => {
  const details = new LazyDetails({ value, previous, version: 2, trigger: 'push' }, 'id');
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
  expect(new LazyDetails<object>(first, undefined).changes).toEqual([
    { path: ['a'], kind: 'added', after: 1 },
    { path: ['b'], kind: 'added', after: {} },
  ]);
});
