import { isPlainObject } from './kind.ts';
import type { Path } from './path.ts';
import { HIDDEN } from './secret.ts';

/**
 * One leaf that differs. An added or removed subtree gives one change per leaf. Empty containers are leaves, others are
 * none: an object that loses its last key is added as a leaf, and removed as one when it gets a key again.
 */
export type Change =
  | { readonly path: Path; readonly kind: 'added'; readonly after: unknown }
  | { readonly path: Path; readonly kind: 'removed'; readonly before: unknown }
  | {
      readonly path: Path;
      readonly kind: 'changed';
      readonly before: unknown;
      readonly after: unknown;
    };

/** One change per leaf of `value`, of what came or went as a whole, until `changes` has `limit`. */
export function addLeaves(
  changes: Change[],
  kind: 'added' | 'removed',
  value: unknown,
  path: Path,
  limit: number = Infinity,
): void {
  const isFull = (): boolean => changes.length >= limit;
  // found out on the way: for its first key alone, an object lists all of them
  let isEmpty = true;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && !isFull(); i++) {
      isEmpty = false;
      addLeaves(changes, kind, value[i], [...path, i], limit);
    }
  } else if (isPlainObject(value)) {
    for (const key in value) {
      if (isFull()) return;
      isEmpty = false;
      addLeaves(changes, kind, value[key], [...path, key], limit);
    }
  }
  if (!isEmpty || isFull()) return;
  changes.push(kind === 'added' ? { path, kind, after: value } : { path, kind, before: value });
}

/** One change per leaf: all that there is was added. `hidden`: without saying what. */
export function allAdded(value: unknown, hidden: boolean): readonly Change[] {
  const changes: Change[] = [];
  addLeaves(changes, 'added', value, []);
  return hidden ? changes.map((change) => ({ ...change, after: HIDDEN })) : changes;
}

/** Whether `value` gives one change: everything but a container that has something in it. */
export function isLeaf(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (!isPlainObject(value)) return true;
  for (const _ in value) return false;
  return true;
}
