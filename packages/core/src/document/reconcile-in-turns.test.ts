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
import { reconcile } from './reconcile.ts';
import { seal, type SealLimits } from './seal.ts';

const LIMITS: SealLimits = { maxDepth: 20, maxKeys: 1e6 };

const sealed = (value: JsonValue): JsonValue => seal(clone(value), undefined, LIMITS);

/** Holds what it gives against what the walk of the whole gives. */
async function check(
  before: JsonValue | undefined,
  next: JsonValue,
  limits: SealLimits = LIMITS,
): Promise<void> {
  // it is known how large it is, as after any walk
  if (before !== undefined) reconcile(before, clone(before), LIMITS);
  const whole = reconcile(before, clone(next), limits);
  const result = await reconcileInTurns(before, clone(next), limits, async () => {});
  expect(result === undefined).toBe(whole === undefined);
  if (result === undefined || whole === undefined) return;
  const facts = {
    right: deepEqual(result.value, whole.value),
    shared: keepsIdentity(before, result.value),
    frozen: isFrozen(result.value),
    keepsAll: result.keepsAll,
    same: result.value === before,
  };
  const { keepsAll } = whole;
  const same = whole.value === before;
  expect(facts).toEqual({ right: true, shared: true, frozen: true, keepsAll, same });
}

/** Around a document, so that it has parts at several levels, and a container with many items or keys. */
const around = fc.constantFrom(
  (value: JsonValue): JsonValue => value,
  (value: JsonValue): JsonValue => ({ a: { b: { c: [value, value] } } }),
  (value: JsonValue): JsonValue => [[...Array.from({ length: 1_001 }, () => value)]],
  (value: JsonValue): JsonValue => ({
    top: Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`k${i}`, [value, i]])),
  }),
);

test('reconcileInTurns() gives what the walk of the whole gives', async () => {
  await fc.assert(
    fc.asyncProperty(editedJson, around, async ([old, next], put) => {
      const before = sealed(put(old));
      await check(before, put(next));
      await check(undefined, put(next));
      await check(before, put(old));
      await check(sealed(old), put(next));
    }),
  );
}, 60_000);

test('reconcileInTurns() gives up where the walk of the whole does', async () => {
  const limits = fc.record({ maxDepth: fc.nat({ max: 7 }), maxKeys: fc.nat({ max: 2_000 }) });
  await fc.assert(
    fc.asyncProperty(json, hostileJson, around, limits, async (old, next, put, few) => {
      await check(sealed(old), put(next), few);
      expect(({} as Record<string, unknown>)['a']).toBeUndefined();
    }),
  );
}, 60_000);

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
