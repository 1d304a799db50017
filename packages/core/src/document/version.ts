import type { JsonValue } from '../ports/json.ts';
import { isPlainObject } from './kind.ts';

/** The `version` of a document; undefined where it has none. */
export function versionOf(document: JsonValue): JsonValue | undefined {
  return isPlainObject(document) && Object.hasOwn(document, 'version')
    ? document['version']
    : undefined;
}

/**
 * The major number of a version: 2 of `2`, `2.1`, `"2"`, `"2.1.0"` and `"2.0.0-rc.1"`; 0 where there is no version, since
 * most documents began without one. Undefined for anything else.
 */
export function majorOf(version: JsonValue | undefined): number | undefined {
  if (version === undefined) return 0;
  if (typeof version === 'number') return version >= 0 ? Math.trunc(version) : undefined;
  const digits = typeof version === 'string' && /^\d{1,15}(?=$|[.+-])/.exec(version)?.[0];
  return digits ? Number(digits) : undefined;
}

/** What can only go up: a number, or a time. Of one kind they compare by `<`. */
export type Mark =
  | { readonly kind: 'number'; readonly value: number | bigint }
  | { readonly kind: 'date'; readonly value: number };

const WHOLE = /^[+-]?\d{1,100}$/;
const DECIMAL = /^[+-]?\d{1,100}\.\d{1,100}$/;
const DATE =
  /^\d{4}-\d{2}-\d{2}(?<time>[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?<zone>[Zz]|[+-]\d{2}:?\d{2})?)?$/;

/**
 * A number, a text of digits (of any size, so that 64-bit counters compare), or an ISO 8601 date; a time without a zone
 * is UTC. Undefined for anything else.
 */
export function markOf(value: unknown): Mark | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return { kind: 'number', value };
  if (typeof value !== 'string') return undefined;
  if (WHOLE.test(value)) return { kind: 'number', value: BigInt(value.replace('+', '')) };
  if (DECIMAL.test(value)) return { kind: 'number', value: Number(value) };
  const date = DATE.exec(value)?.groups;
  if (!date) return undefined;
  const time = Date.parse(date['time'] && !date['zone'] ? `${value}Z` : value);
  return Number.isNaN(time) ? undefined : { kind: 'date', value: time };
}
