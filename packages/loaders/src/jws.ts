import type * as Jose from 'jose';
import { isHoldfastError, type Loaded } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';
import { checkOptions } from './internal/check-options.ts';
import { missingPeer } from './internal/missing-peer.ts';
import { printable } from './internal/printable.ts';
import { codeOf } from './internal/system-error.ts';
import { algorithmOf, imported, type PublicKey } from './verified/algorithm.ts';
import { distrust } from './verified/distrust.ts';
import { bytesOf, type Proof } from './verified/proof.ts';
import {
  checkPlace,
  collect,
  signatureOf,
  type SignaturePlace,
} from './verified/signature-place.ts';
import {
  byOneOf,
  checkKeys,
  keysNamed,
  type KeySource,
  trustedKeys,
} from './verified/trusted-keys.ts';

export type { PublicJwk, PublicKey } from './verified/algorithm.ts';
export type { Proof, Proven, SideRequest } from './verified/proof.ts';
export type { SignaturePlace } from './verified/signature-place.ts';
export type { KeySource, TrustedKeys } from './verified/trusted-keys.ts';

/** Options of {@link jws}. */
export interface JwsOptions {
  /**
   * Who is trusted: public keys by their ids (`kid`), or a function that gives them. A key is for one algorithm, whatever
   * a header says: `none`, or a shared secret made of a public key, never verify.
   */
  readonly keys: KeySource;
  /**
   * Where a JWS with a detached payload is (`header..signature`, RFC 7515 appendix F, also unencoded, RFC 7797): a loader of
   * its own, or a header of the answer. Without it the document is a JWS itself, in the compact form.
   *
   * @default {none}
   */
  readonly detached?: SignaturePlace | undefined;
}

/**
 * Documents that are signed as JWS (RFC 7515), for `verified`. It needs the package `jose`.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function jws(options: JwsOptions): Proof {
  const check = new OptionChecks('jws()', ['keys', 'detached']);
  checkOptions(check, options, { example: '{ keys }', known: ['keys', 'detached'] });
  const { keys, detached } = options;
  checkKeys(check, keys);
  const place = detached === undefined ? undefined : checkPlace(check, 'detached', detached);
  return {
    ...(place && { collect: (loaded, request) => collect(place, loaded, request) }),
    prove: async (loaded) => ({ bytes: await payloadOf(loaded, place, keys) }),
    ...(place && 'load' in place && place.close && { close: () => place.close!() }),
  };
}

const COMPACT = /^([\w-]+)\.([^.\s]*)\.([\w-]+)$/;

async function payloadOf(
  loaded: Loaded,
  place: SignaturePlace | undefined,
  keys: KeySource,
): Promise<Uint8Array> {
  const bytes = bytesOf(loaded);
  if (bytes === undefined) throw distrust('it is a value, and only bytes can be signed');
  const written = place ? signatureOf(place, loaded) : bytes;
  const parts = COMPACT.exec(new TextDecoder().decode(written).trim());
  if (!parts) throw distrust(`${place ? 'what is beside it' : 'it'} is no compact JWS`);
  const [, header = '', inside = '', signature = ''] = parts;
  if (place && inside !== '') throw distrust('the JWS beside it has a payload of its own');
  return place
    ? verify({ header, signature, payload: bytes }, keys)
    : verify({ header, signature, payload: inside }, keys);
}

interface Jws {
  readonly header: string;
  readonly signature: string;
  /** Bytes where they lie beside it, and are encoded as the header says; else as it is written. */
  readonly payload: string | Uint8Array;
}

async function loadJose(): Promise<typeof Jose> {
  try {
    return await import('jose');
  } catch (error) {
    throw missingPeer('jose', error);
  }
}

async function verify({ header, signature, payload }: Jws, keys: KeySource): Promise<Uint8Array> {
  const jose = await loadJose();
  try {
    // the last letter has bits to spare: another spelling is another signature
    if (jose.base64url.encode(jose.base64url.decode(signature)) !== signature) {
      throw distrust('the signature of its JWS is not in base64url');
    }
    const { kid, b64 } = jose.decodeProtectedHeader({ protected: header });
    const trusted = keysNamed(await trustedKeys(keys), kid);
    const isRaw = typeof payload === 'string' || b64 === false;
    const written = isRaw ? payload : jose.base64url.encode(payload);
    return await payloadBy(trusted, { protected: header, payload: written, signature }, jose);
  } catch (error) {
    if (isHoldfastError(error)) throw error;
    throw distrust(`its JWS does not hold (${printable(codeOf(error) ?? 'it cannot be read')})`);
  }
}

/** What one of `trusted` says that it signed; rejects as the last one does. */
async function payloadBy(
  trusted: readonly PublicKey[],
  signed: Jose.FlattenedJWSInput,
  { flattenedVerify }: typeof Jose,
): Promise<Uint8Array> {
  let fault: unknown;
  const payload = await byOneOf(trusted, async (key) => {
    const algorithm = algorithmOf(key)!;
    const algorithms = [...algorithm.jws];
    const importedKey = await imported(key, algorithm);
    try {
      return (await flattenedVerify(signed, importedKey, { algorithms })).payload;
    } catch (error) {
      fault = error;
      return undefined;
    }
  });
  if (payload === undefined) throw fault;
  return payload;
}
