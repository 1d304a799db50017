import type { CacheEntry } from '@holdfast/core';

/** Time and length of one generation or two, before their bytes. */
const HEAD = /^(\d+):(\d+)(?:,(\d+):(\d+))?;/;

/** As many bytes as a call may have arguments, with room to spare. */
const PIECE = 8192;

/** Generations as one text: one character for each byte, since base64 would take a third more of what little there is. */
export function encodeEntries(entries: readonly CacheEntry[]): string {
  const head = entries.map(({ bytes, confirmedAt }) => `${confirmedAt}:${bytes.length}`).join(',');
  return `${head};${entries.map(({ bytes }) => textOf(bytes)).join('')}`;
}

/** What {@link encodeEntries} was given; undefined for any other text. */
export function decodeEntries(text: string): readonly CacheEntry[] | undefined {
  const match = HEAD.exec(text);
  if (!match) return undefined;
  const [head, ...told] = match;
  const entries: CacheEntry[] = [];
  let at = head.length;
  for (let i = 0; i < told.length && told[i] !== undefined; i += 2) {
    const length = Number(told[i + 1]);
    // a text cut short must not cost the room that it speaks of
    if (at + length > text.length) return undefined;
    entries.push({ bytes: bytesOf(text, at, length), confirmedAt: Number(told[i]) });
    at += length;
  }
  return at === text.length ? entries : undefined;
}

/** When the newest generation was written, without a look at its bytes. */
export function writtenAt(text: string): number | undefined {
  const at = HEAD.exec(text)?.[1];
  return at === undefined ? undefined : Number(at);
}

function textOf(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  }
  return pieces.join('');
}

function bytesOf(text: string, from: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) bytes[i] = text.charCodeAt(from + i);
  return bytes;
}
