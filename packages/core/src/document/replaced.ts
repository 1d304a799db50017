import type { PlainObject } from './kind.ts';
import type { Path } from './path.ts';

/** How an object with many keys was made of another one. */
interface Replacement {
  /** Weak, or each version would keep the one before it. */
  readonly before: WeakRef<object>;
  /** Those that have another value. */
  readonly replaced: Path;
  /** All that it has, as the other one: to list them takes as long as to copy them. */
  readonly keys: readonly string[];
}

/** Keys of an object in which it takes long to find the one that has another value. */
const MANY = 1_000;

const replacements = new WeakMap<object, Replacement>();

/** `root` with other values under keys of the container at the path: what is on the way is copied and frozen, all else is shared. */
export function withEntriesAt(
  root: unknown,
  [next, ...rest]: Path,
  entries: ReadonlyMap<string | number, unknown>,
): unknown {
  if (next === undefined) return withEntries(root as PlainObject, entries);
  const value = withEntriesAt((root as PlainObject)[next], rest, entries);
  return withEntries(root as PlainObject, new Map([[next, value]]));
}

function withEntries(
  before: PlainObject,
  entries: ReadonlyMap<string | number, unknown>,
): PlainObject | readonly unknown[] {
  const keys = Array.isArray(before) ? [] : (replacements.get(before)?.keys ?? Object.keys(before));
  const copy = copyOf(before, keys);
  for (const [key, value] of entries) copy[key] = value;
  if (keys.length >= MANY)
    replacements.set(copy, { before: new WeakRef(before), replaced: [...entries.keys()], keys });
  return Object.freeze(copy);
}

/** An object with few keys keeps its shape, and is read as quickly as the one that was parsed. One with many has none. */
function copyOf(before: PlainObject, keys: readonly string[]): PlainObject {
  if (Array.isArray(before)) return before.slice() as unknown as PlainObject;
  if (keys.length < MANY) return { ...before };
  const copy: PlainObject = {};
  for (const key of keys) copy[key] = before[key];
  return copy;
}

/** The keys under which `after` has another value than `before`, of which it was made; undefined where nobody knows them. */
export function replacedKeys(before: object, after: object): Path | undefined {
  const made = replacements.get(after);
  return made?.before.deref() === before ? made.replaced : undefined;
}
