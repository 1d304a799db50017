import type { FileHandle } from 'node:fs/promises';
import { type Damage, mayBeOurs, readLine, sha256 } from './line.ts';

/** How a file ends. */
export interface Tail {
  /** Hash of its last line; undefined where there is none. */
  readonly head: string | undefined;
  /** What comes after that line, with the end of line that closes it. */
  readonly damaged: Damage | undefined;
  /** It does not end with an end of line. */
  readonly unended: boolean;
}

const NEW_LINE = 0x0a;
/** Read at first; a file with longer lines takes more. */
const WINDOW = 65_536;

/**
 * Reads how a file of `size` bytes ends: the last whole line, and what a killed process left after it.
 *
 * @throws {Error} For a file that is none of ours.
 */
export async function readTail(handle: FileHandle, size: number): Promise<Tail> {
  if (size === 0) return { head: undefined, damaged: undefined, unended: false };
  if (!mayBeOurs(await readAt(handle, 0, Math.min(size, 16))))
    throw new Error('it is not an audit file: nothing is written to it');
  for (let length = Math.min(size, WINDOW); ; length = Math.min(size, length * 4)) {
    // oxlint-disable-next-line no-await-in-loop -- most files need one round
    const bytes = await readAt(handle, size - length, length);
    const last = lastLine(bytes, length === size);
    if (last) return tailAfter(bytes, last);
  }
}

/** The last whole line in `bytes`, and where it ends; undefined where it may stand before them. */
function lastLine(bytes: Buffer, isWhole: boolean): { hash?: string; end: number } | undefined {
  for (let end = bytes.length; end >= 0;) {
    const start = end === 0 ? 0 : bytes.lastIndexOf(NEW_LINE, end - 1) + 1;
    if (start === 0 && !isWhole) return undefined;
    const line = readLine(bytes.subarray(start, end));
    if (line) return { hash: line.hash, end };
    end = start - 1;
  }
  return { end: -1 };
}

function tailAfter(bytes: Buffer, { hash, end }: { hash?: string; end: number }): Tail {
  const unended = bytes.at(-1) !== NEW_LINE;
  const left = bytes.subarray(end + 1);
  if (left.length === 0) return { head: hash, damaged: undefined, unended };
  const closing = unended ? '\n' : '';
  const damaged = { bytes: left.length + closing.length, sha256: sha256(left, closing) };
  return { head: hash, damaged, unended };
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    // oxlint-disable-next-line no-await-in-loop -- the system decides how much it gives at once
    const { bytesRead } = await handle.read(bytes, read, length - read, position + read);
    if (bytesRead === 0) throw new Error('it became shorter while it was read');
    read += bytesRead;
  }
  return bytes;
}
