import { cryptoBytes } from '../internal/crypto-bytes.ts';
import { fromBase64 } from '../internal/from-base64.ts';

/** How far the time of a message may be from ours, in seconds, either way. */
export const TOLERANCE_S = 300;

/** What the headers of a message say, before anything of it is believed. */
export interface Claim {
  readonly id: string;
  /** Seconds since 1970, as written. */
  readonly timestamp: string;
  /** Of the form `v1,base64`. */
  readonly signatures: readonly Uint8Array<ArrayBuffer>[];
}

type Key = Parameters<typeof crypto.subtle.verify>[1];

/** Without a dot: `id.timestamp.body` could be cut in another place. */
const ID = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;
const TIMESTAMP = /^[1-9]\d{0,14}$/;

/** Signatures of one message that are tried: one for each key of a sender who replaces them. */
const MOST_SIGNATURES = 8;

/** What the headers claim; or why they cannot be right, whatever the body is. */
export function claimOf(
  headers: Headers,
  nowMs: number,
): Claim | 'id' | 'timestamp' | 'clock' | 'version' {
  const id = headers.get('webhook-id') ?? '';
  const timestamp = headers.get('webhook-timestamp') ?? '';
  if (!ID.test(id)) return 'id';
  if (!TIMESTAMP.test(timestamp)) return 'timestamp';
  if (Math.abs(Math.floor(nowMs / 1_000) - Number(timestamp)) > TOLERANCE_S) return 'clock';
  const listed = (headers.get('webhook-signature') ?? '').split(' ', MOST_SIGNATURES);
  const signatures = listed.flatMap((each) => signatureOf(each) ?? []);
  return signatures.length > 0 ? { id, timestamp, signatures } : 'version';
}

/** Of a symmetric signature; other versions are passed over, as the specification says. */
function signatureOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  return text.startsWith('v1,') ? fromBase64(text.slice(3)) : undefined;
}

/** Checks HMAC-SHA256 signatures in constant time: the comparison is WebCrypto's. */
export class Signatures {
  readonly #secrets: readonly Uint8Array[];
  #keys: Promise<readonly Key[]> | undefined;

  constructor(secrets: readonly Uint8Array[]) {
    this.#secrets = secrets;
  }

  /** Whether one of the secrets made one of the signatures of this message. */
  async verify({ id, timestamp, signatures }: Claim, body: Uint8Array): Promise<boolean> {
    const head = new TextEncoder().encode(`${id}.${timestamp}.`);
    const signed = new Uint8Array(head.length + body.length);
    signed.set(head);
    signed.set(body, head.length);
    this.#keys ??= Promise.all(this.#secrets.map((secret) => keyOf(secret)));
    const keys = await this.#keys;
    const tries = keys.flatMap((key) =>
      signatures.map((signature) => crypto.subtle.verify('HMAC', key, signature, signed)),
    );
    return (await Promise.all(tries)).includes(true);
  }
}

function keyOf(secret: Uint8Array): Promise<Key> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', cryptoBytes(secret), algorithm, false, ['verify']);
}
