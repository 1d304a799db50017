import type { PlainObject } from './kind.ts';

/** What became of the keys of an object of JSON. */
export interface KeyChanges {
  /** Those that do not hold the very same as before. */
  readonly changed: readonly string[];
  /** How many others there are. */
  readonly same: number;
}

/** Compares two objects of JSON key by key. */
export function compareKeys(before: PlainObject, after: PlainObject): KeyChanges {
  const changed: string[] = [];
  let same = 0;
  for (const key in after) {
    // what is inherited is never the same as a value of JSON
    if (after[key] === before[key]) same++;
    else changed.push(key);
  }
  return { changed, same };
}

/** The keys of `before` that are gone. */
export function lostKeys(
  before: PlainObject,
  after: PlainObject,
  { changed, same }: KeyChanges,
): readonly string[] {
  const keys = Object.keys(before);
  const kept = changed.filter((key) => Object.hasOwn(before, key)).length + same;
  return keys.length === kept ? [] : keys.filter((key) => !Object.hasOwn(after, key));
}

/** `object` with other values at some keys, and without those that are lost; itself where nothing differs. */
export function patched(
  object: PlainObject,
  values: ReadonlyMap<string, unknown>,
  lost: readonly string[],
): PlainObject {
  const gone = new Set(lost.filter((key) => Object.hasOwn(object, key)));
  if (values.size === 0 && gone.size === 0) return object;
  // no key is deleted: an object that lost one so reads slower for ever
  const copy: PlainObject =
    gone.size === 0
      ? { ...object }
      : Object.fromEntries(Object.entries(object).filter(([key]) => !gone.has(key)));
  for (const [key, value] of values) copy[key] = value;
  return copy;
}
