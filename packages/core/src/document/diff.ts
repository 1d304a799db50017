import { isPlainObject, isTree, type PlainObject } from './kind.ts';
import { addLeaves, type Change, isLeaf } from './leaves.ts';
import type { Path } from './path.ts';
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

/** The leaves that differ between two values, in document order. Shared subtrees (`===`) cost nothing. */
export function diff(
  before: unknown,
  after: unknown,
  options: DiffOptions = {},
): readonly Change[] {
  const changes: Change[] = [];
  new Differ(changes, options).compare(before, after, []);
  return changes;
}

class Differ {
  readonly #changes: Change[];
  readonly #arrayKey: string | undefined;
  readonly #limit: number;

  constructor(changes: Change[], { arrayKey, limit = Infinity }: DiffOptions) {
    this.#changes = changes;
    this.#arrayKey = arrayKey;
    this.#limit = limit;
  }

  get #full(): boolean {
    return this.#changes.length >= this.#limit;
  }

  compare(before: unknown, after: unknown, path: Path): void {
    if (before === after || this.#full) return;
    if (before === undefined) return this.#leaves('added', after, path);
    if (after === undefined) return this.#leaves('removed', before, path);
    // an empty container is a leaf: filling or emptying it replaces it, but for the top, which is no leaf of anything
    if (path.length > 0 && isTree(before) && isTree(after) && isLeaf(before) !== isLeaf(after)) {
      this.#replaced(before, after, path);
    } else if (Array.isArray(before) && Array.isArray(after)) this.#arrays(before, after, path);
    else if (isPlainObject(before) && isPlainObject(after)) this.#objects(before, after, path);
    else if (isTree(before) || isTree(after)) this.#replaced(before, after, path);
    else if (!Object.is(share(before, after), before))
      this.#changes.push({ path, kind: 'changed', before, after });
  }

  #objects(before: PlainObject, after: PlainObject, path: Path): void {
    for (const key in before) {
      if (this.#full) return;
      if (!Object.hasOwn(after, key)) this.#leaves('removed', before[key], [...path, key]);
      // most of a document is shared: no path is made for it
      else if (before[key] !== after[key]) this.compare(before[key], after[key], [...path, key]);
    }
    for (const key in after) {
      if (this.#full) return;
      if (!Object.hasOwn(before, key)) this.#leaves('added', after[key], [...path, key]);
    }
  }

  #arrays(before: readonly unknown[], after: readonly unknown[], path: Path): void {
    const old = this.#byKey(before);
    const now = old && this.#byKey(after);
    if (old && now) return this.#keyed(old, now, { before, after, path });
    const both = Math.min(before.length, after.length);
    for (let i = 0; i < both && !this.#full; i++) {
      if (before[i] !== after[i]) this.compare(before[i], after[i], [...path, i]);
    }
    for (let i = both; i < before.length; i++) this.#leaves('removed', before[i], [...path, i]);
    for (let i = both; i < after.length; i++) this.#leaves('added', after[i], [...path, i]);
  }

  /** Paths have the index in the new array, for removed items the index in the old one. */
  #keyed(old: Keyed, now: Keyed, array: { before: unknown; after: unknown; path: Path }): void {
    const { path } = array;
    for (const [id, { index, item }] of old) {
      if (!now.has(id)) this.#leaves('removed', item, [...path, index]);
    }
    let last = -1;
    let moved = false;
    for (const [id, { index, item }] of now) {
      const was = old.get(id);
      if (!was) {
        this.#leaves('added', item, [...path, index]);
        continue;
      }
      moved ||= was.index < last;
      last = was.index;
      this.compare(was.item, item, [...path, index]);
    }
    if (moved && !this.#full)
      this.#changes.push({ path, kind: 'changed', before: array.before, after: array.after });
  }

  #byKey(items: readonly unknown[]): Keyed | undefined {
    const name = this.#arrayKey;
    if (name === undefined) return undefined;
    const keyed: Keyed = new Map();
    for (const [index, item] of items.entries()) {
      if (!isPlainObject(item) || !Object.hasOwn(item, name)) return undefined;
      keyed.set(item[name], { index, item });
    }
    return keyed.size === items.length ? keyed : undefined;
  }

  /** A leaf became a tree, or a tree another kind of value: an empty container counts as a leaf. */
  #replaced(before: unknown, after: unknown, path: Path): void {
    if (isLeaf(before) && isLeaf(after)) {
      this.#changes.push({ path, kind: 'changed', before, after });
      return;
    }
    this.#leaves('removed', before, path);
    this.#leaves('added', after, path);
  }

  #leaves(kind: 'added' | 'removed', value: unknown, path: Path): void {
    addLeaves(this.#changes, kind, value, path, this.#limit);
  }
}

type Keyed = Map<unknown, { index: number; item: unknown }>;
