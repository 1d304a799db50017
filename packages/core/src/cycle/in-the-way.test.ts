import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inTheWay } from './in-the-way.ts';

/** Numbers, some of which are in the way by themselves. */
const ranks = fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 60 }).chain((items) =>
  fc.record({
    items: fc.constant(items),
    guilty: fc.subarray(items, { minLength: 1 }),
  }),
);

test('inTheWay() finds all that are in the way, in their order', async () => {
  await fc.assert(
    fc.asyncProperty(ranks, async ({ items, guilty }) => {
      const would = async (left: readonly number[]) => !left.some((item) => guilty.includes(item));
      expect(await inTheWay(items, would, Infinity)).toEqual({ found: guilty, all: true });
    }),
  );
});

test('inTheWay() names what makes the rest do, also where only several together are in the way', async () => {
  await fc.assert(
    fc.asyncProperty(ranks, async ({ items, guilty }) => {
      const would = async (left: readonly number[]) => !guilty.every((item) => left.includes(item));
      const { found, all } = await inTheWay(items, would, Infinity);
      expect([all, found.length, guilty.includes(found[0]!)]).toEqual([true, 1, true]);
    }),
  );
});

test('inTheWay() asks no more often than it may, and names none that is not in the way', async () => {
  await fc.assert(
    fc.asyncProperty(ranks, fc.nat(20), async ({ items, guilty }, most) => {
      let asked = 0;
      const would = async (left: readonly number[]) => {
        asked += 1;
        return !left.some((item) => guilty.includes(item));
      };
      const { found, all } = await inTheWay(items, would, most);
      expect(asked).toBeLessThanOrEqual(most);
      expect(found).toEqual(all ? guilty : guilty.slice(0, found.length));
    }),
  );
});

test('inTheWay() finds one of a thousand with eleven questions', async () => {
  const items = Array.from({ length: 1_000 }, (_, i) => i);
  let asked = 0;
  const would = async (left: readonly number[]) => {
    asked += 1;
    return !left.includes(777);
  };
  expect(await inTheWay(items, would, 15)).toEqual({ found: [777], all: true });
  expect(asked).toBeLessThanOrEqual(11);
});
