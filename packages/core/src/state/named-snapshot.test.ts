import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentOf, utf8 } from '../cycle/document.fixture.ts';
import { measured } from './history.ts';
import type { SourceDocument } from './inputs.ts';
import { type NamedSnapshot, withinBounds } from './named-snapshot.ts';

const sized = (bytes: number): SourceDocument => documentOf({}, { bytes: utf8(' '.repeat(bytes)) });

function named(id: string, keep: boolean, document: SourceDocument = sized(0)): NamedSnapshot {
  const info = { id, keep, version: 1, description: id, tags: [], at: 0 };
  return measured({ ...info, inputs: { documents: [document] } }, undefined);
}

const policy = { entries: 0, snapshots: 20, bytes: 1_000 };

const idsOf = (snapshots: ReturnType<typeof withinBounds>) =>
  typeof snapshots === 'string' ? snapshots : snapshots.map(({ id }) => id).join('');

function taken(
  held: readonly NamedSnapshot[],
  one: NamedSnapshot,
  bounds: { snapshots?: number; bytes?: number },
): ReturnType<typeof withinBounds> {
  return withinBounds([...held, one], { ...policy, ...bounds }, one);
}

test('withinBounds() lets the oldest go that may until the bytes are allowed, and counts what they share once', () => {
  const shared = sized(60);
  const held = [named('a', true, shared), named('b', false, sized(30)), named('c', false, shared)];
  const one = named('d', false, sized(20));
  expect(idsOf(taken(held, one, { bytes: 110 }))).toBe('abcd');
  expect(idsOf(taken(held, one, { bytes: 109 }))).toBe('acd');
  // to let `c` go, too, would make no room
  expect(idsOf(taken(held, one, { bytes: 80 }))).toBe('acd');
});

test('withinBounds() says which bound what has to stay is beyond', () => {
  const held = [named('a', true, sized(60)), named('b', false, sized(30))];
  const one = named('c', false, sized(20));
  expect(idsOf(taken(held, one, { bytes: 80 }))).toBe('ac');
  expect(taken(held, one, { bytes: 79 })).toBe('bytes');
  expect(taken(held, one, { bytes: 79, snapshots: 1 })).toBe('snapshots');
  expect(taken([], one, { bytes: 19 })).toBe('bytes');
  // without one that is new all may go that need not be kept
  expect(idsOf(withinBounds([...held, one], { ...policy, bytes: 79 }))).toBe('a');
});

test('withinBounds() holds the bound, the new one, all that are to be kept, and their order', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 30 }), fc.nat({ max: 8 }), (keeps, most) => {
      let held: readonly NamedSnapshot[] = [];
      const refused = new Set<string>();
      for (const [i, keep] of keeps.entries()) {
        const bounded = taken(held, named(String(i), keep), { snapshots: most });
        const next = typeof bounded === 'string' ? undefined : bounded;
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
