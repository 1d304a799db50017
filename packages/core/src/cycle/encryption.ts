import { HoldfastError, isPlainObject } from '../lazy-base.ts';
import type { CacheKey, KeyRing } from '../options/cache-keys.ts';

/** What a record is encrypted with, and what for. */
export interface EncryptionTerms {
  /** The first key encrypts, all decrypt. */
  readonly keys: KeyRing;
  /** Where the record belongs, such as its cache key: it is of no use in another place. */
  readonly place: string;
}

/** The line before the encrypted bytes; it is authenticated with them. */
interface Header {
  readonly holdfast: 1;
  readonly encrypted: { readonly keyId: string; readonly iv: string };
}

const NEWLINE = 10;
/** Longer than any header. */
const LONGEST_HEADER = 2 ** 16;
/** More of an id that stands in a foreign file helps nobody. */
const ID_SHOWN = 64;

/**
 * Encrypts bytes with AES-256-GCM under the first key: one line of JSON that names the key, then the rest.
 *
 * @throws {HoldfastError} `CACHE_FAILED` without a key.
 */
export async function encryptRecord(
  bytes: Uint8Array,
  { keys, place }: EncryptionTerms,
): Promise<Uint8Array> {
  const [key] = keys;
  if (key === undefined) throw unusable('there is no key to encrypt with');
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const header: Header = { holdfast: 1, encrypted: { keyId: key.id, iv: toBase64(iv) } };
  const line = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  const aes = await importKey(key, 'encrypt');
  const secret = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: boundTo(place, line) },
    aes,
    bytes as Uint8Array<ArrayBuffer>,
  );
  return concat(line, new Uint8Array(secret));
}

/**
 * What `encryptRecord` was given for this place.
 *
 * @throws {HoldfastError} `CACHE_FAILED`, naming the id of the key: the key is not there or another one, the record was
 * changed, or it belongs elsewhere.
 */
export async function decryptRecord(
  record: Uint8Array,
  { keys, place }: EncryptionTerms,
): Promise<Uint8Array> {
  const header = headerOf(record);
  if (header === undefined) throw unusable('it is not encrypted');
  const { encrypted, line } = header;
  const { keyId, iv } = encrypted;
  const named = `key ${JSON.stringify(keyId.slice(0, ID_SHOWN))}`;
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined) throw unusable(`it is encrypted with ${named}, which is not in cacheKeys`);
  try {
    const algorithm = { name: 'AES-GCM', iv: fromBase64(iv), additionalData: boundTo(place, line) };
    const aes = await importKey(key, 'decrypt');
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, aes, record.slice(line.length)));
  } catch {
    throw unusable(`${named} does not open it: it is another one, or the record was changed`);
  }
}

/** The id of the key that a record is encrypted with; undefined for one in clear. */
export function keyIdOf(record: Uint8Array): string | undefined {
  return headerOf(record)?.encrypted.keyId;
}

function headerOf(
  record: Uint8Array,
): { readonly encrypted: Header['encrypted']; readonly line: Uint8Array } | undefined {
  const end = record.subarray(0, LONGEST_HEADER).indexOf(NEWLINE);
  const line = record.slice(0, end + 1);
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
    const { holdfast, encrypted } = header as Partial<Header>;
    const isOurs = holdfast === 1 && isPlainObject(encrypted);
    if (!isOurs || typeof encrypted.keyId !== 'string' || typeof encrypted.iv !== 'string')
      return undefined;
    return { encrypted, line };
  } catch {
    return undefined;
  }
}

/** What is authenticated without being encrypted: a record can neither be moved nor be given another header. */
function boundTo(place: string, line: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(new TextEncoder().encode(`${place}\n`), line);
}

function concat(head: Uint8Array, rest: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.length + rest.length);
  whole.set(head);
  whole.set(rest, head.length);
  return whole;
}

function importKey(
  { key }: CacheKey,
  usage: 'encrypt' | 'decrypt',
): ReturnType<typeof crypto.subtle.importKey> {
  const bytes = typeof key === 'string' ? fromBase64(key) : (key as Uint8Array<ArrayBuffer>);
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, [usage]);
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

function unusable(why: string): HoldfastError {
  return new HoldfastError('CACHE_FAILED', `Cannot use an encrypted record: ${why}`);
}
