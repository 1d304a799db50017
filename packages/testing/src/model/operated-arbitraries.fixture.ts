import fc from 'fast-check';
import type { Content } from './operated-value.fixture.ts';

const maybe = (max: number): fc.Arbitrary<number | undefined> =>
  fc.option(fc.integer({ min: 0, max }), { nil: undefined });

/** What is right beside everything: so nothing depends on what a participant agrees to first. */
export const good = fc
  .record({
    a: maybe(4),
    b: fc.option(fc.integer({ min: 4, max: 8 }), { nil: undefined }),
    c: maybe(2),
    n: fc.option(fc.record({ x: maybe(4), y: maybe(2) }), { nil: undefined }),
  })
  .map((content) => JSON.parse(JSON.stringify(content)) as Content);

/** An empty one is refused. */
export const goodPatch: fc.Arbitrary<Content> = good.filter(
  (content) => Object.keys(content).length > 0,
);

/** Refused where nothing above makes up for it. */
export const bad: fc.Arbitrary<Content> = fc.constantFrom<Content>(
  { a: 6 },
  { b: 3 },
  { c: 3 },
  { a: 9, b: 9 },
  { n: { x: 6 } },
);

/** Of an override. */
export const ttl = fc.constantFrom(undefined, 10_000, 50_000, 100_000);

/** Who does it, and why. */
export const because = { by: 'model', reason: 'test' } as const;
