import { HoldfastError } from '../errors.ts';
import type { JsonValue } from '../ports/json.ts';
import { isPlainObject, kindOf } from './kind.ts';
import { formatPath, type Path } from './path.ts';

/** No document, and so no copy of one, is nested deeper than this. */
const MAX_DEPTH = 1_000;

/**
 * A copy of `value` as JSON would carry it. Properties that are `undefined` are left out, as `JSON.stringify` does;
 * whatever else JSON cannot say is refused.
 *
 * @throws {HoldfastError} `DECODE_FAILED`, naming path and kind.
 */
export function copyJson(value: unknown): JsonValue {
  return copy(value, []);
}

function copy(value: unknown, path: Path): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (path.length > MAX_DEPTH) throw refused(path, 'is nested too deep or refers to itself');
  // unlike map(), it does not skip holes
  if (Array.isArray(value)) return Array.from(value, (item, i) => copy(item, [...path, i]));
  if (!isPlainObject(value)) {
    throw refused(
      path,
      `is not JSON: it is ${typeof value === 'number' ? String(value) : kindOf(value)}`,
    );
  }
  const out: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    if (value[key] === undefined) continue;
    // a plain assignment of this key would set the prototype; the limits refuse it by name later
    if (key === '__proto__') throw refused(path, 'has the forbidden key "__proto__"');
    out[key] = copy(value[key], [...path, key]);
  }
  return out;
}

function refused(path: Path, what: string): HoldfastError {
  return new HoldfastError('DECODE_FAILED', `${what} at ${formatPath(path)}`);
}
