import { isLoadError, LoadError } from '@holdfast/core';
import type { OptionChecks } from '@holdfast/core/options';
import { printable } from '../internal/printable.ts';
import { type Algorithm, algorithmOf, type PublicKey, verifies } from './algorithm.ts';
import { distrust } from './distrust.ts';
import { unjudged } from './unjudged.ts';

/** Keys that are trusted, by their ids. */
export type TrustedKeys = Readonly<Record<string, PublicKey>>;

/** Trusted keys, or a function that is asked for them at each poll, and each time a document is judged. */
export type KeySource = TrustedKeys | (() => TrustedKeys | Promise<TrustedKeys>);

/** Which keys a proof can use. */
export interface KeyKind {
  /** For the message about another one. */
  readonly allowed: string;
  takes(algorithm: Algorithm): boolean;
}

const ANY_KEYS: KeyKind = {
  allowed:
    'a public key: a JWK of Ed25519, P-256, P-384 or RSA (2048 bits at least) with its "alg" (RS256, PS256, PS512), or the PEM text of an Ed25519 key',
  takes: () => true,
};

function fits(key: unknown, kind: KeyKind): boolean {
  const algorithm = algorithmOf(key);
  return algorithm !== undefined && kind.takes(algorithm);
}

/**
 * Checks the option `keys`; what a function gives is checked when it gives it.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function checkKeys(
  check: OptionChecks,
  keys: unknown,
  kind: KeyKind = ANY_KEYS,
): asserts keys is KeySource {
  if (typeof keys === 'function') return;
  check.record('keys', keys);
  const entries = Object.entries(keys as object);
  if (entries.length === 0)
    throw check.fail('keys', 'keys by their ids, one at least', keys, 'an empty object');
  for (const [id, key] of entries) {
    if (!fits(key, kind)) throw check.fail(`keys.${id}`, kind.allowed, key);
  }
}

/**
 * The keys that are trusted now.
 *
 * @throws {LoadError} when a function could not give them.
 */
export async function trustedKeys(
  keys: KeySource,
  kind: KeyKind = ANY_KEYS,
): Promise<ReadonlyMap<string, PublicKey>> {
  if (typeof keys !== 'function') return new Map(Object.entries(keys));
  let given: unknown;
  try {
    given = await keys();
  } catch (error) {
    throw unjudged('"keys"', error);
  }
  const entries = Object.entries(Object(given) as Record<string, PublicKey>);
  const wrong = entries.find(([, key]) => !fits(key, kind));
  if (wrong !== undefined || entries.length === 0) {
    const what =
      wrong === undefined ? 'no keys' : `for "${printable(wrong[0])}" what is not ${kind.allowed}`;
    throw new LoadError(`cannot be judged: "keys" gave ${what}`, { retry: 'slow' });
  }
  return new Map(entries);
}

/**
 * The keys that a signature may be of: the one that it names, or each where it names none.
 *
 * @throws {HoldfastError} `UNTRUSTED` when there is no such key.
 */
export function keysNamed(keys: ReadonlyMap<string, PublicKey>, id: unknown): readonly PublicKey[] {
  if (id === undefined) return [...keys.values()];
  if (typeof id !== 'string') throw distrust('the key id of its signature is no text');
  const key = keys.get(id);
  if (key === undefined) throw distrust(`no key "${printable(id)}" is trusted`);
  return [key];
}

/**
 * What `attempt` gives for the first of `keys` that it gives anything for. One that cannot be used hides none of the others.
 *
 * @throws {LoadError} when it gives nothing for any, and one cannot be used.
 */
export async function byOneOf<T>(
  keys: Iterable<PublicKey>,
  attempt: (key: PublicKey) => Promise<T | undefined>,
): Promise<T | undefined> {
  let unusable: LoadError | undefined;
  for (const key of keys) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- most signatures are of the first one
      const given = await attempt(key);
      if (given !== undefined) return given;
    } catch (error) {
      if (!isLoadError(error)) throw error;
      unusable = error;
    }
  }
  if (unusable !== undefined) throw unusable;
  return undefined;
}

/** Whether `signature` is one of any of `keys` over `data`. @throws {LoadError} as `byOneOf` does. */
export async function verifiesByOneOf(
  keys: Iterable<PublicKey>,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  const of = async (key: PublicKey) => (await verifies(key, signature, data)) || undefined;
  return (await byOneOf(keys, of)) === true;
}
