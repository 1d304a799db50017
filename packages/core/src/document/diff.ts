import { isPlainObject, isTree, type PlainObject } from './kind.ts';
import { addLeaves, type Change, isLeaf } from './leaves.ts';
import type { Path } from './path.ts';
import { replacedKeys } from './replaced.ts';
import { share } from './share.ts';

/** How {@link diff} compares arrays. */
export interface DiffOptions {
  /**
   * Name of the property that identifies the items of arrays, such as `id`. Items are then compared with the item of
   * the same identity wherever it stands; a changed order is one change of the array itself. Without it, and for
   * arrays whose items do not all have it, arrays compare by index.
   */
  readonly arrayKey?: string | undefined;
  /** Stops at so many changes, for those who need no more. @default {Infinity} */
  readonly limit?: number | undefined;
}

/**
 * The leaves that differ between two values, in document order; of a table of a thousand keys and more in the order of its
 * edits, where these are known. Shared subtrees (`===`) cost nothing.
 */
export function diff(
  before: unknown,
  after: unknown,
  options: DiffOptions = {},
): readonly Change[] {
  const { arrayKey, limit = Infinity } = options;
  const comparison: Comparison = { changes: [], arrayKey, limit };
  compare(comparison, before, after, []);
  return comparison.changes;
}

/** No class: the code for its instances would be thrown away at each full collection (see `reconcile`). */
interface Comparison {
  readonly changes: Change[];
  readonly arrayKey: string | undefined;
  readonly limit: number;
}

function isFull({ changes, limit }: Comparison): boolean {
  return changes.length >= limit;
}

function compare(comparison: Comparison, before: unknown, after: unknown, path: Path): void {
  if (before === after || isFull(comparison)) return;
  if (before === undefined) return addAll(comparison, 'added', after, path);
  if (after === undefined) return addAll(comparison, 'removed', before, path);
  if (Array.isArray(before) && Array.isArray(after)) compareArrays(comparison, before, after, path);
  else if (isPlainObject(before) && isPlainObject(after))
    compareObjects(comparison, before, after, path);
  else if (isTree(before) || isTree(after)) addReplaced(comparison, before, after, path);
  else if (!Object.is(share(before, after), before))
    comparison.changes.push({ path, kind: 'changed', before, after });
}

/**
 * An empty container is a leaf: filling or emptying it replaces it, but for the top, which is no leaf of anything. It is
 * found out on the way: to list the keys of an object takes its time where there are thousands.
 */
function compareObjects(
  comparison: Comparison,
  before: PlainObject,
  after: PlainObject,
  path: Path,
): void {
  const replaced = replacedKeys(before, after);
  if (replaced) return compareAt(replaced, comparison, { before, after, path });
  let wasEmpty = path.length > 0;
  for (const key in before) {
    wasEmpty = false;
    if (isFull(comparison)) return;
    if (!Object.hasOwn(after, key)) addAll(comparison, 'removed', before[key], [...path, key]);
    // most of a document is shared: no path is made for it
    else if (before[key] !== after[key])
      compare(comparison, before[key], after[key], [...path, key]);
  }
  if (isFull(comparison)) return;
  if (wasEmpty && !isLeaf(after)) addAll(comparison, 'removed', before, path);
  let isEmpty = path.length > 0 && !wasEmpty;
  for (const key in after) {
    isEmpty = false;
    if (isFull(comparison)) return;
    if (!Object.hasOwn(before, key)) addAll(comparison, 'added', after[key], [...path, key]);
  }
  if (isEmpty) addAll(comparison, 'added', after, path);
}

/** What is inherited is nothing of JSON. */
function own(object: PlainObject, key: string | number): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** All that may differ stands under `keys`. */
function compareAt(
  keys: Path,
  comparison: Comparison,
  { before, after, path }: { before: PlainObject; after: PlainObject; path: Path },
): void {
  for (const key of keys) compare(comparison, own(before, key), own(after, key), [...path, key]);
}

function compareArrays(
  comparison: Comparison,
  before: readonly unknown[],
  after: readonly unknown[],
  path: Path,
): void {
  if (path.length > 0 && (before.length === 0) !== (after.length === 0))
    return addReplaced(comparison, before, after, path);
  const old = itemsByKey(before, comparison);
  const now = old && itemsByKey(after, comparison);
  if (old && now) return compareKeyed(comparison, old, now, { before, after, path });
  const both = Math.min(before.length, after.length);
  for (let i = 0; i < both && !isFull(comparison); i++) {
    if (before[i] !== after[i]) compare(comparison, before[i], after[i], [...path, i]);
  }
  for (let i = both; i < before.length; i++) addAll(comparison, 'removed', before[i], [...path, i]);
  for (let i = both; i < after.length; i++) addAll(comparison, 'added', after[i], [...path, i]);
}

/** Paths have the index in the new array, for removed items the index in the old one. */
function compareKeyed(
  comparison: Comparison,
  old: Keyed,
  now: Keyed,
  array: { before: unknown; after: unknown; path: Path },
): void {
  const { path } = array;
  for (const [id, { index, item }] of old) {
    if (!now.has(id)) addAll(comparison, 'removed', item, [...path, index]);
  }
  let last = -1;
  let moved = false;
  for (const [id, { index, item }] of now) {
    const was = old.get(id);
    if (!was) {
      addAll(comparison, 'added', item, [...path, index]);
      continue;
    }
    moved ||= was.index < last;
    last = was.index;
    compare(comparison, was.item, item, [...path, index]);
  }
  if (moved && !isFull(comparison))
    comparison.changes.push({ path, kind: 'changed', before: array.before, after: array.after });
}

function itemsByKey(items: readonly unknown[], { arrayKey: name }: Comparison): Keyed | undefined {
  if (name === undefined) return undefined;
  const keyed: Keyed = new Map();
  for (const [index, item] of items.entries()) {
    if (!isPlainObject(item) || !Object.hasOwn(item, name)) return undefined;
    keyed.set(item[name], { index, item });
  }
  return keyed.size === items.length ? keyed : undefined;
}

/** A leaf became a tree, or a tree another kind of value: an empty container counts as a leaf. */
function addReplaced(comparison: Comparison, before: unknown, after: unknown, path: Path): void {
  if (isLeaf(before) && isLeaf(after)) {
    comparison.changes.push({ path, kind: 'changed', before, after });
    return;
  }
  addAll(comparison, 'removed', before, path);
  addAll(comparison, 'added', after, path);
}

function addAll(
  comparison: Comparison,
  kind: 'added' | 'removed',
  value: unknown,
  path: Path,
): void {
  addLeaves(comparison.changes, kind, value, path, comparison.limit);
}

type Keyed = Map<unknown, { index: number; item: unknown }>;
