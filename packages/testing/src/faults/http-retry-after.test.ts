import { expect, test } from 'vitest';
import { crossed } from './cases.fixture.ts';
import { LOADERS, inForce } from './http.fixture.ts';
import { answer, document, origin } from './origin.fixture.ts';

/** The manual clock begins at 2026-01-01T00:00:00Z. Longest wait, and least and plain backoff at the first failure. */
const LONGEST_MS = 300_000;
const LEAST_MS = 10_000;
const BACKOFF_MS = 120_000;

/** Fields, and the bounds of the wait where they count; else it is that of the backoff. */
const fields: [string, readonly string[], (readonly [number, number])?][] = [
  ['none', []],
  ['0', ['Retry-After: 0']],
  ['-1', ['Retry-After: -1']],
  ['1', ['Retry-After: 1']],
  ['1.5', ['Retry-After: 1.5']],
  ['250.5', ['Retry-After: 250.5']],
  ['+250', ['Retry-After: +250']],
  ['1e9', ['Retry-After: 1e9']],
  ['0x99', ['Retry-After: 0x99']],
  ['soon', ['Retry-After: soon']],
  ['nothing', ['Retry-After: ']],
  ['NaN', ['Retry-After: NaN']],
  ['Infinity', ['Retry-After: Infinity']],
  ['two fields', ['Retry-After: 250', 'Retry-After: 260']],
  ['two values', ['Retry-After: 250, 260']],
  ['a past date', ['Retry-After: Thu, 01 Jan 1970 00:00:00 GMT']],
  ['a date of another kind', ['Retry-After: 2026-01-02T00:00:00Z']],
  ['a date that is none', ['Retry-After: Thu, 41 Foo 2026 00:00:00 GMT']],
  ['250', ['Retry-After: 250'], [250_000, 275_000]],
  ['a future date', ['Retry-After: Thu, 01 Jan 2026 00:04:10 GMT'], [190_000, 275_000]],
  ['an hour', ['Retry-After: 3600'], [LONGEST_MS, LONGEST_MS]],
  ['2^31 ms', ['Retry-After: 2147484'], [LONGEST_MS, LONGEST_MS]],
  ['99999999999', ['Retry-After: 99999999999'], [LONGEST_MS, LONGEST_MS]],
  ['a thousand digits', [`Retry-After: ${'9'.repeat(1_000)}`], [LONGEST_MS, LONGEST_MS]],
  ['the year 9999', ['Retry-After: Fri, 31 Dec 9999 23:59:59 GMT'], [LONGEST_MS, LONGEST_MS]],
];

test.each(crossed(fields, LOADERS))(
  'H14 Retry-After (%s) can only lengthen the wait, up to the longest one (%s)',
  async (_, __, make, headers, bounds) => {
    await using server = await origin();
    for (const status of [429, 503]) {
      server.play(document({ n: 1 }));
      await using app = await inForce(make, server.url);
      server.play(answer(status, headers, 'slow down'));
      const because = bounds ? 'retry-after' : 'backoff';
      await app.fails({ says: [server.hostPort, `status ${status}`], status, because });
      const waitMs = app.app.status.next!.at - app.clock.now();
      const [leastMs, mostMs] = bounds ?? [LEAST_MS, BACKOFF_MS];
      expect(waitMs).toBeGreaterThanOrEqual(leastMs - 1);
      expect(waitMs).toBeLessThanOrEqual(mostMs);
      // nobody is asked before that time, and then at once
      const asked = server.requests.length;
      await app.clock.advance(Math.floor(waitMs) - 1);
      expect(server.requests).toHaveLength(asked);
      server.play(document({ n: 2 }));
      await app.heals({ n: 2 });
    }
  },
);

test.each(LOADERS)(
  'H14 Retry-After never makes polls closer, however many answers bear it (%s)',
  async (_, make) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    server.play(answer(503, ['Retry-After: 0']), answer(429, ['Retry-After: -5']));
    const began = app.clock.now();
    for (let n = 0; n < 10; n++) await app.fails({ says: 'status' });
    const asked = server.requests.length - 1;
    expect(asked).toBe(10);
    expect(app.clock.now() - began).toBeGreaterThanOrEqual(asked * LEAST_MS - asked);
  },
);
