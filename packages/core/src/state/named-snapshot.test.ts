import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type NamedSnapshot, withSnapshot } from './named-snapshot.ts';

const named = (id: string, keep: boolean): NamedSnapshot => ({
  id,
  keep,
  version: 1,
  description: id,
  tags: [],
  at: 0,
  inputs: { documents: [] },
});

test('withSnapshot() holds the bound, the new one, all that are to be kept, and their order', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 30 }), fc.nat({ max: 8 }), (keeps, most) => {
      let held: readonly NamedSnapshot[] = [];
      const refused = new Set<string>();
      for (const [i, keep] of keeps.entries()) {
        const next = withSnapshot(held, named(String(i), keep), most);
        expect(next === undefined).toBe(held.length >= most && held.every((one) => one.keep));
        if (next === undefined) refused.add(String(i));
        expect((next ?? held).length).toBeLessThanOrEqual(most);
        expect((next ?? [named(String(i), keep)]).at(-1)!.id).toBe(String(i));
        held = next ?? held;
      }
      const ids = held.map(({ id }) => Number(id));
      expect(ids).toEqual(ids.toSorted((a, b) => a - b));
      const kept = [...keeps.keys()].filter((i) => keeps[i] && !refused.has(String(i)));
      expect(ids).toEqual(expect.arrayContaining(kept));
    }),
  );
});
