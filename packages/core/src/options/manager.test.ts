import { expect, test } from 'vitest';
import { systemClock } from '../ports/clock.ts';
import { type ManagerOptions, resolveManager } from './manager.ts';
import { VALUES, refusalOf, shownFor } from './refusals.fixture.ts';

const resolve = (options: unknown) => resolveManager(options as ManagerOptions);

interface Rule {
  readonly allowed: string;
  /** Of the table of values, those that are right after all. */
  readonly fits: (value: unknown) => boolean;
}

const never = (): boolean => false;

/** Of every option there is, or this does not compile. */
const RULES: { readonly [K in keyof Required<ManagerOptions>]: Rule } = {
  cache: { allowed: 'an object with read(), write(), remove()', fits: never },
  cacheKeys: {
    allowed: '',
    fits: () => true, // never shown: cache-keys.test.ts
  },
  environment: { allowed: 'a text', fits: (value) => typeof value === 'string' },
  logger: { allowed: 'an object with debug(), info(), warn(), error()', fits: never },
  maxConcurrentPolls: { allowed: 'a whole number of at least 1', fits: never },
  breaker: { allowed: 'an object', fits: (value) => value === false || Object(value) === value },
  audit: { allowed: 'an object', fits: (value) => Object(value) === value },
  clock: { allowed: 'an object with now(), monotonic(), setTimer()', fits: never },
  random: { allowed: 'a function', fits: (value) => typeof value === 'function' },
};

const cases = Object.entries(RULES).flatMap(([option, { allowed, fits }]) =>
  VALUES.filter(([value]) => !fits(value)).map(([value, shown]) => ({
    option,
    allowed,
    value,
    shown: shownFor(allowed, value, shown),
  })),
);

test.each(cases)(
  'resolveManager() refuses $option: $shown',
  ({ option, allowed, value, shown }) => {
    expect(refusalOf(() => resolve({ [option]: value }))).toBe(
      `Cannot use "${option}" of the config manager as it must be ${allowed}: current value is ${shown}`,
    );
  },
);

test('resolveManager() refuses what is no object, and names the nearest option', () => {
  expect(refusalOf(() => resolve(null))).toBe(
    'Cannot use "options" of the config manager as it must be an object: current value is null',
  );
  expect(refusalOf(() => resolve({ enviroment: 'staging' }))).toBe(
    'Cannot use option "enviroment" of the config manager: it is unknown; did you mean "environment"?',
  );
});

test('resolveManager() fills in the defaults of the design', () => {
  expect(resolve({ cache: undefined })).toEqual({
    cache: undefined,
    cacheKeys: [],
    environment: '',
    logger: undefined,
    maxConcurrentPolls: 16,
    breakerFailures: 5,
    audit: { keep: 1_000, sink: undefined },
    clock: systemClock,
    random: expect.any(Function) as () => number,
  });
});

test('resolveManager() takes console for a logger', () => {
  expect(resolve({ logger: console }).logger).toBe(console);
});
