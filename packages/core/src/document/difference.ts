import { commonPrefix, equalBytes } from './equal-bytes.ts';

/** The only part of a byte string in which another one differs from it. */
export interface Difference {
  /** The first byte that differs. */
  readonly from: number;
  /** The end: all from here on is the same again. The start, where bytes were only put in. */
  readonly to: number;
  /** Bytes that stand there instead. */
  readonly length: number;
}

/** What `after` has in the place of a part of `before`: as little as can be. */
export function differenceOf(before: Uint8Array, after: Uint8Array): Difference {
  const from = commonPrefix(before, after);
  const rest = Math.min(before.length, after.length) - from;
  const same = commonSuffix(before, after, rest);
  return { from, to: before.length - same, length: after.length - same - from };
}

/** Bytes that are compared at a time. */
const CHUNK = 16_384;
const scratch = [new Uint8Array(CHUNK), new Uint8Array(CHUNK)] as const;

/** How many bytes at the end of both are the same, of `most` at most. */
function commonSuffix(a: Uint8Array, b: Uint8Array, most: number): number {
  let same = 0;
  while (same < most) {
    // the first time as few as put the end of the next ones at a word
    const size = Math.min((a.length - same) & 3 || CHUNK, most - same);
    const x = aligned(endingAt(a, a.length - same, size), scratch[0]);
    const y = aligned(endingAt(b, b.length - same, size), scratch[1]);
    if (!equalBytes(x, y)) return same + commonEnd(x, y);
    same += size;
  }
  return same;
}

function endingAt(bytes: Uint8Array, end: number, size: number): Uint8Array {
  return bytes.subarray(end - size, end);
}

/** Where they can be compared by words. */
function aligned(bytes: Uint8Array, place: Uint8Array): Uint8Array {
  if ((bytes.byteOffset & 3) === 0) return bytes;
  place.set(bytes);
  return place.subarray(0, bytes.length);
}

/** Of two byte strings that differ, and are as long as one another. */
function commonEnd(a: Uint8Array, b: Uint8Array): number {
  let same = 0;
  while (a[a.length - 1 - same] === b[b.length - 1 - same]) same++;
  return same;
}
