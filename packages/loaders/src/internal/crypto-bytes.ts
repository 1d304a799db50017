/**
 * `bytes` as the types of WebCrypto ask for them: not in shared memory. Declarations that users compile cannot say so, since
 * compilers before TypeScript 5.7 know no such type.
 */
export function cryptoBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}
