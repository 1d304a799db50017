import type { PlainObject } from './kind.ts';

/** What became of the keys of an object. */
export interface KeyChanges {
  /** Those with another value, and those that are new. */
  readonly changed: readonly string[];
  readonly lost: readonly string[];
  /** How many there are now. */
  readonly keys: number;
}

/** The keys at which two objects of JSON do not hold the very same. */
export function compareKeys(before: PlainObject, after: PlainObject): KeyChanges {
  const changed: string[] = [];
  let keys = 0;
  let common = 0;
  for (const key in after) {
    keys++;
    const value = after[key];
    // what is inherited is no JSON, and so never the same
    if (value !== undefined && value === before[key]) common++;
    else {
      if (Object.hasOwn(before, key)) common++;
      changed.push(key);
    }
  }
  for (const _ in before) common--;
  const isLost = (key: string): boolean => !Object.hasOwn(after, key);
  return { changed, lost: common === 0 ? [] : Object.keys(before).filter(isLost), keys };
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
