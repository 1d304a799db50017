import { mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { resolveConfig } from '../options/config.ts';
import { createContext } from '../cycle/context.fixture.ts';
import { unwise, warn } from './warn.ts';

test.each([
  [{ polling: { intervalMs: 5_000 } }, []],
  [
    { polling: { intervalMs: 60 } },
    [/^polling.intervalMs \(60\) is below a second: durations are milli/],
  ],
  [
    { polling: { intervalMs: 5_000, deadlineMs: 6_000 } },
    [/^polling.deadlineMs \(6000\) is longer than polling.intervalMs \(5000\)/],
  ],
  [{ maxStaleMs: 5_000 }, [/^maxStaleMs \(5000\) is shorter than polling.intervalMs \(60000\)/]],
])('unwise() of %j', (options, expected) => {
  const { sources, maxStaleMs } = resolveConfig('app', { loader: mockLoader(), ...options });
  const messages = unwise(sources[0]!.polling, maxStaleMs);
  expect(messages).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
});

const short = { intervalMs: 500 };
const text = 'polling.intervalMs (500) is below a second: durations are milliseconds';

test.each<[string, object, object, [string, string][]]>([
  ['the polling that all share, once', {}, { polling: short }, [['low', text]]],
  ['the polling of one', { polling: short }, {}, [['high', `source "high": ${text}`]]],
  [
    'two of their own, each',
    { polling: { intervalMs: 500 } },
    { polling: { ...short } },
    [
      ['low', `source "low": ${text}`],
      ['high', `source "high": ${text}`],
    ],
  ],
])('warn() tells of %s', (_, high, options, expected) => {
  const context = createContext();
  const told: [string, string][] = [];
  context.events.on('config.warned', ({ source, message }) => told.push([source, message]));
  const loader = mockLoader();
  const sources = [
    { name: 'low', loader },
    { name: 'high', loader, ...high },
  ];
  warn({ policy: resolveConfig('app', { sources, ...options }), context, closed: false });
  expect(told).toEqual(expected);
});
