import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { HoldfastError, LoadError } from '../errors.ts';
import { OptionCheck } from '../options/check.ts';
import { type IntervalStrategy, type PollingOptions, resolvePolling } from '../options/polling.ts';
import type { Outcome } from '../outcome.ts';
import { newborn } from '../state/health.ts';
import { longestWait } from './longest-wait.ts';
import { nextWait, type WaitFacts } from './next-wait.ts';

const HOUR_MS = 3_600_000;
const unchanged: Outcome = { kind: 'unchanged' };
const failed = (error: HoldfastError): Outcome => ({ kind: 'failed', error });

function facts(polling: PollingOptions = {}, more: Partial<WaitFacts> = {}): WaitFacts {
  const policy = resolvePolling(polling, new OptionCheck('config "app"'), 'polling');
  return {
    policy,
    health: newborn,
    hints: undefined,
    watched: false,
    first: false,
    now: 0,
    ...more,
  };
}

const fixed = { strategy: 'fixed' } as const;

test.each([
  [0, 54_000],
  [0.5, 60_000],
  [0.999_999, 66_000],
])('nextWait() gives the interval with ±10 %% jitter, at chance %f', (random, ms) => {
  const wait = nextWait(unchanged, facts(fixed), random);
  expect({ ...wait, ms: Math.round(wait.ms) }).toEqual({ ms, because: 'interval' });
});

test.each([
  [0, 90_000],
  [1, 90_000],
  [2, 60_000],
  [4, 60_000],
  [5, 30_000],
])('nextWait() adapts to %i changes in the last hour', (changes, ms) => {
  const now = 2 * HOUR_MS;
  const changeTimes = Array.from({ length: changes }, (_, i) => now - HOUR_MS + 1 + i);
  const health = { ...newborn, changeTimes };
  expect(nextWait(unchanged, facts({}, { health, now }), 0.5).ms).toBe(ms);
});

test('nextWait() forgets changes that are an hour old', () => {
  const health = { ...newborn, changeTimes: [0, 0, 0, 0, 1] };
  expect(nextWait(unchanged, facts({}, { health, now: HOUR_MS }), 0.5).ms).toBe(90_000);
});

test('nextWait() hands a strategy the base and the changes, nothing compounding', () => {
  const strategy = vi.fn<IntervalStrategy>(() => 20_000);
  const health = { ...newborn, changeTimes: [1, 2, 3] };
  expect(nextWait(unchanged, facts({ strategy }, { health, now: 4 }), 0.5).ms).toBe(20_000);
  expect(strategy.mock.calls).toEqual([[{ intervalMs: 60_000, changesInLastHour: 3 }]]);
});

test.each<[string, IntervalStrategy, number]>([
  ['gives nonsense', () => NaN, 60_000],
  ['gives a negative wait', () => -1, 60_000],
  ['gives nothing', () => undefined as never, 60_000],
  ['gives a bigint', () => 5n as never, 60_000],
  ['throws', () => expect.fail('as it may'), 60_000],
  ['gives no wait at all', () => 0, 11_000],
  ['gives more than the longest wait', () => 1e9, 285_000],
  ['gives infinity', () => Infinity, 285_000],
])('nextWait() goes on polling when the strategy %s', (_, strategy, ms) => {
  expect(nextWait(unchanged, facts({ strategy }), 0.5)).toEqual({ ms, because: 'interval' });
});

test('nextWait() gives the second poll of all a random phase, no nearer than the minimum', () => {
  const first = facts(fixed, { first: true });
  expect(nextWait(unchanged, first, 0).ms).toBe(10_000);
  expect(nextWait(unchanged, first, 0.25).ms).toBe(25_000);
  expect(nextWait(unchanged, first, 0.999_999).ms).toBeCloseTo(76_000, -2);
});

test('nextWait() stretches to the longest interval while something watches', () => {
  expect(nextWait(unchanged, facts({}, { watched: true }), 0).ms).toBe(270_000);
  expect(nextWait(unchanged, facts({}, { watched: true }), 0.9).ms).toBe(297_000);
});

test('nextWait() plays with chance within the bounds, so that a fleet is not gathered by them', () => {
  const atMin = facts({ ...fixed, intervalMs: 10_000 });
  expect([0, 0.5].map((random) => nextWait(unchanged, atMin, random).ms)).toEqual([10_000, 11_000]);
  const first = facts({ ...fixed, intervalMs: 10_000 }, { first: true });
  expect([0, 0.5].map((random) => nextWait(unchanged, first, random).ms)).toEqual([10_000, 15_500]);
  const only = facts({ ...fixed, minIntervalMs: 60_000, maxIntervalMs: 60_000 });
  expect([0, 0.5].map((random) => nextWait(unchanged, only, random).ms)).toEqual([60_000, 60_000]);
});

