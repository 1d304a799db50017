import { isPlainObject, isTree } from './kind.ts';

/** How many leaves of `before` are left out by `after`, and how many there were (counted only when some are). */
export interface Removed {
  readonly removed: number;
  readonly total: number;
}

/** Counts the leaves that `after` no longer has. A changed value is not a removed one. */
export function countRemoved(before: unknown, after: unknown): Removed {
  const removed = removedLeaves(before, after);
  return { removed, total: removed === 0 ? 0 : countLeaves(before) };
}

function removedLeaves(before: unknown, after: unknown): number {
  if (before === after || !isTree(before)) return 0;
  if (!isTree(after) || Array.isArray(before) !== Array.isArray(after)) return countLeaves(before);
  let removed = 0;
  if (Array.isArray(before) && Array.isArray(after)) {
    for (const [i, item] of before.entries()) {
      removed += i < after.length ? removedLeaves(item, after[i]) : countLeaves(item);
    }
  } else if (isPlainObject(before) && isPlainObject(after)) {
    for (const key in before) {
      removed += Object.hasOwn(after, key)
        ? removedLeaves(before[key], after[key])
        : countLeaves(before[key]);
    }
  }
  return removed;
}

function countLeaves(value: unknown): number {
  if (!isTree(value)) return 1;
  const items = Array.isArray(value) ? value : Object.values(value);
  return items.reduce<number>((sum, item) => sum + countLeaves(item), 0) || 1;
}
