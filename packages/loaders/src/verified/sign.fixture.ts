import type { JsonValue, Loaded, Loader } from '@holdfast/core';
import type { PublicJwk } from './algorithm.ts';

/** A key pair for tests: what is given to `keys`, and what signs. */
export interface Signer {
  readonly publicKey: PublicJwk;
  sign(data: Uint8Array | string): Promise<Uint8Array<ArrayBuffer>>;
}

/** Makes an Ed25519 key pair. */
export async function signer(): Promise<Signer> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as {
    readonly publicKey: Parameters<typeof crypto.subtle.exportKey>[1];
    readonly privateKey: Parameters<typeof crypto.subtle.sign>[1];
  };
  const { kty = '', crv, x } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  return {
    publicKey: { kty, crv, x },
    async sign(data) {
      const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
      const signed = await crypto.subtle.sign('Ed25519', pair.privateKey, Uint8Array.from(bytes));
      return new Uint8Array(signed);
    },
  };
}

export const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
export const base64url = (bytes: Uint8Array | string): string => {
  const plain = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  return base64(plain).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
};
export const encode = (value: JsonValue): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(JSON.stringify(value));

/** A document as a JWS in its compact form. */
export async function compactJws(
  value: JsonValue,
  by: Signer,
): Promise<{ raw: Uint8Array<ArrayBuffer> }> {
  const start = `${base64url('{"alg":"EdDSA"}')}.${base64url(encode(value))}`;
  return { raw: new TextEncoder().encode(`${start}.${base64url(await by.sign(start))}`) };
}

/** A loader of whatever stands in `now`. */
export function loaderOf(now: { loaded: Loaded | 'unchanged' | 'absent' }): Loader {
  return {
    name: 'conf',
    key: 'conf',
    load: async () =>
      typeof now.loaded === 'string' ? { kind: now.loaded } : { kind: 'loaded', ...now.loaded },
  };
}

/** `data` with one bit turned. */
export function flipped(data: Uint8Array, bit: number): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(data);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}
