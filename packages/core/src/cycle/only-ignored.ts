import { diff } from '../document/diff.ts';
import type { Path } from '../document/path.ts';
import { ANY_KEY } from '../document/set-at.ts';
import { getAt, isTree } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { JsonValue } from '../ports/json.ts';

/** Whether two documents differ only in what does not count. */
export function onlyIgnored(
  { ignore }: ConfigPolicy,
  before: JsonValue,
  after: JsonValue,
): boolean {
  if (ignore.length === 0) return false;
  return diff(before, after).every(({ path }) =>
    ignore.some((ignored) => leadsTo(ignored, path, [before, after])),
  );
}

/**
 * Whether `path` is at or below what is ignored. As in other options, `*` on the way to more stands for what both trees
 * have: an item that came or went is a change, whatever is in it. What holds the items is not ignored itself.
 */
function leadsTo(ignored: Path, path: Path, trees: readonly JsonValue[]): boolean {
  for (const [i, key] of ignored.entries()) {
    if (key === ANY_KEY) {
      if (!areAlike(trees.map((tree) => getAt(tree, path.slice(0, i))))) return false;
      // also where it lost all its items, or had none: of that it is told as a whole
      if (i === ignored.length - 1) return true;
      if (trees.some((tree) => getAt(tree, path.slice(0, i + 1)) === undefined)) return false;
    } else if (i >= path.length || String(key) !== String(path[i])) return false;
  }
  return true;
}

/** Whether both are objects, or both arrays. */
function areAlike([a, b]: readonly unknown[]): boolean {
  return isTree(a) && isTree(b) && Array.isArray(a) === Array.isArray(b);
}
