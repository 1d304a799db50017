import { isPlainObject, type PlainObject } from './kind.ts';

/**
 * `high` laid over `low`: objects merge key by key, everything else (arrays and `null` too) replaces what is below.
 * Neither is written to; what only one of them has is shared with it.
 */
export function merge(low: unknown, high: unknown): unknown {
  if (!isPlainObject(low) || !isPlainObject(high)) return high;
  const merged: PlainObject = { ...low };
  for (const key in high) {
    // no document may have it, and an assignment would set the prototype
    if (key === '__proto__') continue;
    merged[key] = Object.hasOwn(low, key) ? merge(low[key], high[key]) : high[key];
  }
  return merged;
}
