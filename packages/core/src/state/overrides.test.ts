import { expect, test } from 'vitest';
import type { Inputs, Override } from './inputs.ts';
import { withOverride, withoutOverrides } from './overrides.ts';

const one = (id: string): Override => ({
  id,
  patch: {},
  bytes: 2,
  by: '',
  reason: '',
  at: 0,
  persist: false,
});
const ids = ({ overrides = [] }: Inputs): readonly string[] => overrides.map(({ id }) => id);
const none: Inputs = { documents: [] };
const some = ['a', 'b', 'c'].map(one).reduce(withOverride, none);

test('withOverride() lays it on top, and leaves the inputs as they were', () => {
  expect(ids(some)).toEqual(['a', 'b', 'c']);
  expect(none.overrides).toBeUndefined();
});

test('withoutOverrides() takes these, or all', () => {
  expect(ids(withoutOverrides(some, ['b', 'x']))).toEqual(['a', 'c']);
  expect(ids(withoutOverrides(some))).toEqual([]);
  expect(ids(some)).toEqual(['a', 'b', 'c']);
});

test('withoutOverrides() gives the inputs themselves where none of them is there', () => {
  expect(withoutOverrides(some, ['x'])).toBe(some);
  expect(withoutOverrides(some, [])).toBe(some);
  expect(withoutOverrides(none)).toBe(none);
});
