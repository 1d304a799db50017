import { equalBytes } from './equal-bytes.ts';

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

/** Bytes that are compared at a time; only those of the last time are looked at one by one. */
const CHUNK = 32_768;

/** How many bytes at the start of both are the same. */
export function commonPrefix(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let same = 0;
  const end = (): number => Math.min(same + CHUNK, most);
  while (same < most && equalBytes(a.subarray(same, end()), b.subarray(same, end()))) same = end();
  while (same < most && a[same] === b[same]) same++;
  return same;
}

/** How many bytes at the end of both are the same, of `most` at most. */
function commonSuffix(a: Uint8Array, b: Uint8Array, most: number): number {
  let same = 0;
  const last = (bytes: Uint8Array): Uint8Array =>
    bytes.subarray(bytes.length - Math.min(same + CHUNK, most), bytes.length - same);
  while (same < most && equalBytes(last(a), last(b))) same = Math.min(same + CHUNK, most);
  while (same < most && a[a.length - 1 - same] === b[b.length - 1 - same]) same++;
  return same;
}
