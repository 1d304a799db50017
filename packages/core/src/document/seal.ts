import type { Limits } from '../ports/limits.ts';
import { isContainer, isPlainObject, kindOf, type PlainObject } from './kind.ts';
import { formatPath } from './path.ts';
import { isSecret } from './secret.ts';

/** What `seal` refuses beyond classes and forbidden keys. */
export type SealLimits = Pick<Limits, 'maxDepth' | 'maxKeys'>;

/** For values: they are walked by recursion, and beyond this depth they are cyclic, or as good as. */
export const VALUE_LIMITS: SealLimits = { maxDepth: 1_000, maxKeys: Infinity };

/**
 * Freezes a tree all the way down, and refuses what no document or value may hold: too many levels or keys, a key that
 * can reach the prototype of an object, a number beyond a double, an object with a class of its own (`URL` and `Secret`
 * are leaves; what a secret holds is sealed, too).
 *
 * Whatever else is to be refused has to make `reconcile()` give up too: it comes before this, for texts of JSON.
 *
 * @param before A sealed tree; what `value` shares with it at the same path is taken as it is.
 * @throws {Error} what is wrong and where; its cause is the path, see `toldFault`.
 */
export function seal<T>(value: T, before: unknown, limits: SealLimits): T {
  sealed({ limits, path: [], keys: 0 }, value, before, 0);
  return value;
}

/**
 * A document that changes all over is walked here node by node. What would cost ten times as much: looking up keys in a
 * tree that is not there, cutting the path back after each container, and a class (see `reconcile`).
 */
interface Walk {
  readonly limits: SealLimits;
  /** The way to what is looked at; of another branch from `depth` on. */
  readonly path: (string | number)[];
  keys: number;
}

function sealed(walk: Walk, value: unknown, before: unknown, depth: number): void {
  if (typeof value === 'string' || value === before) return;
  if (isContainer(value)) sealContainer(walk, value, before, depth);
  else if (value === Infinity || value === -Infinity)
    throw faultAt(walk, 'has a number beyond a double', depth);
  else if (typeof value === 'function' || typeof value === 'symbol') {
    throw faultAt(walk, `holds ${kindOf(value)}, which cannot be frozen or compared`, depth);
  }
}

function sealContainer(walk: Walk, value: object, before: unknown, depth: number): void {
  if (value instanceof URL) return sealUrl(value);
  const { maxDepth } = walk.limits;
  if (depth >= maxDepth) {
    // that of values is nobody's option
    const option = walk.limits === VALUE_LIMITS ? '' : ' (limits.maxDepth)';
    throw faultAt(walk, `is nested deeper than ${maxDepth} levels${option}`, depth);
  }
  if (Array.isArray(value)) sealItems(walk, value, before, depth);
  else if (isPlainObject(value)) sealEntries(walk, value, before, depth);
  else if (isSecret(value))
    sealed(walk, value.reveal(), isSecret(before) && before.reveal(), depth);
  else throw faultAt(walk, `holds ${kindOf(value)}, which cannot be frozen or compared`, depth);
  Object.freeze(value);
}

function sealItems(walk: Walk, items: readonly unknown[], before: unknown, depth: number): void {
  const old: readonly unknown[] | undefined = Array.isArray(before) ? before : undefined;
  count(walk, items.length, depth);
  for (let i = 0; i < items.length; i++) {
    walk.path[depth] = i;
    sealed(walk, items[i], old?.[i], depth + 1);
  }
}

function sealEntries(walk: Walk, object: PlainObject, before: unknown, depth: number): void {
  const old = isPlainObject(before) ? before : undefined;
  const { path } = walk;
  let keys = 0;
  for (const key in object) {
    keys++;
    if (key === '__proto__' || (key === 'prototype' && path[depth - 1] === 'constructor'))
      throw faultAt(walk, `has the forbidden key ${JSON.stringify(key)}`, depth);
    path[depth] = key;
    sealed(walk, object[key], old?.[key], depth + 1);
  }
  count(walk, keys, depth);
}

function count(walk: Walk, keys: number, depth: number): void {
  const { maxKeys } = walk.limits;
  if ((walk.keys += keys) > maxKeys)
    throw faultAt(walk, `has more than ${maxKeys} keys and items (limits.maxKeys)`, depth);
}

function faultAt(walk: Walk, what: string, depth: number): Error {
  const at = walk.path.slice(0, depth);
  return new Error(`${what} at ${formatPath(at)}`, { cause: at });
}

const URL_PARTS = [
  'href',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
] as const;

/** Freezing does not reach what a URL keeps inside: own properties shadow the setters of its class. */
function sealUrl(url: URL): void {
  if (Object.isFrozen(url)) return;
  for (const part of URL_PARTS) Object.defineProperty(url, part, { value: url[part] });
  const { search } = url;
  Object.defineProperty(url, 'searchParams', { get: () => new URLSearchParams(search) });
  Object.freeze(url);
}
