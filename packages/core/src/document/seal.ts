import type { Limits } from '../ports/limits.ts';
import { isContainer, isPlainObject, kindOf, type PlainObject } from './kind.ts';
import { formatPath } from './path.ts';
import { isSecret } from './secret.ts';

/** What `seal` refuses beyond classes and forbidden keys. */
export type SealLimits = Pick<Limits, 'maxDepth' | 'maxKeys'>;

/** Why a tree was refused: what is wrong and where. Its cause is the path, see `toldFault`. */
export class SealFault extends Error {}

/**
 * Freezes a tree all the way down, and refuses what no document or value may hold: too many levels or keys, a key that
 * can reach the prototype of an object, a number beyond a double, an object with a class of its own (`URL` and `Secret`
 * are leaves; what a secret holds is sealed, too).
 *
 * @param before A sealed tree; what `value` shares with it at the same path is taken as it is.
 * @throws {SealFault} naming the path.
 */
export function seal<T>(value: T, before: unknown, limits: SealLimits): T {
  new Sealer(limits).seal(value, before, 0);
  return value;
}

/**
 * A document that changes all over is walked here node by node: 2.5 ms per MB. What would cost ten times as much: looking
 * up keys in a tree that is not there, and cutting the path back after each container.
 */
class Sealer {
  readonly #limits: SealLimits;
  /** The way to what is looked at; of another branch from `depth` on. */
  readonly #path: (string | number)[] = [];
  #keys = 0;

  constructor(limits: SealLimits) {
    this.#limits = limits;
  }

  seal(value: unknown, before: unknown, depth: number): void {
    if (value === before || typeof value === 'string') return;
    if (isContainer(value)) this.#container(value, before, depth);
    else if (value === Infinity || value === -Infinity)
      throw this.#fault('has a number beyond a double', depth);
    else if (typeof value === 'function' || typeof value === 'symbol') {
      throw this.#fault(`holds ${kindOf(value)}, which cannot be frozen or compared`, depth);
    }
  }

  #container(value: object, before: unknown, depth: number): void {
    if (value instanceof URL) return sealUrl(value);
    if (depth >= this.#limits.maxDepth)
      throw this.#fault(`is nested deeper than ${this.#limits.maxDepth} levels`, depth);
    if (Array.isArray(value)) this.#items(value, before, depth);
    else if (isPlainObject(value)) this.#entries(value, before, depth);
    else if (isSecret(value)) this.seal(value.reveal(), isSecret(before) && before.reveal(), depth);
    else throw this.#fault(`holds ${kindOf(value)}, which cannot be frozen or compared`, depth);
    Object.freeze(value);
  }

  #items(items: readonly unknown[], before: unknown, depth: number): void {
    const old: readonly unknown[] | undefined = Array.isArray(before) ? before : undefined;
    this.#count(items.length, depth);
    for (let i = 0; i < items.length; i++) {
      this.#path[depth] = i;
      this.seal(items[i], old?.[i], depth + 1);
    }
  }

  #entries(object: PlainObject, before: unknown, depth: number): void {
    const old = isPlainObject(before) ? before : undefined;
    let keys = 0;
    for (const key in object) {
      keys++;
      if (key === '__proto__' || (key === 'prototype' && this.#path[depth - 1] === 'constructor'))
        throw this.#fault(`has the forbidden key ${JSON.stringify(key)}`, depth);
      this.#path[depth] = key;
      this.seal(object[key], old?.[key], depth + 1);
    }
    this.#count(keys, depth);
  }

  #count(keys: number, depth: number): void {
    this.#keys += keys;
    if (this.#keys > this.#limits.maxKeys)
      throw this.#fault(`has more than ${this.#limits.maxKeys} keys and items`, depth);
  }

  #fault(what: string, depth: number): SealFault {
    const path = this.#path.slice(0, depth);
    return new SealFault(`${what} at ${formatPath(path)}`, { cause: path });
  }
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
