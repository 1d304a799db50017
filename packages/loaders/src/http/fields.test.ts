import { expect, test } from 'vitest';
import { fieldOf, onlyField } from './fields.ts';

const fields = { once: ' a ', twice: ['a  ', ' b\t'] };

test('fieldOf() joins what came more than once, without the white space around each', () => {
  expect(['once', 'twice', 'never', 'constructor'].map((name) => fieldOf(fields, name))).toEqual([
    'a',
    'a, b',
    undefined,
    undefined,
  ]);
});

test('onlyField() gives nothing of what came more than once', () => {
  expect(['once', 'twice', 'never'].map((name) => onlyField(fields, name))).toEqual([
    'a',
    undefined,
    undefined,
  ]);
});
