import { expect, test } from 'vitest';
import type { NextPoll, SourceStatus, Status } from '../state/status.ts';
import { type LastPoll, showSummary } from './readings.ts';

const at = 1_000_000;
const source: SourceStatus = {
  name: 'remote',
  optional: false,
  loader: 'http',
  origin: undefined,
  state: 'fresh',
  from: 'origin',
  ageMs: 0,
  lastSuccessAt: at,
  lastFailure: undefined,
  level: 0,
  next: { at: at + 60_000, because: 'interval' },
  breaker: 'closed',
  validation: 'valid',
  waiting: undefined,
};

/** What is shown of a config with these sources, by name and labels. */
function shown(
  sources: readonly Partial<SourceStatus>[],
  { last, ...more }: Partial<Status> & { readonly last?: LastPoll } = {},
): Record<string, number> {
  const whole = sources.map((each) => ({ ...source, ...each }));
  const status: Status = {
    ...whole[0]!,
    config: 'app',
    paused: false,
    version: 1,
    pendingRestart: [],
    pinned: undefined,
    diverged: [],
    overrides: 0,
    sources: whole,
    ...more,
  };
  const numbers: Record<string, number> = {};
  showSummary(
    { at, configs: [status] },
    () => last,
    (name, value, labels) => (numbers[`${name} ${Object.values(labels).join(' ')}`] = value),
  );
  return numbers;
}

test.each([
  ['start', 0],
  ['interval', 0],
  ['max-age', 0],
  ['push', 0],
  ['resume', 0],
  ['backoff', 90],
  ['slow', 90],
  ['retry-after', 90],
  ['breaker', 90],
] satisfies [NextPoll['because'], number][])(
  'showSummary() shows for a next poll because of "%s" a backoff of %d s',
  (because, seconds) => {
    const next = { at: at + 90_000, because };
    expect(shown([{ next }])['reload_backoff_seconds app']).toBe(seconds);
  },
);

test('showSummary() shows the longest backoff of several sources, and each of them by itself', () => {
  const numbers = shown([
    { name: 'a', ageMs: undefined, next: { at: at + 5_000, because: 'backoff' } },
    { name: 'b', ageMs: 7_000, next: { at: at + 9_000, because: 'slow' } },
    { name: 'c', next: { at: at - 3_000, because: 'interval' } },
  ]);
  expect(numbers).toMatchObject({
    'reload_backoff_seconds app': 9,
    'config_age_seconds app b': 7,
    'config_overdue_seconds app b': 0,
    'config_overdue_seconds app c': 3,
  });
  expect(numbers).not.toHaveProperty('config_age_seconds app a');
});

test.each([
  [undefined, 0],
  ['document', 1],
  ['all', 1],
] as const)('showSummary() shows a status that says pinned: %s as %d', (pinned, value) => {
  expect(shown([source], { pinned })['config_pinned app']).toBe(value);
});

test('showSummary() shows one breaker for each origin, whoever shares it', () => {
  const origin = 'https://config.test';
  const numbers = shown([
    { name: 'a', origin, breaker: 'half-open' },
    { name: 'b', origin, breaker: 'half-open' },
    { name: 'c' },
  ]);
  const breakers = Object.entries(numbers).filter(([key]) => key.startsWith('config_breaker'));
  expect(breakers).toEqual([
    [`config_breaker_state ${origin} closed`, 0],
    [`config_breaker_state ${origin} open`, 0],
    [`config_breaker_state ${origin} half-open`, 1],
  ]);
});

test('showSummary() shows no negative time after the wall clock stepped back', () => {
  const last: LastPoll = { at: at + 9_000, next: { at: at + 1_000, because: 'interval' } };
  const numbers = shown([{ next: undefined, ageMs: -4_000 }], { last });
  const times = Object.entries(numbers).filter(([key]) => key.includes('_seconds'));
  expect(times.filter(([, value]) => value !== 0)).toEqual([]);
  expect(times).toHaveLength(4);
});
