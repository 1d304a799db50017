import { equalBytes } from '@holdfast/core/json';
import { cryptoBytes } from '../internal/crypto-bytes.ts';
import { distrust } from '../verified/distrust.ts';
import { dictionaryOf, type Structured } from './structured.ts';

/** Those of RFC 9530 §5 that are not broken, by WebCrypto's names. */
const HASHES = new Map([
  ['sha-256', 'SHA-256'],
  ['sha-512', 'SHA-512'],
]);

/**
 * Refuses a document that is not the one that its `Content-Digest` (RFC 9530) speaks of. All digests of algorithms that we
 * know must fit, and there must be one.
 *
 * @throws {HoldfastError} `UNTRUSTED`
 */
export async function refuseOtherDigest(
  structured: Structured,
  headers: Readonly<Record<string, string>>,
  bytes: Uint8Array,
): Promise<void> {
  const digests = dictionaryOf(structured, headers, 'content-digest');
  const { 'content-encoding': coding = 'identity' } = headers;
  if (coding !== 'identity') {
    throw distrust(
      'it came compressed, and its Content-Digest is of what was sent: use compression: false',
    );
  }
  const known = [...digests].filter(([name]) => HASHES.has(name));
  if (known.length === 0) throw distrust('its Content-Digest has neither sha-256 nor sha-512');
  for (const [name, [digest]] of known) {
    const own = await crypto.subtle.digest(HASHES.get(name)!, cryptoBytes(bytes));
    if (
      !(digest instanceof ArrayBuffer) ||
      !equalBytes(new Uint8Array(digest), new Uint8Array(own))
    ) {
      throw distrust(`its Content-Digest (${name}) is of another content`);
    }
  }
}
