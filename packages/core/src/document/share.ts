import { isContainer, isPlainObject, type PlainObject, sameLeaf } from './kind.ts';
import { isSecret } from './secret.ts';

/**
 * `next` in terms of `before`: every subtree equal to the old one becomes the old one (`===`), and so does a secret that
 * holds the same. Gives `before` itself when nothing differs.
 *
 * `before` is sealed (see `seal`). `next` may be written to, down to nodes that are frozen already: those are copied.
 * Objects that JSON.parse made are kept and patched, since an object rebuilt key by key reads slower for ever.
 */
export function share<T>(before: unknown, next: T): T {
  return walk(before, next) as T;
}

function walk(a: unknown, b: unknown): unknown {
  if (a === b) return a;
  if (!isContainer(a) || !isContainer(b)) return sameLeaf(a, b) ? a : b;
  if (Array.isArray(a)) return Array.isArray(b) ? shareArray(a, b) : b;
  if (isPlainObject(b)) return isPlainObject(a) ? shareObject(a, b) : b;
  if (isSecret(a) && isSecret(b))
    return Object.is(walk(a.reveal(), b.reveal()), a.reveal()) ? a : b;
  return sameLeaf(a, b) ? a : b;
}

/** Nearly all that is walked is equal: it is read only. From the first difference on it is patched. */
function shareArray(a: readonly unknown[], b: unknown[]): unknown {
  const both = Math.min(a.length, b.length);
  for (let i = 0; i < both; i++) {
    const before = a[i];
    if (before === b[i]) continue;
    const shared = walk(before, b[i]);
    if (shared !== before && !sameLeaf(shared, before))
      return patchArray(a, b, { from: i, shared });
  }
  return a.length === b.length ? a : patchArray(a, b, { from: both, shared: b[both] });
}

/** @param first The first difference: all before it is equal, and what is there is walked already. */
function patchArray(a: readonly unknown[], b: unknown[], first: Difference<number>): unknown {
  const both = Math.min(a.length, b.length);
  let out = b;
  for (let i = 0; i < both; i++) {
    const shared = i === first.from ? first.shared : i < first.from ? a[i] : walk(a[i], b[i]);
    if (shared === b[i]) continue;
    // of a frozen list slice() makes one of another kind, key by key
    if (out === b && Object.isFrozen(b)) out = Array.from(b);
    out[i] = shared;
  }
  return out;
}

function shareObject(a: PlainObject, b: PlainObject): unknown {
  let common = 0;
  for (const key in b) {
    // the one inherited key that runs code when it is read: under `--disable-proto=throw` it throws
    const before = key === '__proto__' && !Object.hasOwn(a, key) ? undefined : a[key];
    const after = b[key];
    if (before !== after) {
      const shared = walk(before, after);
      if (shared !== before && !sameLeaf(shared, before))
        return patchObject(a, b, { from: key, shared });
    } else if (before === undefined && !Object.hasOwn(a, key)) {
      return patchObject(a, b, { from: key, shared: after });
    }
    common++;
  }
  for (const _ in a) common--;
  return common === 0 ? a : patchObject(a, b, undefined);
}

/** @param first See `patchArray`; undefined when `b` only lacks keys. */
function patchObject(
  a: PlainObject,
  b: PlainObject,
  first: Difference<string> | undefined,
): unknown {
  let out = b;
  let equal = true;
  for (const key in b) {
    let shared = b[key];
    if (key === first?.from) {
      equal = false;
      ({ shared } = first);
    } else if (equal) shared = a[key];
    else if (Object.hasOwn(a, key)) shared = walk(a[key], shared);
    if (shared === b[key]) continue;
    if (out === b && Object.isFrozen(b)) out = { ...b };
    out[key] = shared;
  }
  return out;
}

/** Where two containers differ first, and what is to be there. */
interface Difference<Key> {
  readonly from: Key;
  readonly shared: unknown;
}
