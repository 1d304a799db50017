import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../ports/json.ts';
import {
  clone,
  deepEqual,
  editedJson,
  hostileJson,
  isFrozen,
  json,
  keepsIdentity,
} from './json.fixture.ts';
import { reconcileInTurns } from './reconcile-in-turns.ts';
import { reconcile, type Reconciled } from './reconcile.ts';
import { seal, type SealLimits } from './seal.ts';

const LIMITS: SealLimits = { maxDepth: 20, maxKeys: 1e6 };

const sealed = (value: JsonValue): JsonValue => seal(clone(value), undefined, LIMITS);

/** What it gives, and what the walk of the whole gives. */
async function both(
  before: JsonValue | undefined,
  next: JsonValue,
  limits: SealLimits = LIMITS,
): Promise<{ readonly inTurns: object | undefined; readonly whole: object | undefined }> {
  // it is known how large it is, as after any walk
  if (before !== undefined) reconcile(before, clone(before), LIMITS);
  const whole = reconcile(before, clone(next), limits);
  const inTurns = await reconcileInTurns(before, clone(next), limits, async () => {});
  const said = (result: Reconciled | undefined): object | undefined =>
    result && {
      lost: result.lost,
      isRight: deepEqual(result.value, whole?.value),
      isSame: result.value === before,
      isFrozen: isFrozen(result.value),
      shares: keepsIdentity(before, result.value),
    };
  return { inTurns: said(inTurns), whole: said(whole) };
}

/** Around a document, so that it has parts at several levels, and a container with many items or keys. */
const around = fc.constantFrom(
  (value: JsonValue): JsonValue => value,
  (value: JsonValue): JsonValue => ({ a: { b: { c: [value, value] } } }),
  (value: JsonValue): JsonValue => [Array.from({ length: 1_001 }, () => value)],
  (value: JsonValue): JsonValue => ({
    top: Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`k${i}`, [value, i]])),
  }),
);

test('reconcileInTurns() gives what the walk of the whole gives', async () => {
  await fc.assert(
    fc.asyncProperty(editedJson, around, async ([old, next], put) => {
      const before = sealed(put(old));
      for (const [from, to] of [
        [before, put(next)],
        [undefined, put(next)],
        [before, put(old)],
        [sealed(old), put(next)],
      ] as const) {
        const { inTurns, whole } = await both(from, to);
        expect(inTurns).toBeDefined();
        expect(inTurns).toEqual(whole);
      }
    }),
  );
}, 60_000);

test.each<[string, JsonValue, JsonValue]>([
  ['a list that became an object', [{ x: 1, y: 1 }, [2]], { 0: { x: 1, y: 1 }, 1: [2] }],
  ['an object that became a list', { 0: { x: 1, y: 1 }, 1: [2] }, [{ x: 1, y: 1 }, [2]]],
])('reconcileInTurns() takes nothing over from %s', async (_, old, next) => {
  const many = Array.from({ length: 1_000 }, (_item, i) => i);
  const { inTurns, whole } = await both(sealed({ many, it: old }), { many, it: next });
  expect(whole).toMatchObject({ lost: expect.any(Number) });
  expect(inTurns).toEqual(whole);
});

test('reconcileInTurns() gives up where the walk of the whole does', async () => {
  const limits = fc.record({ maxDepth: fc.nat({ max: 7 }), maxKeys: fc.nat({ max: 2_000 }) });
  await fc.assert(
    fc.asyncProperty(json, hostileJson, around, limits, async (old, next, put, few) => {
      const { inTurns, whole } = await both(sealed(old), put(next), few);
      expect(inTurns).toEqual(whole);
      expect(({} as Record<string, unknown>)['a']).toBeUndefined();
    }),
  );
}, 60_000);

test('reconcileInTurns() goes no deeper into long lists than it may', async () => {
  let deep: JsonValue = [];
  for (let level = 0; level < 3_000; level++) deep = [...Array<number>(1_000).fill(0), deep];
  const next = deep;
  await expect(reconcileInTurns(undefined, next, LIMITS, async () => {})).resolves.toBeUndefined();
});

test('reconcileInTurns() pauses every some thousand keys, and before the walk of the whole', async () => {
  const rows = Array.from({ length: 30_000 }, (_, i) => ({ id: i, on: true }));
  const count = async (next: JsonValue): Promise<number> => {
    let pauses = 0;
    await reconcileInTurns(undefined, next, LIMITS, async () => {
      pauses += 1;
    });
    return pauses;
  };
  expect(await count({ a: { table: clone(rows) } })).toBe(4);
  expect(await count({ a: 1 })).toBe(1);
  expect(await count(7)).toBe(1);
});
