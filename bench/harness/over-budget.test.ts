import { expect, test } from 'vitest';
import { over } from './over-budget.ts';

const why = 'a few files';

test('over() asks for a reason when the bundle is over its budget', () => {
  expect(over({ id: 'bundle', value: 16.01, most: 16, why })).toEqual([
    'bundle is 16.010, and 16 is its budget: a few files',
  ]);
  expect(over({ id: 'bundle', value: 16, most: 16, why })).toEqual([]);
});

test('over() fails nobody when a time is over its budget', () => {
  expect(over({ id: 'import', value: 80, most: 8, why })).toEqual([]);
});

test('over() misses the reason when a budget has none', () => {
  expect(over({ id: 'import', value: 1, most: 8, why: ' ' })).toEqual([
    'bench/budget.json does not say why import may be 8',
  ]);
});
