import { isHoldfastError, LoadError } from '@holdfast/core';
import type { OptionChecks } from '@holdfast/core/options';
import { printable } from '../internal/printable.ts';
import { algorithmOf, type PublicKey } from './algorithm.ts';
import { distrust } from './distrust.ts';

/** Keys that are trusted, by their ids. */
export type TrustedKeys = Readonly<Record<string, PublicKey>>;

/** Trusted keys, or a function that is asked for them at each poll, and each time a document is judged. */
export type KeySource = TrustedKeys | (() => TrustedKeys | Promise<TrustedKeys>);

const ALLOWED =
  'a public key: a JWK of Ed25519, P-256, P-384 or RSA with its "alg" (RS256, PS256, PS512), or the PEM text of an Ed25519 key';

/**
 * Checks the option `keys`; what a function gives is checked when it gives it.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function checkKeys(check: OptionChecks, keys: unknown): asserts keys is KeySource {
  if (typeof keys === 'function') return;
  check.record('keys', keys);
  const entries = Object.entries(keys as object);
  if (entries.length === 0) throw check.fail('keys', 'keys by their ids, one at least', keys);
  for (const [id, key] of entries) {
    if (algorithmOf(key) === undefined) throw check.fail(`keys.${id}`, ALLOWED, key);
  }
}

/**
 * The keys that are trusted now.
 *
 * @throws {LoadError} when a function could not give them.
 */
export async function trustedKeys(keys: KeySource): Promise<ReadonlyMap<string, PublicKey>> {
  if (typeof keys !== 'function') return new Map(Object.entries(keys));
  let given: unknown;
  try {
    given = await keys();
  } catch (error) {
    if (isHoldfastError(error)) throw error;
    const { name } = error instanceof Error ? error : new Error();
    throw new LoadError(`cannot be judged: "keys" failed with ${printable(name)}`, {
      cause: error,
    });
  }
  const entries = Object.entries(Object(given) as Record<string, PublicKey>);
  const wrong = entries.find(([, key]) => algorithmOf(key) === undefined);
  if (wrong !== undefined || entries.length === 0) {
    const what =
      wrong === undefined ? 'no keys' : `for "${printable(wrong[0])}" what is not ${ALLOWED}`;
    throw new LoadError(`cannot be judged: "keys" gave ${what}`, { retry: 'slow' });
  }
  return new Map(entries);
}

/**
 * The key that a signature names. One that names none is of the only key that there is.
 *
 * @throws {HoldfastError} `UNTRUSTED` when there is no such key.
 */
export function keyNamed(keys: ReadonlyMap<string, PublicKey>, id: unknown): PublicKey {
  if (id === undefined && keys.size === 1) return [...keys.values()][0]!;
  if (typeof id !== 'string')
    throw distrust('its signature does not say which of the keys it is of');
  const key = keys.get(id);
  if (key === undefined) throw distrust(`no key "${printable(id)}" is trusted`);
  return key;
}
