import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { JsonValue } from '../ports/json.ts';
import type { SealLimits } from './seal.ts';

/** Keys that meet in random documents: few, so that they often do, and each one a trap somewhere. */
const KEYS = ['a', 'b', 'id', '0', '', 'a.b', 'then', 'toString', 'constructor', 'hasOwnProperty'];

const leaf = fc.constantFrom<JsonValue>(0, 1, -7.5, '', 'x', 'a.b', true, false, null);

function anyJson(keys: readonly string[], maxDepth: number): fc.Arbitrary<JsonValue> {
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', maxDepth },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc
        .uniqueArray(fc.tuple(fc.constantFrom(...keys), tie('value')), {
          selector: ([key]) => key,
          maxLength: 4,
        })
        // `fromEntries` also makes an own `__proto__`, as `JSON.parse` does
        .map((entries) => Object.fromEntries(entries)),
    ),
  }));
  return value;
}

/** Any JSON value that may be in force. */
export const json: fc.Arbitrary<JsonValue> = anyJson(KEYS, 4);

/** Any JSON value, also those with keys that no document may have. */
export const hostileJson: fc.Arbitrary<JsonValue> = anyJson([...KEYS, '__proto__', 'prototype'], 4);

/**
 * Two documents with much in common: the second is the first with some subtrees replaced, dropped or shifted, and arrays
 * that became objects, or objects arrays.
 */
export const editedJson: fc.Arbitrary<readonly [JsonValue, JsonValue]> = fc
  .tuple(json, json, fc.infiniteStream(fc.nat({ max: 11 })))
  .map(([before, other, dice]) => [before, edit(before, other, dice)]);

function edit(value: JsonValue, other: JsonValue, dice: IterableIterator<number>): JsonValue {
  const roll = (): number => dice.next().value as number;
  if (roll() === 0) return other;
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item) => edit(item, other, dice));
    if (roll() === 0) items.shift();
    if (roll() === 0) items.unshift(other);
    return roll() === 0 ? Object.fromEntries(items.entries()) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Record<string, JsonValue>);
  const kept = entries.filter(() => roll() !== 0);
  const edited = kept.map(([key, item]) => [key, edit(item, other, dice)] as const);
  return roll() === 0 ? edited.map(([, item]) => item) : Object.fromEntries(edited);
}

/** Limits that no random document goes beyond. */
export const ROOMY: SealLimits = { maxDepth: 1_000, maxKeys: Infinity };

export function clone<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Deeply equal, own keys and prototypes too; 0 and -0 are one number, as in JSON. */
export function deepEqual(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b) || isDeepStrictEqual(unsigned(a), unsigned(b));
}

/** A copy with 0 for each -0. */
function unsigned(value: unknown): unknown {
  if (typeof value === 'number') return value + 0;
  if (Array.isArray(value)) return value.map(unsigned);
  if (typeof value !== 'object' || value === null) return value;
  const copy: object = Object.create(Object.getPrototypeOf(value));
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    { value: unsigned(item), enumerable: true },
  ]);
  return Object.defineProperties(copy, Object.fromEntries(entries));
}

/** Whether `value` and everything in it is frozen. */
export function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

/** Calls `visit` for every node that both trees have at the same path. */
export function walkBoth(a: unknown, b: unknown, visit: (a: unknown, b: unknown) => void): void {
  visit(a, b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return;
  if (Array.isArray(a) !== Array.isArray(b)) return;
  for (const key of Object.keys(a)) {
    if (Object.hasOwn(b, key)) walkBoth(Reflect.get(a, key), Reflect.get(b, key), visit);
  }
}

/** Whether `shared` has the very node of `before` wherever both have an equal one at the same path. */
export function keepsIdentity(before: unknown, shared: unknown): boolean {
  let kept = true;
  walkBoth(before, shared, (a, b) => (kept &&= a === b || !deepEqual(a, b)));
  return kept;
}

/** `depth` arrays in one another. */
export function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}
