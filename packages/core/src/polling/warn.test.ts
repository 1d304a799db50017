import { mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { resolveConfig } from '../options/config.ts';
import { unwise } from './warn.ts';

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
