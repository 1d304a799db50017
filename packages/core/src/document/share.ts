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
  if (isPlainObject(a) && isPlainObject(b)) return shareObject(a, b);
  if (isSecret(a) && isSecret(b))
    return Object.is(walk(a.reveal(), b.reveal()), a.reveal()) ? a : b;
  return sameLeaf(a, b) ? a : b;
}

function shareArray(a: readonly unknown[], b: unknown[]): unknown {
  const both = Math.min(a.length, b.length);
  let out = b;
  let same = a.length === b.length;
  for (let i = 0; i < both; i++) {
    const before = a[i];
    const after = b[i];
    if (before === after) continue;
    const shared = walk(before, after);
    if (shared !== before) same &&= sameLeaf(shared, before);
    if (shared === after) continue;
    if (out === b && Object.isFrozen(b)) out = b.slice();
    out[i] = shared;
  }
  return same ? a : out;
}

function shareObject(a: PlainObject, b: PlainObject): unknown {
  let out = b;
  let same = true;
  let common = 0;
  for (const key in b) {
    const after = b[key];
    // the one inherited key that runs code when it is read: under `--disable-proto=throw` it throws
    const before = key === '__proto__' && !Object.hasOwn(a, key) ? undefined : a[key];
    if (before === undefined || before !== after) {
      if (!Object.hasOwn(a, key)) {
        same = false;
        continue;
      }
      const shared = walk(before, after);
      if (shared !== before) same &&= sameLeaf(shared, before);
      if (shared !== after) {
        if (out === b && Object.isFrozen(b)) out = { ...b };
        out[key] = shared;
      }
    }
    common++;
  }
  if (same) for (const _ in a) common--;
  return same && common === 0 ? a : out;
}
