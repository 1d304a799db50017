import type { PlainObject } from './kind.ts';
import { keysOf, replacedKeys } from './replaced.ts';

/** What became of the keys of an object of JSON. */
export interface KeyChanges {
  /** Those that do not hold the very same as before. */
  readonly changed: readonly string[];
  /** Those that are gone. */
  readonly lost: readonly string[];
  /** How many there are now. */
  readonly all: number;
}

/** Compares two objects of JSON key by key, or at those keys alone that may differ, where they are known. */
export function compareKeys(before: PlainObject, after: PlainObject): KeyChanges {
  const replaced = replacedKeys(before, after);
  if (replaced === undefined) return compareAll(before, after);
  const isChanged = (key: string): boolean =>
    Object.hasOwn(after, key) && after[key] !== before[key];
  return {
    changed: replaced.filter(isChanged),
    lost: lostOf(replaced, before, after),
    all: keysOf(after).length,
  };
}

function compareAll(before: PlainObject, after: PlainObject): KeyChanges {
  const changed: string[] = [];
  let same = 0;
  for (const key in after) {
    // what is inherited is never the same as a value of JSON
    if (after[key] === before[key]) same++;
    else changed.push(key);
  }
  const keys = keysOf(before);
  const kept = changed.filter((key) => Object.hasOwn(before, key)).length + same;
  const lost = keys.length === kept ? [] : lostOf(keys, before, after);
  return { changed, lost, all: changed.length + same };
}

function lostOf(
  keys: readonly string[],
  before: PlainObject,
  after: PlainObject,
): readonly string[] {
  return keys.filter((key) => Object.hasOwn(before, key) && !Object.hasOwn(after, key));
}
