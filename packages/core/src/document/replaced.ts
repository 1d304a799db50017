import type { PlainObject } from './kind.ts';
import type { Path } from './path.ts';
import type { Pause } from './pause.ts';

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
/** Keys that are copied in one turn: a few milliseconds. */
const KEYS_A_TURN = 4_096;

const replacements = new WeakMap<object, Replacement>();

/** Values that are put under keys of a container. */
type Entries = ReadonlyMap<string | number, unknown>;

/**
 * `root` with other values under keys of the container at the path: what is on the way is copied and frozen, all else is
 * shared.
 *
 * @param pause Awaited between two turns, where an object has tens of thousands of keys.
 */
export async function withEntriesAt(
  root: unknown,
  [next, ...rest]: Path,
  entries: Entries,
  pause?: Pause,
): Promise<unknown> {
  if (next === undefined) return withEntries(root as PlainObject, entries, pause);
  const value = await withEntriesAt((root as PlainObject)[next], rest, entries, pause);
  return withEntries(root as PlainObject, new Map([[next, value]]), pause);
}

async function withEntries(
  before: PlainObject,
  entries: Entries,
  pause: Pause | undefined,
): Promise<PlainObject | readonly unknown[]> {
  const keys = Array.isArray(before) ? [] : (replacements.get(before)?.keys ?? Object.keys(before));
  const copy = keys.length < MANY ? shallowCopy(before) : await copyOf(before, keys, pause);
  for (const [key, value] of entries) copy[key] = value;
  if (keys.length >= MANY)
    replacements.set(copy, { before: new WeakRef(before), replaced: [...entries.keys()], keys });
  return Object.freeze(copy);
}

/**
 * It keeps its shape, and is read as quickly as the one that was parsed. Of a frozen list `slice()` makes one of another kind,
 * key by key: six times as long.
 */
function shallowCopy(before: PlainObject): PlainObject {
  return (Array.isArray(before) ? Array.from<unknown>(before) : { ...before }) as PlainObject;
}

/** An object with many keys has no shape to keep: this takes half as long. */
async function copyOf(
  before: PlainObject,
  keys: readonly string[],
  pause: Pause | undefined,
): Promise<PlainObject> {
  const copy: PlainObject = {};
  for (let from = 0; from < keys.length; from += KEYS_A_TURN) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other is what this is about
    if (from > 0 && pause) await pause();
    for (const key of keys.slice(from, from + KEYS_A_TURN)) copy[key] = before[key];
  }
  return copy;
}

/** The keys under which `after` has another value than `before`, of which it was made; undefined where nobody knows them. */
export function replacedKeys(before: object, after: object): Path | undefined {
  const made = replacements.get(after);
  return made?.before.deref() === before ? made.replaced : undefined;
}
