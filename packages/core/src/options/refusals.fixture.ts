import { expect } from 'vitest';
import { HoldfastError } from '../errors.ts';

/** What a call refuses its options with. */
export function refusalOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(HoldfastError);
    const { code, message } = error as HoldfastError;
    expect(code).toBe('INVALID_OPTIONS');
    return message;
  }
  throw new Error('it was accepted');
}

/** A value of each type, and how a message shows it. */
export const VALUES: readonly (readonly [value: unknown, shown: string])[] = [
  [null, 'null'],
  [true, 'true'],
  [false, 'false'],
  [-1, '-1'],
  [0, '0'],
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity'],
  [2 ** 53, '9007199254740992'],
  [10n, '10'],
  ['', '""'],
  ['60_000', '"60_000"'],
  [Symbol('s'), 'Symbol(s)'],
  [() => 1, 'a function'],
  [[], 'an array'],
  [{ password: 'hunter2' }, 'an object'],
  [new Date(0), 'a Date'],
];

/** How the message shows a value: of a text in the place of an object its kind alone. */
export function shownFor(allowed: string, value: unknown, shown: string): string {
  return allowed === 'an object' && typeof value === 'string' ? 'a text' : shown;
}

/** Those of `VALUES` that are no objects, in the place of one. */
export const NO_OBJECTS: typeof VALUES = VALUES.filter(
  ([value]) => typeof value !== 'object' || !value || Array.isArray(value),
).map(([value, shown]) => [value, shownFor('an object', value, shown)]);

/** Those of `VALUES` that are none of these. */
export function without(...allowed: readonly unknown[]): typeof VALUES {
  return VALUES.filter(([value]) => !allowed.some((one) => Object.is(one, value)));
}
