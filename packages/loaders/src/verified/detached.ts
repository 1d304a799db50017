import { OptionChecks } from '@holdfast/core/options';
import { checkOptions } from '../internal/check-options.ts';
import { fromBase64 } from '../internal/from-base64.ts';
import { distrust } from './distrust.ts';
import { bytesOf, type Proof } from './proof.ts';
import { checkPlace, collect, signatureOf, type SignaturePlace } from './signature-place.ts';
import {
  checkKeys,
  type KeyKind,
  type KeySource,
  trustedKeys,
  verifiesByOneOf,
} from './trusted-keys.ts';

/** Options of {@link detached}. */
export interface DetachedOptions {
  /**
   * Who is trusted: Ed25519 keys by names of your choice, or a function that gives them. A bare signature names no key, so
   * it has to be of one of them: rotate by adding the new one, and taking the old one away when it signs nothing any more.
   */
  readonly keys: KeySource;
  /**
   * Where the signature is: a loader of its own (`httpLoader({ url: '….sig' })`), or a header of the answer, which the
   * loader has to keep (`keepHeaders`). 64 bytes as they are, or in base64.
   */
  readonly signature: SignaturePlace;
}

const ED25519_KEYS: KeyKind = {
  allowed: 'a public Ed25519 key, as a JWK or as PEM text',
  takes: ({ jws }) => jws.includes('Ed25519'),
};

/**
 * Documents with a bare Ed25519 signature beside them, over exactly their bytes, as `openssl pkeyutl -sign -rawin` makes it.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function detached(options: DetachedOptions): Proof {
  const check = new OptionChecks('detached()', ['signature', 'keys']);
  checkOptions(check, options, { example: '{ keys, signature }', known: ['keys', 'signature'] });
  const { keys } = options;
  checkKeys(check, keys, ED25519_KEYS);
  const place = checkPlace(check, 'signature', options.signature);
  return {
    collect: (loaded, request) => collect(place, loaded, request),
    async prove(loaded) {
      const bytes = bytesOf(loaded);
      if (bytes === undefined) throw distrust('it is a value, and only bytes can be signed');
      const signature = rawSignature(signatureOf(place, loaded));
      const trusted = (await trustedKeys(keys, ED25519_KEYS)).values();
      if (await verifiesByOneOf(trusted, signature, bytes)) return { bytes };
      throw distrust(
        'its signature is of none of the trusted Ed25519 keys, or not over these bytes',
      );
    },
    ...('load' in place && place.close && { close: () => place.close!() }),
  };
}

const LENGTH = 64;

/** Tools write 64 bytes, and people put them into base64, where they can be seen. */
function rawSignature(written: Uint8Array): Uint8Array {
  if (written.length === LENGTH) return written;
  const text = new TextDecoder().decode(written).trim();
  const base64 = `${text.replaceAll('-', '+').replaceAll('_', '/').replace(/==$/, '')}==`;
  // the last letter has bits to spare: another spelling is another signature
  const bytes = /[AQgw]==$/.test(base64) ? fromBase64(base64) : undefined;
  if (bytes?.length === LENGTH) return bytes;
  throw distrust(`its signature is not ${LENGTH} bytes, as they are or in base64`);
}
