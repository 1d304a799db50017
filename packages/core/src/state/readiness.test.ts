import { expect, test } from 'vitest';
import type { Provenance } from '../state/status.ts';
import { lowest, readiness } from './readiness.ts';

const facts = (sources: [Provenance, settled: boolean, required?: boolean][], more = {}) => ({
  hasValue: true,
  recent: false,
  sources: sources.map(([from, settled, required = true]) => ({ from, settled, required })),
  ...more,
});

test.each<[string, ReturnType<typeof facts>, Provenance | undefined, Provenance | undefined]>([
  [
    'no value, source tried',
    facts([['defaults', true]], { hasValue: false }),
    undefined,
    undefined,
  ],
  ['confirmed', facts([['origin', true]]), 'origin', 'origin'],
  ['confirmed by a push before the first poll', facts([['origin', false]]), 'origin', 'origin'],
  ['cached, not tried yet', facts([['cache', false]]), undefined, undefined],
  ['cached recently', facts([['cache', false]], { recent: true }), 'cache', undefined],
  ['cached, tried in vain', facts([['cache', true]]), 'cache', undefined],
  ['defaults, not tried yet', facts([['defaults', false]]), undefined, undefined],
  ['defaults, tried in vain', facts([['defaults', true]]), 'defaults', undefined],
  [
    'one confirmed, one cached',
    facts([
      ['origin', true],
      ['cache', true],
    ]),
    'cache',
    undefined,
  ],
  [
    'one confirmed, one not tried yet',
    facts([
      ['origin', true],
      ['cache', false],
    ]),
    undefined,
    undefined,
  ],
  [
    'one confirmed, an optional one tried in vain',
    facts([
      ['origin', true],
      ['defaults', true, false],
    ]),
    'origin',
    'origin',
  ],
  [
    'one confirmed, an optional one not tried yet',
    facts([
      ['origin', true],
      ['defaults', false, false],
    ]),
    undefined,
    undefined,
  ],
  [
    'optional ones alone, tried in vain',
    facts([['defaults', true, false]]),
    'defaults',
    'defaults',
  ],
  [
    'all kinds',
    facts([
      ['origin', true],
      ['cache', true],
      ['defaults', true],
    ]),
    'defaults',
    undefined,
  ],
])('readiness() with %s', (_, given, any, origin) => {
  expect(readiness(given, 'any')).toBe(any);
  expect(readiness(given, 'origin')).toBe(origin);
});

test('lowest() is the lowest that a source still uses', () => {
  expect(
    lowest(
      facts([
        ['origin', true],
        ['cache', true],
      ]).sources,
    ),
  ).toBe('cache');
  expect(lowest(facts([['origin', true]]).sources)).toBe('origin');
  expect(
    lowest(
      facts([
        ['cache', true],
        ['defaults', true],
      ]).sources,
    ),
  ).toBe('defaults');
});
