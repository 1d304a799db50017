import { loadStableStringify } from '../libraries.ts';
import type { JsonValue } from '../ports/json.ts';

/**
 * SHA-256, as hex, over the canonical text of a JSON value: the same for every order of keys, spacing and spelling of
 * numbers. For people and for comparing processes; never computed on the way of a document.
 */
export async function fingerprint(value: JsonValue): Promise<string> {
  const stringify = await loadStableStringify();
  return sha256(new TextEncoder().encode(stringify(value)));
}

/** SHA-256 of bytes, as hex. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
