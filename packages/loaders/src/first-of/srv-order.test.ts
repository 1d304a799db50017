import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SrvRecord, srvOrder } from './srv-order.ts';

const record = (name: string, priority: number, weight: number): SrvRecord => ({
  name,
  port: 443,
  priority,
  weight,
});

describe('srvOrder()', () => {
  test('puts lower priorities first, whatever chance says', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            priority: fc.nat(3),
            weight: fc.nat(9),
            chance: fc.double({ min: 0, max: 1, noNaN: true }),
          }),
        ),
        (given) => {
          const chances = new Map(
            given.map(({ priority, weight, chance }, i) => [
              record(`h${i}`, priority, weight),
              chance,
            ]),
          );
          const order = srvOrder([...chances.keys()], (each) => chances.get(each)!);
          expect(order).toHaveLength(given.length);
          const priorities = order.map(({ priority }) => priority);
          expect(priorities).toEqual(priorities.toSorted((a, b) => a - b));
        },
      ),
    );
  });

  test('puts each first as often as its weight says', () => {
    const records = [record('a', 1, 60), record('b', 1, 30), record('c', 1, 10), record('z', 1, 0)];
    const first = new Map<string, number>();
    let seed = 1;
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (let n = 0; n < 10_000; n += 1) {
      const { name } = srvOrder(records, random)[0]!;
      first.set(name, (first.get(name) ?? 0) + 1);
    }
    expect(first.get('a')! / 10_000).toBeCloseTo(0.6, 1);
    expect(first.get('b')! / 10_000).toBeCloseTo(0.3, 1);
    expect(first.get('c')! / 10_000).toBeCloseTo(0.1, 1);
    expect(first.get('z') ?? 0).toBeLessThan(30);
  });

  test('gives nothing where DNS says that there is no such service', () => {
    expect(srvOrder([record('.', 0, 0)], () => 0.5)).toEqual([]);
  });
});
