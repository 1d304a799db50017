import type { Limits } from '../ports/limits.ts';
import { isContainer, isPlainObject, kindOf, type PlainObject } from './kind.ts';
import { formatPath } from './path.ts';
import { isSecret } from './secret.ts';

/** What `seal` refuses beyond classes and forbidden keys. */
export type SealLimits = Pick<Limits, 'maxDepth' | 'maxKeys'>;

/** Why a tree was refused: what is wrong and where. */
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
  new Sealer(limits).seal(value, before);
  return value;
}

class Sealer {
  readonly #limits: SealLimits;
  readonly #path: (string | number)[] = [];
  #keys = 0;

  constructor(limits: SealLimits) {
    this.#limits = limits;
  }

  seal(value: unknown, before: unknown): void {
    if (value === before || typeof value === 'string') return;
    if (isContainer(value)) this.#container(value, before);
    else if (value === Infinity || value === -Infinity)
      throw this.#fault('has a number beyond a double');
    else if (typeof value === 'function' || typeof value === 'symbol') {
      throw this.#fault(`holds ${kindOf(value)}, which cannot be frozen or compared`);
    }
  }

  #container(value: object, before: unknown): void {
    if (value instanceof URL) return sealUrl(value);
    if (this.#path.length >= this.#limits.maxDepth) {
      throw this.#fault(`is nested deeper than ${this.#limits.maxDepth} levels`);
    }
    if (Array.isArray(value)) this.#items(value, Array.isArray(before) ? before : []);
    else if (isPlainObject(value)) this.#entries(value, isPlainObject(before) ? before : {});
    else if (isSecret(value)) this.seal(value.reveal(), isSecret(before) && before.reveal());
    else throw this.#fault(`holds ${kindOf(value)}, which cannot be frozen or compared`);
    Object.freeze(value);
  }

  #items(items: readonly unknown[], before: readonly unknown[]): void {
    const depth = this.#path.length;
    this.#count(items.length);
    for (let i = 0; i < items.length; i++) {
      this.#path[depth] = i;
      this.seal(items[i], before[i]);
    }
    this.#path.length = depth;
  }

  #entries(object: PlainObject, before: PlainObject): void {
    const depth = this.#path.length;
    let keys = 0;
    for (const key in object) {
      keys++;
      if (key === '__proto__' || (key === 'prototype' && this.#path[depth - 1] === 'constructor')) {
        this.#path.length = depth;
        throw this.#fault(`has the forbidden key ${JSON.stringify(key)}`);
      }
      this.#path[depth] = key;
      this.seal(object[key], before[key]);
    }
    this.#path.length = depth;
    this.#count(keys);
  }

  #count(keys: number): void {
    this.#keys += keys;
    if (this.#keys > this.#limits.maxKeys) {
      throw this.#fault(`has more than ${this.#limits.maxKeys} keys and items`);
    }
  }

  #fault(what: string): SealFault {
    return new SealFault(`${what} at ${formatPath(this.#path)}`);
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
