/** Whether two byte strings are the same. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && commonPrefix(a, b) === a.length);
}

/**
 * How many bytes at the start of both are the same. Compares four bytes a step where both are aligned, as loaders hand
 * them over.
 */
export function commonPrefix(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let i = 0;
  if (((a.byteOffset | b.byteOffset) & 3) === 0) {
    const words = most >> 2;
    const x = new Int32Array(a.buffer, a.byteOffset, words);
    const y = new Int32Array(b.buffer, b.byteOffset, words);
    let word = 0;
    while (word < words && x[word] === y[word]) word++;
    i = word << 2;
  }
  while (i < most && a[i] === b[i]) i++;
  return i;
}
