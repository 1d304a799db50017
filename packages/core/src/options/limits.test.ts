import { expect, test } from 'vitest';
import type { Limits } from '../ports/limits.ts';
import { OptionCheck } from './check.ts';
import { resolveLimits } from './limits.ts';
import { refusalOf, VALUES } from './refusals.fixture.ts';

const resolve = (options: unknown) =>
  resolveLimits(options as Partial<Limits>, new OptionCheck('config "app"'));

/** What each limit must be; of every one there is, or this does not compile. */
const ALLOWED: { readonly [K in keyof Limits]: string } = {
  maxWireBytes: 'a whole number of at least 1',
  maxBytes: 'a whole number of at least 1',
  maxDepth: 'a whole number from 1 to 1000',
  maxKeys: 'a whole number of at least 1',
};

const values = [...VALUES, [1.5, '1.5'] as const];
const cases = Object.entries(ALLOWED).flatMap(([option, allowed]) =>
  values.map(([value, shown]) => ({ option, allowed, value, shown })),
);

test.each(cases)('resolveLimits() refuses $option: $shown', ({ option, allowed, value, shown }) => {
  expect(refusalOf(() => resolve({ [option]: value }))).toBe(
    `Cannot use "limits.${option}" of config "app" as it must be ${allowed}: current value is ${shown}`,
  );
});

test('resolveLimits() refuses a depth that recursion could not walk', () => {
  expect(resolve({ maxDepth: 1_000 }).maxDepth).toBe(1_000);
  expect(() => resolve({ maxDepth: 1_001 })).toThrow('from 1 to 1000: current value is 1001');
});

test('resolveLimits() refuses null and names the nearest limit', () => {
  expect(refusalOf(() => resolve(null))).toBe(
    'Cannot use "limits" of config "app" as it must be an object: current value is null',
  );
  expect(refusalOf(() => resolve({ maxByte: 1 }))).toBe(
    'Cannot use option "limits.maxByte" of config "app": it is unknown; did you mean "limits.maxBytes"?',
  );
});

test('resolveLimits() fills in the defaults of the design', () => {
  const defaults = { maxWireBytes: 16_777_216, maxBytes: 33_554_432, maxDepth: 64, maxKeys: 1e6 };
  expect(resolve(undefined)).toEqual(defaults);
  expect(resolve({ maxDepth: 5, maxKeys: undefined })).toEqual({ ...defaults, maxDepth: 5 });
});