test.each<[number | undefined, string, number, string]>([
  [undefined, 'says nothing', 60_000, 'interval'],
  [5_000, 'asks for less', 60_000, 'interval'],
  [-1, 'asks for nonsense', 60_000, 'interval'],
  [NaN, 'asks for what is no number', 60_000, 'interval'],
  [120_000, 'asks for more', 126_000, 'max-age'],
  [1e12, 'asks for a year', 300_000, 'max-age'],
  [Infinity, 'asks for eternity', 300_000, 'max-age'],
])(
  'nextWait() is lengthened at most: the source asks for %s, it %s',
  (freshForMs, _, ms, because) => {
    const wait = nextWait(unchanged, facts(fixed, { hints: { freshForMs } }), 0.5);
    expect(wait).toEqual({ ms, because });
  },
);

test.each<[Outcome, string]>([
  [{ kind: 'refused', error: new HoldfastError('SCHEMA_FAILED', 'no') }, 'refused'],
  [{ kind: 'held', until: 1 }, 'held'],
  [{ kind: 'accepted', version: 2, changed: true }, 'accepted'],
])('nextWait() is the plain interval after %o', (outcome) => {
  const health = { ...newborn, level: 7, troubles: 7, succeeded: false };
  expect(nextWait(outcome, facts(fixed, { health }), 0.5)).toEqual({
    ms: 60_000,
    because: 'interval',
  });
});

test.each(['refused', 'vetoed'] as const)(
  'nextWait() takes no promise from a document that was %s',
  (kind) => {
    const outcome: Outcome = { kind, error: new HoldfastError('SCHEMA_FAILED', 'no') };
    const wait = nextWait(outcome, facts(fixed, { hints: { freshForMs: 120_000 } }), 0.5);
    expect(wait).toEqual({ ms: 60_000, because: 'interval' });
  },
);

test('nextWait() backs off after a failure, from the interval and the level', () => {
  const health = { ...newborn, level: 2 };
  const wait = nextWait(failed(new LoadError('no')), facts({}, { health }), 0.5);
  expect(wait).toEqual({ ms: 125_000, because: 'backoff' });
});

test('nextWait() backs off after an error that no loader made', () => {
  const error = new HoldfastError('DECODE_FAILED', 'no');
  expect(nextWait(failed(error), facts(), 0.5).because).toBe('backoff');
});

test('nextWait() goes slow, never to a stop, where somebody has to mend it', () => {
  const slow = failed(new LoadError('403', { retry: 'slow' }));
  expect(nextWait(slow, facts(), 0)).toEqual({ ms: 270_000, because: 'slow' });
  expect(nextWait(slow, facts({ backoff: { maxMs: 600_000 } }), 0.5).ms).toBe(570_000);
});

test.each<[number | undefined, number, string]>([
  [undefined, 65_000, 'backoff'],
  [1_000, 65_000, 'backoff'],
  [NaN, 65_000, 'backoff'],
  [100_000, 105_000, 'retry-after'],
  [1e12, 300_000, 'retry-after'],
])(
  'nextWait() waits as long as the source asks (%s ms), up to the longest wait',
  (retryAfterMs, ms, because) => {
    const health = { ...newborn, level: 1 };
    const error = new LoadError('429', { retryAfterMs });
    expect(nextWait(failed(error), facts({}, { health }), 0.5)).toEqual({ ms, because });
  },
);

test('nextWait() honours a LoadError of another copy of this package', async () => {
  vi.resetModules();
  const copy = await import('../errors.ts');
  expect(copy.LoadError).not.toBe(LoadError);
  const slow = new copy.LoadError('403', { retry: 'slow' });
  expect(nextWait(failed(slow), facts(), 0).because).toBe('slow');
  const busy = new copy.LoadError('429', { retryAfterMs: 250_000 });
  expect(nextWait(failed(busy), facts(), 0)).toEqual({ ms: 250_000, because: 'retry-after' });
});

test('nextWait() is never nearer than the minimum nor longer than the longest wait', () => {
  const ms = fc.oneof(fc.double(), fc.integer({ min: -1, max: 1e9 }));
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const outcome = fc.oneof(
    fc.constant(unchanged),
    fc
      .record({ retry: fc.constantFrom('now', 'backoff', 'slow'), retryAfterMs: ms })
      .map((options) => failed(new LoadError('no', options as never))),
  );
  const polling = fc
    .tuple(fc.integer({ min: 1, max: 1e6 }), fc.nat(1e6), fc.nat(1e6), fc.nat(1e6))
    .map(([minIntervalMs, a, b, c]) => ({
      minIntervalMs,
      intervalMs: minIntervalMs + a,
      maxIntervalMs: minIntervalMs + a + b,
      backoff: { maxMs: minIntervalMs + c },
    }));
  const rest = fc.record({
    level: fc.nat(2_000),
    freshForMs: ms,
    strategyMs: ms,
    first: fc.boolean(),
    watched: fc.boolean(),
  });
  fc.assert(
    fc.property(
      outcome,
      polling,
      rest,
      chance,
      (any, options, { level, freshForMs, strategyMs, ...state }, random) => {
        const given = facts(
          { ...options, strategy: () => strategyMs },
          { health: { ...newborn, level }, hints: { freshForMs }, ...state },
        );
        const wait = nextWait(any, given, random);
        expect(wait.ms).toBeGreaterThanOrEqual(options.minIntervalMs);
        expect(wait.ms).toBeLessThanOrEqual(longestWait(given.policy));
      },
    ),
    { numRuns: 500 },
  );
});
