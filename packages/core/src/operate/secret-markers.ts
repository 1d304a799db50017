import { getAt, HoldfastError, formatPath, isPlainObject } from '../lazy-base.ts';
import { share } from '../document/share.ts';
import { expandPath, setAll } from '../document/set-at.ts';
import type { Path } from '../document/path.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { JsonValue } from '../ports/json.ts';

/** Stands in an exported state for a secret. */
const MARKER = { $holdfast: 'secret' } as const;

function isMarker(value: unknown): boolean {
  return isPlainObject(value) && value['$holdfast'] === 'secret' && Object.keys(value).length === 1;
}

/** `raw` with a marker in the place of each secret. */
export function withMarkers({ secrets }: ConfigPolicy, raw: JsonValue): JsonValue {
  const paths = secrets.flatMap((path) => expandPath(path, raw, raw));
  // what is within another secret first: a marker has nothing in it
  const items = paths
    .filter((path) => getAt(raw, path) !== undefined)
    .toSorted((a, b) => b.length - a.length)
    .map((path) => ({ path, item: MARKER }));
  return setAll(raw, items) as JsonValue;
}

/** What `marked` was made of, where it is one of these. */
export function originalOf(
  policy: ConfigPolicy,
  marked: JsonValue,
  known: readonly (JsonValue | undefined)[],
): JsonValue | undefined {
  // without secrets it is as good as any copy
  if (policy.secrets.length === 0) return undefined;
  const isIt = (raw: JsonValue | undefined): boolean =>
    raw !== undefined && share(marked, withMarkers(policy, raw)) === marked;
  return known.find(isIt);
}

/**
 * `raw` with the secret in force in the place of each marker: the first one that is found at its path.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the path, where there is none
 */
export function withoutMarkers(raw: JsonValue, inForce: readonly unknown[]): JsonValue {
  return fill(raw, inForce, []) as JsonValue;
}

function fill(value: unknown, inForce: readonly unknown[], path: Path): unknown {
  if (isMarker(value)) {
    const secret = inForce.map((from) => getAt(from, path)).find((found) => found !== undefined);
    if (secret !== undefined) return secret;
    const text = `has a marker at ${formatPath(path)}, and no secret is in force there that it could stand for: await ready() first, or export without it (deleteSnapshot(), unpin())`;
    throw new HoldfastError('INVALID_OPTIONS', text);
  }
  if (Array.isArray(value)) return value.map((item, i) => fill(item, inForce, [...path, i]));
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, fill(item, inForce, [...path, key])]),
  );
}
