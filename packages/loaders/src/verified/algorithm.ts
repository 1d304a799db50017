import { LoadError } from '@holdfast/core';
import { cryptoBytes } from '../internal/crypto-bytes.ts';
import { fromBase64 } from '../internal/from-base64.ts';

/** A public key: a JWK (RFC 7517), or the PEM text of an Ed25519 one, as `openssl pkey -pubout` writes it. */
export type PublicKey = PublicJwk | string;

/** A public key as JSON. An RSA key has 2048 bits at least, and has to name its `alg`, since it could be used with several. */
export interface PublicJwk {
  /** `OKP`, `EC` or `RSA`. */
  readonly kty: string;
  /** `Ed25519`, `P-256` or `P-384`. */
  readonly crv?: string | undefined;
  /** Of `OKP` and `EC`. */
  readonly x?: string | undefined;
  /** Of `EC`. */
  readonly y?: string | undefined;
  /** Of `RSA`. */
  readonly n?: string | undefined;
  /** Of `RSA`. */
  readonly e?: string | undefined;
  /** `RS256`, `PS256` or `PS512`; of other keys it follows from their curve. */
  readonly alg?: string | undefined;
}

/** The one algorithm that a key is for, by its names. */
export interface Algorithm {
  /** In JWS, where RFC 9864 gave a second name to one of them. */
  readonly jws: readonly string[];
  /** In RFC 9421, where it has a name there. */
  readonly http?: string;
  /** What the parts of its keys look like, in base64url. */
  readonly parts: Readonly<Partial<Record<'x' | 'y' | 'n' | 'e', RegExp>>>;
  /** For WebCrypto: what a key is imported as, and what it verifies with. */
  readonly imported: {
    readonly name: string;
    readonly namedCurve?: string;
    readonly hash?: string;
  };
  readonly verified: {
    readonly name: string;
    readonly hash?: string;
    readonly saltLength?: number;
  };
}

const BYTES_32 = /^[\w-]{43}$/;
const BYTES_48 = /^[\w-]{64}$/;
/** RFC 7518 §3.3: 2048 bits or more. */
const RSA = { n: /^[\w-]{342,}$/, e: /^[\w-]{2,}$/ };

const ED25519: Algorithm = {
  jws: ['EdDSA', 'Ed25519'],
  http: 'ed25519',
  parts: { x: BYTES_32 },
  imported: { name: 'Ed25519' },
  verified: { name: 'Ed25519' },
};

const BY_CURVE: Readonly<Record<string, Algorithm>> = {
  'OKP Ed25519': ED25519,
  'EC P-256': {
    jws: ['ES256'],
    http: 'ecdsa-p256-sha256',
    parts: { x: BYTES_32, y: BYTES_32 },
    imported: { name: 'ECDSA', namedCurve: 'P-256' },
    verified: { name: 'ECDSA', hash: 'SHA-256' },
  },
  'EC P-384': {
    jws: ['ES384'],
    http: 'ecdsa-p384-sha384',
    parts: { x: BYTES_48, y: BYTES_48 },
    imported: { name: 'ECDSA', namedCurve: 'P-384' },
    verified: { name: 'ECDSA', hash: 'SHA-384' },
  },
};

const RS256: Algorithm = {
  jws: ['RS256'],
  http: 'rsa-v1_5-sha256',
  parts: RSA,
  imported: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  verified: { name: 'RSASSA-PKCS1-v1_5' },
};

/** A map: whoever writes a key chooses the name, which may be one that objects inherit. */
const BY_NAME: ReadonlyMap<unknown, Algorithm> = new Map([
  ['RS256', RS256],
  ['PS256', pss('PS256', 'SHA-256', 32)],
  ['PS512', { ...pss('PS512', 'SHA-512', 64), http: 'rsa-pss-sha512' }],
]);

function pss(jws: string, hash: string, saltLength: number): Algorithm {
  const name = 'RSA-PSS';
  return { jws: [jws], parts: RSA, imported: { name, hash }, verified: { name, saltLength } };
}

/** The algorithm that `key` is for; undefined for what is no public key that we know. No message has a say in it. */
export function algorithmOf(key: unknown): Algorithm | undefined {
  if (typeof key === 'string') return spkiOf(key) === undefined ? undefined : ED25519;
  if (typeof key !== 'object' || key === null) return undefined;
  const jwk = key as Partial<PublicJwk> & { readonly d?: unknown };
  const { kty, crv, alg, d } = jwk;
  // workers export a public key with a d that is undefined
  if (d !== undefined) return undefined;
  const algorithm = kty === 'RSA' ? BY_NAME.get(alg) : BY_CURVE[`${kty} ${crv}`];
  // a key that names another algorithm than its own is a mistake
  const named = alg === undefined || algorithm?.jws.includes(alg) === true;
  if (!named || algorithm === undefined) return undefined;
  const parts = Object.entries(algorithm.parts) as [keyof typeof algorithm.parts, RegExp][];
  return parts.every(([part, form]) => form.test(`${jwk[part]}`)) ? algorithm : undefined;
}

const PEM = /^\s*-----BEGIN PUBLIC KEY-----\s([A-Za-z0-9+/=\s]+)\s-----END PUBLIC KEY-----\s*$/;
/** RFC 8410 §4: the name of the algorithm, and 32 bytes. */
const ED25519_SPKI = /^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=$/;

/** What stands in the PEM text of an Ed25519 key. */
function spkiOf(pem: string): Uint8Array<ArrayBuffer> | undefined {
  const text = PEM.exec(pem)?.[1]?.replaceAll(/\s/g, '') ?? '';
  return ED25519_SPKI.test(text) ? fromBase64(text) : undefined;
}

/** WebCrypto's, by the one name that all platforms' types have. */
type ImportedKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/**
 * `key` as WebCrypto takes it.
 *
 * @throws {LoadError} where it is broken, or the platform does not know its algorithm.
 */
export function imported(key: PublicKey, algorithm: Algorithm): Promise<ImportedKey> {
  return asUsable(algorithm, () => importKey(key, algorithm.imported));
}

/** Some platforms find out what is wrong with a key when it comes in, some when it is used. */
async function asUsable<T>(algorithm: Algorithm, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const what = `cannot be judged: an ${algorithm.jws[0]} key is broken, or its algorithm is unknown here`;
    throw new LoadError(what, { retry: 'slow', cause: error });
  }
}

async function importKey(key: PublicKey, kind: Algorithm['imported']): Promise<ImportedKey> {
  const { subtle } = crypto;
  if (typeof key !== 'string') {
    const { kty, crv, x, y, n, e } = key;
    const given = Object.entries({ kty, crv, x, y, n, e }).filter(([, part]) => part !== undefined);
    return subtle.importKey('jwk', Object.fromEntries(given), kind, false, ['verify']);
  }
  return subtle.importKey('spki', spkiOf(key)!, kind, false, ['verify']);
}

/** Whether `signature` is one of `key` over `data`. @throws {LoadError} as `imported` does. */
export async function verifies(
  key: PublicKey,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  const algorithm = algorithmOf(key);
  if (algorithm === undefined) return false;
  const cryptoKey = await imported(key, algorithm);
  const given = [cryptoBytes(signature), cryptoBytes(data)] as const;
  return asUsable(algorithm, () => crypto.subtle.verify(algorithm.verified, cryptoKey, ...given));
}
