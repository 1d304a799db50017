import type { PlainObject } from './kind.ts';
import type { Path } from './path.ts';
import type { Pause } from './pause.ts';

/** How an object with many keys was made of another one. */
interface Replacement {
  /** Weak, or each version would keep the one before it. */
  readonly before: WeakRef<object>;
  /** Those that have another value, or are in one of the two alone. */
  readonly replaced: readonly string[];
  /** All that it has: to list them takes as long as to copy them. */
  readonly keys: readonly string[];
}

/** Keys of an object in which it takes long to find the one that has another value. */
const MANY = 1_000;
/** Keys that are copied in one turn: a few milliseconds. */
const KEYS_A_TURN = 4_096;

const replacements = new WeakMap<object, Replacement>();

/** What becomes of the entries of a container. */
export interface Entries {
  /** Under the keys of some of its entries, and of new ones. A list grows at its end alone. */
  readonly values: ReadonlyMap<string | number, unknown>;
  /** Entries that are gone. A list loses those at its end alone. */
  readonly lost: Path;
}

/** What becomes of the entries of a container that is within another one. */
export interface Edit extends Entries {
  /** The way to it. */
  readonly parent: Path;
}

/**
 * A container with other entries in it, or in what is in it: what is on the way is copied and frozen, all else is shared.
 *
 * @param edits Each of other entries.
 * @param pause Awaited between two turns, where an object has tens of thousands of keys.
 */
export async function withEdits(
  before: unknown,
  edits: readonly Edit[],
  pause?: Pause,
): Promise<unknown> {
  const container = before as PlainObject;
  const values = new Map<string | number, unknown>();
  for (const key of new Set(edits.flatMap(({ parent }) => parent.slice(0, 1)))) {
    const below = edits.filter(({ parent }) => parent[0] === key);
    const within = below.map((edit) => ({ ...edit, parent: edit.parent.slice(1) }));
    // oxlint-disable-next-line no-await-in-loop -- a wide one takes several turns
    values.set(key, await withEdits(container[key], within, pause));
  }
  const here = edits.filter(({ parent }) => parent.length === 0);
  for (const edit of here) for (const [key, value] of edit.values) values.set(key, value);
  const all = { values, lost: here.flatMap(({ lost }) => lost) };
  if (Array.isArray(before)) return Object.freeze(withItems(before, all));
  const isWide = pause && keysOf(container).length > KEYS_A_TURN;
  return Object.freeze(
    isWide ? await withEntriesInTurns(container, all, pause) : withEntries(container, all),
  );
}

/** Of a frozen list `slice()` makes one of another kind, key by key: six times as long. */
function withItems(before: readonly unknown[], { values, lost }: Entries): readonly unknown[] {
  const copy = Array.from(before);
  copy.length -= lost.length;
  for (const [index, item] of values) copy[index as number] = item;
  return copy;
}

/** An object with other entries in it, not frozen; itself where none comes and none goes. */
export function withEntries(before: PlainObject, entries: Entries): PlainObject {
  const kept = keptKeys(before, entries);
  const isWhole = kept.length === keysOf(before).length;
  if (isWhole && entries.values.size === 0) return before;
  // it keeps its shape, and is read as quickly as the one that was parsed
  const keepsShape = isWhole && kept.length < MANY;
  const copy = keepsShape ? { ...before } : copyKeys(before, kept, {});
  return complete(copy, before, kept, entries);
}

async function withEntriesInTurns(
  before: PlainObject,
  entries: Entries,
  pause: Pause,
): Promise<PlainObject> {
  const kept = keptKeys(before, entries);
  const copy: PlainObject = {};
  for (let from = 0; from < kept.length; from += KEYS_A_TURN) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other is what this is about
    if (from > 0) await pause();
    copyKeys(before, kept.slice(from, from + KEYS_A_TURN), copy);
  }
  return complete(copy, before, kept, entries);
}

/** All that an object has. */
export function keysOf(object: PlainObject): readonly string[] {
  return replacements.get(object)?.keys ?? Object.keys(object);
}

function keptKeys(before: PlainObject, { lost }: Entries): readonly string[] {
  const gone = new Set(lost);
  return gone.size === 0 ? keysOf(before) : keysOf(before).filter((key) => !gone.has(key));
}

/** An object with many keys has no shape to keep: this takes half as long as a spread. */
function copyKeys(before: PlainObject, keys: readonly string[], copy: PlainObject): PlainObject {
  for (const key of keys) copy[key] = before[key];
  return copy;
}

/** Puts in what comes, and notes of what an object with many keys was made. */
function complete(
  copy: PlainObject,
  before: PlainObject,
  kept: readonly string[],
  { values, lost }: Entries,
): PlainObject {
  for (const [key, value] of values) copy[key] = value;
  if (kept.length + lost.length < MANY) return copy;
  const replaced = [...values.keys(), ...lost] as readonly string[];
  const added = replaced.filter((key) => !Object.hasOwn(before, key) && Object.hasOwn(copy, key));
  const keys = added.length === 0 ? kept : [...kept, ...added];
  // what was emptied is another leaf then, and no object like any other
  if (keys.length > 0) replacements.set(copy, { before: new WeakRef(before), replaced, keys });
  return copy;
}

/**
 * The keys under which `after` has another value than `before`, of which it was made, or one of both has none; undefined
 * where nobody knows them.
 */
export function replacedKeys(before: object, after: object): readonly string[] | undefined {
  const made = replacements.get(after);
  return made?.before.deref() === before ? made.replaced : undefined;
}
