import { expect, test } from 'vitest';
import { OptionCheck } from './check.ts';
import { type IntervalStrategy, type PollingOptions, resolvePolling } from './polling.ts';
import { NO_OBJECTS, VALUES, refusalOf, shownFor } from './refusals.fixture.ts';

const resolve = (options: unknown) =>
  resolvePolling(options as PollingOptions, new OptionCheck('config "app"'), 'polling');

const MAX = 2_147_483_647;

/** What each option must be; of every one there is, or this does not compile. */
const ALLOWED: { readonly [K in keyof Required<PollingOptions>]: string } = {
  intervalMs: `a number from 1 to ${MAX}`,
  minIntervalMs: 'a number from 1 to 60000 (intervalMs)',
  maxIntervalMs: `a number from 60000 to ${MAX}`,
  deadlineMs: `a number from 1 to ${MAX}`,
  revalidateMs: `a number from 1 to ${MAX}`,
  strategy: '"fixed", "adaptive" or a function',
  backoff: 'an object',
};

const cases = Object.entries(ALLOWED).flatMap(([option, allowed]) =>
  VALUES.filter(([value]) => {
    if (option === 'strategy') return typeof value !== 'function';
    if (option === 'backoff') return typeof value !== 'object' || !value || Array.isArray(value);
    return true;
  }).map(([value, shown]) => ({ option, allowed, value, shown: shownFor(allowed, value, shown) })),
);

test.each(cases)(
  'resolvePolling() refuses $option: $shown',
  ({ option, allowed, value, shown }) => {
    expect(refusalOf(() => resolve({ [option]: value }))).toBe(
      `Cannot use "polling.${option}" of config "app" as it must be ${allowed}: current value is ${shown}`,
    );
  },
);

test.each<[PollingOptions, string]>([
  [
    { intervalMs: 2 ** 31 },
    `"polling.intervalMs" of config "app" as it must be a number from 1 to ${MAX}: current value is 2147483648`,
  ],
  [
    { intervalMs: 0.5 },
    `"polling.intervalMs" of config "app" as it must be a number from 1 to ${MAX}: current value is 0.5`,
  ],
  [
    { intervalMs: 5_000, minIntervalMs: 6_000 },
    '"polling.minIntervalMs" of config "app" as it must be a number from 1 to 5000 (intervalMs): current value is 6000',
  ],
  [
    { minIntervalMs: 60_001 },
    '"polling.minIntervalMs" of config "app" as it must be a number from 1 to 60000 (intervalMs): current value is 60001',
  ],
  [
    { intervalMs: 400_000, maxIntervalMs: 300_000 },
    `"polling.maxIntervalMs" of config "app" as it must be a number from 400000 to ${MAX}: current value is 300000`,
  ],
  [
    { maxIntervalMs: 59_999 },
    `"polling.maxIntervalMs" of config "app" as it must be a number from 60000 to ${MAX}: current value is 59999`,
  ],
  [
    { minIntervalMs: 20_000, backoff: { maxMs: 19_999 } },
    `"polling.backoff.maxMs" of config "app" as it must be a number from 20000 to ${MAX}: current value is 19999`,
  ],
  [
    { backoff: { maxMs: NaN } },
    `"polling.backoff.maxMs" of config "app" as it must be a number from 10000 to ${MAX}: current value is NaN`,
  ],
])('resolvePolling() refuses %j', (options, message) => {
  expect(refusalOf(() => resolve(options))).toBe(`Cannot use ${message}`);
});

test('resolvePolling() names the nearest option, also within backoff', () => {
  expect(refusalOf(() => resolve({ interval: 1 }))).toBe(
    'Cannot use option "polling.interval" of config "app": it is unknown; did you mean "polling.intervalMs"?',
  );
  expect(refusalOf(() => resolve({ backoff: { max: 1 } }))).toBe(
    'Cannot use option "polling.backoff.max" of config "app": it is unknown; did you mean "polling.backoff.maxMs"?',
  );
});

test.each(NO_OBJECTS)('resolvePolling() refuses %s for all of it', (value, shown) => {
  expect(refusalOf(() => resolve(value))).toBe(
    `Cannot use "polling" of config "app" as it must be an object: current value is ${shown}`,
  );
});

test('resolvePolling() fills in the defaults of the design', () => {
  expect(resolve({})).toEqual({
    intervalMs: 60_000,
    minIntervalMs: 10_000,
    maxIntervalMs: 300_000,
    deadlineMs: 10_000,
    revalidateMs: 3_600_000,
    backoffMaxMs: 300_000,
    strategy: expect.any(Function),
  });
});

test('resolvePolling() lets min and max follow the interval, and takes undefined for left out', () => {
  expect(resolve({ intervalMs: 5_000, minIntervalMs: undefined })).toMatchObject({
    minIntervalMs: 5_000,
  });
  expect(resolve({ intervalMs: 400_000, backoff: undefined })).toMatchObject({
    maxIntervalMs: 400_000,
  });
  const slow = resolve({ intervalMs: 1e6, minIntervalMs: 1e6 });
  expect(slow.backoffMaxMs).toBe(1e6);
});

test('resolvePolling() takes both ends of each range', () => {
  expect(() => resolve({ intervalMs: MAX })).not.toThrow();
  expect(() => resolve({ intervalMs: 1, minIntervalMs: 1, maxIntervalMs: 1 })).not.toThrow();
});

test.each<[IntervalStrategy | 'fixed' | 'adaptive', number, number]>([
  ['fixed', 0, 60_000],
  ['fixed', 5, 60_000],
  ['adaptive', 0, 90_000],
  ['adaptive', 1, 90_000],
  ['adaptive', 2, 60_000],
  ['adaptive', 4, 60_000],
  ['adaptive', 5, 30_000],
  [({ intervalMs, changesInLastHour }) => intervalMs + changesInLastHour, 3, 60_003],
])('resolvePolling() with strategy %s and %i changes gives %i ms', (strategy, changes, ms) => {
  const facts = { intervalMs: 60_000, changesInLastHour: changes };
  expect(resolve({ strategy }).strategy(facts)).toBe(ms);
});
