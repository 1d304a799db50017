/** A public key: a JWK (RFC 7517), or the PEM text of an Ed25519 one, as `openssl pkey -pubout` writes it. */
export type PublicKey = PublicJwk | string;

/** A public key as JSON. An RSA key has to name its `alg`, since it could be used with several. */
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

const ED25519: Algorithm = {
  jws: ['EdDSA', 'Ed25519'],
  http: 'ed25519',
  imported: { name: 'Ed25519' },
  verified: { name: 'Ed25519' },
};

const BY_CURVE: Readonly<Record<string, Algorithm>> = {
  'OKP Ed25519': ED25519,
  'EC P-256': ecdsa('ES256', 'P-256', 'SHA-256', 'ecdsa-p256-sha256'),
  'EC P-384': ecdsa('ES384', 'P-384', 'SHA-384', 'ecdsa-p384-sha384'),
};

const BY_NAME: Readonly<Record<string, Algorithm>> = {
  RS256: {
    jws: ['RS256'],
    http: 'rsa-v1_5-sha256',
    imported: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    verified: { name: 'RSASSA-PKCS1-v1_5' },
  },
  PS256: pss('PS256', 'SHA-256', 32),
  PS512: { ...pss('PS512', 'SHA-512', 64), http: 'rsa-pss-sha512' },
};

function ecdsa(jws: string, namedCurve: string, hash: string, http: string): Algorithm {
  const name = 'ECDSA';
  return { jws: [jws], http, imported: { name, namedCurve }, verified: { name, hash } };
}

function pss(jws: string, hash: string, saltLength: number): Algorithm {
  const name = 'RSA-PSS';
  return { jws: [jws], imported: { name, hash }, verified: { name, saltLength } };
}

/** The algorithm that `key` is for; undefined for what is no public key that we know. No message has a say in it. */
export function algorithmOf(key: unknown): Algorithm | undefined {
  if (typeof key === 'string') return PEM.test(key) ? ED25519 : undefined;
  if (typeof key !== 'object' || key === null || 'd' in key) return undefined;
  const { kty, crv, alg } = key as Partial<PublicJwk>;
  const algorithm = kty === 'RSA' ? BY_NAME[`${alg}`] : BY_CURVE[`${kty} ${crv}`];
  // a key that names another algorithm than its own is a mistake
  const named = alg === undefined || algorithm?.jws.includes(alg) === true;
  return named ? algorithm : undefined;
}

const PEM = /^\s*-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END PUBLIC KEY-----\s*$/;

/** WebCrypto's, by the one name that all platforms' types have. */
type ImportedKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** `key` as WebCrypto takes it. Rejects where it is broken, or the platform does not know its algorithm. */
export async function imported(
  key: PublicKey,
  { imported: kind }: Algorithm,
): Promise<ImportedKey> {
  const { subtle } = crypto;
  if (typeof key !== 'string') {
    const { kty, crv, x, y, n, e } = key;
    const given = Object.entries({ kty, crv, x, y, n, e }).filter(([, part]) => part !== undefined);
    return subtle.importKey('jwk', Object.fromEntries(given), kind, false, ['verify']);
  }
  const text = PEM.exec(key)![1]!.replaceAll(/\s/g, '');
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  return subtle.importKey('spki', bytes, kind, false, ['verify']);
}

/** Whether `signature` is one of `key` over `data`. */
export async function verifies(
  key: PublicKey,
  signature: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const algorithm = algorithmOf(key);
  if (algorithm === undefined) return false;
  const cryptoKey = await imported(key, algorithm);
  return crypto.subtle.verify(algorithm.verified, cryptoKey, signature, data);
}
