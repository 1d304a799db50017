import { type ErrorCode, HoldfastError } from '../errors.ts';
import type { JsonValue } from '../ports/json.ts';
import { isPlainObject, kindOf, type PlainObject } from './kind.ts';
import { formatPath, type Path } from './path.ts';

/** No document, and so no copy of one, is nested deeper than this. */
const MAX_DEPTH = 1_000;

/**
 * A copy of `value` as JSON would carry it. Properties that are `undefined` are left out, as `JSON.stringify` does;
 * whatever else JSON cannot say is refused.
 *
 * @param maxKeys Keys and items that the copy may have: a value whose parts are shared, as by the aliases of YAML, is
 * small in memory and without end as a copy.
 * @throws {HoldfastError} `DECODE_FAILED` or `LIMIT_EXCEEDED`, naming path and kind. Its cause is the path, see `toldFault`.
 */
export function copyJson(value: unknown, maxKeys: number = Infinity): JsonValue {
  return new Copier(maxKeys).copy(value, []);
}

class Copier {
  #keysLeft: number;

  constructor(maxKeys: number) {
    this.#keysLeft = maxKeys;
  }

  copy(value: unknown, path: Path): JsonValue {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (path.length > MAX_DEPTH) throw refused(path, 'is nested too deep or refers to itself');
    if (Array.isArray(value)) {
      this.#count(value.length, path);
      // unlike map(), it does not skip holes
      return Array.from(value, (item, i) => this.copy(item, [...path, i]));
    }
    if (isPlainObject(value)) return this.#object(value, path);
    throw refused(path, `is not JSON: it is ${typeof value === 'number' ? value : kindOf(value)}`);
  }

  #object(value: PlainObject, path: Path): JsonValue {
    const keys = Object.keys(value);
    this.#count(keys.length, path);
    const out: Record<string, JsonValue> = {};
    for (const key of keys) {
      if (value[key] === undefined) continue;
      // a plain assignment of this key would set the prototype
      if (key === '__proto__') throw refused(path, 'has the forbidden key "__proto__"');
      out[key] = this.copy(value[key], [...path, key]);
    }
    return out;
  }

  #count(keys: number, path: Path): void {
    this.#keysLeft -= keys;
    if (this.#keysLeft < 0)
      throw refused(path, 'has too many keys and items (limits.maxKeys)', 'LIMIT_EXCEEDED');
  }
}

function refused(path: Path, what: string, code: ErrorCode = 'DECODE_FAILED'): HoldfastError {
  return new HoldfastError(code, `${what} at ${formatPath(path)}`, { cause: path });
}
