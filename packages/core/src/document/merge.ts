import { isPlainObject, type PlainObject } from './kind.ts';

/**
 * `high` laid over `low`: objects merge key by key, everything else (arrays and `null` too) replaces what is below.
 * Neither is written to; what only one of them has is shared with it.
 */
export function merge(low: unknown, high: unknown): unknown {
  return lay(low, high, undefined);
}

/**
 * Layers, the lowest first, each laid over those before it; undefined for none. What is made on the way is written to, so
 * that a thousand small layers do not copy what is below them a thousand times.
 */
export function mergeAll(layers: readonly unknown[]): unknown {
  if (layers.length === 0) return undefined;
  const made = layers.length > 2 ? new Set<unknown>() : undefined;
  return layers.reduce((low, high) => lay(low, high, made));
}

/** @param made The objects that are nobody else's yet. */
function lay(low: unknown, high: unknown, made: Set<unknown> | undefined): unknown {
  if (!isPlainObject(low) || !isPlainObject(high)) return high;
  const merged: PlainObject = made?.has(low) ? low : { ...low };
  made?.add(merged);
  for (const key in high) {
    // no document may have it, and an assignment would set the prototype
    if (key === '__proto__') continue;
    merged[key] = Object.hasOwn(merged, key) ? lay(merged[key], high[key], made) : high[key];
  }
  return merged;
}
