import type { PlainObject } from './kind.ts';
import type { Path } from './path.ts';
import type { Pause } from './pause.ts';

/** How an object with many keys was made of another one. */
interface Replacement {
  /** Weak, or each version would keep the one before it. */
  readonly before: WeakRef<object>;
  /** Those that have another value, or are in one of the two alone. */
  readonly replaced: Path;
  /** All that it has: to list them takes as long as to copy them. */
  readonly keys: readonly string[];
}

/** Keys of an object in which it takes long to find the one that has another value. */
const MANY = 1_000;
/** Keys that are copied in one turn: a few milliseconds. */
const KEYS_A_TURN = 4_096;

const replacements = new WeakMap<object, Replacement>();

/** What becomes of entries of one container. */
export interface Edit {
  /** The way to the container. */
  readonly parent: Path;
  /** Under the keys of some of its entries, and of new ones. A list grows at its end alone. */
  readonly values: ReadonlyMap<string | number, unknown>;
  /** Entries that are gone. A list loses those at its end alone. */
  readonly lost: Path;
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
  return Object.freeze(
    Array.isArray(before) ? withItems(before, all) : await withEntries(container, all, pause),
  );
}

/** Of a frozen list `slice()` makes one of another kind, key by key: six times as long. */
function withItems(
  before: readonly unknown[],
  { values, lost }: Omit<Edit, 'parent'>,
): readonly unknown[] {
  const copy = Array.from(before);
  copy.length -= lost.length;
  for (const [index, item] of values) copy[index as number] = item;
  return copy;
}

async function withEntries(
  before: PlainObject,
  { values, lost }: Omit<Edit, 'parent'>,
  pause: Pause | undefined,
): Promise<PlainObject> {
  const old = replacements.get(before)?.keys ?? Object.keys(before);
  const gone = new Set(lost);
  const kept = gone.size === 0 ? old : old.filter((key) => !gone.has(key));
  // it keeps its shape, and is read as quickly as the one that was parsed
  const isSmall = old.length < MANY && gone.size === 0;
  const copy: PlainObject = isSmall ? { ...before } : await copyOf(before, kept, pause);
  for (const [key, value] of values) copy[key] = value;
  if (old.length >= MANY) note(before, copy, { kept, replaced: [...values.keys(), ...lost] });
  return copy;
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

/** What was emptied is another leaf then, and no object like any other. */
function note(
  before: PlainObject,
  after: PlainObject,
  { kept, replaced }: { readonly kept: readonly string[]; readonly replaced: Path },
): void {
  const added = (replaced as readonly string[]).filter((key) => !Object.hasOwn(before, key));
  const keys = added.length === 0 ? kept : [...kept, ...added];
  if (keys.length > 0) replacements.set(after, { before: new WeakRef(before), replaced, keys });
}

/**
 * The keys under which `after` has another value than `before`, of which it was made, or one of both has none; undefined
 * where nobody knows them.
 */
export function replacedKeys(before: object, after: object): Path | undefined {
  const made = replacements.get(after);
  return made?.before.deref() === before ? made.replaced : undefined;
}
