import type { Evidence, Loaded, Loader } from '@holdfast/core';
import { kindOf, type OptionChecks } from '@holdfast/core/options';
import { fromBase64 } from '../internal/from-base64.ts';
import { distrust } from './distrust.ts';
import type { SideRequest } from './proof.ts';

/** Where a signature is: a document of its own, read by a loader, or a header of the answer. */
export type SignaturePlace = Loader | { readonly header: string };

/** Of a signature with all that belongs to it; what is longer is none. */
const MAX_BYTES = 16_384;

/** @throws {HoldfastError} `INVALID_OPTIONS` */
export function checkPlace(check: OptionChecks, option: string, place: unknown): SignaturePlace {
  const { header, load } = Object(place) as { header?: unknown; load?: unknown };
  if (typeof load === 'function') return place as Loader;
  const allowed = 'a loader, or { header } with the name of a header';
  if (typeof header !== 'string' || header === '') {
    throw check.fail(option, allowed, place, kindOf(place));
  }
  return { header: header.toLowerCase() };
}

/** The document with its signature in its evidence. */
export async function collect(
  place: SignaturePlace,
  loaded: Loaded,
  request: SideRequest,
): Promise<Loaded> {
  const { evidence = NOTHING } = loaded;
  const signature =
    'load' in place ? await loadSignature(place, request) : evidence.headers[place.header];
  return { ...loaded, evidence: { ...evidence, signature } };
}

async function loadSignature(
  place: Loader,
  { signal, time, limits, deadlineMs }: SideRequest,
): Promise<string> {
  const result = await place.load({ signal, time, limits, deadlineMs });
  const raw = result.kind === 'loaded' ? result.raw : undefined;
  if (!(raw instanceof Uint8Array)) throw distrust(`${place.name} has no signature`);
  if (raw.length > MAX_BYTES) throw distrust(`its signature has more than ${MAX_BYTES} bytes`);
  return btoa(String.fromCharCode(...raw));
}

const NOTHING: Evidence = { url: '', status: 0, headers: {} };

/**
 * The signature of a document, as its bytes.
 *
 * @throws {HoldfastError} `UNTRUSTED` when it has none.
 */
export function signatureOf(place: SignaturePlace, { evidence }: Loaded): Uint8Array {
  if ('load' in place) {
    if (evidence?.signature === undefined) throw distrust('no signature was kept with it');
    const bytes = fromBase64(evidence.signature);
    if (bytes === undefined) throw distrust('the signature that was kept with it is not in base64');
    return bytes;
  }
  const text = evidence?.headers[place.header];
  if (text !== undefined) return new TextEncoder().encode(text);
  throw distrust(`it came without the header "${place.header}" (see keepHeaders of the loader)`);
}
