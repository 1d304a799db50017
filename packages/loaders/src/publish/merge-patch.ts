import type { JsonValue } from '@holdfast/core';

/**
 * `patch` applied to `target` as a merge patch (RFC 7396 §2): `null` removes. Configs are merged otherwise, where `null`
 * is a value; here the origin applies the patch, and this says what will come of it.
 */
export function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  // not by assignment, which would set a prototype
  return Object.fromEntries(merged);
}

function isObject(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
