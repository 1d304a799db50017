import { constants, open } from 'node:fs/promises';
import { LoadError, type LoadRequest } from '@holdfast/core';
import type { NamedPath } from '../internal/check-path.ts';
import { ifMissing, markOf, type Stamp, type StampedFile } from './stamp.ts';

/** Does not wait for the other end of a pipe that somebody put in the place of the file just now. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** A file that was read. */
export interface ReadFile extends NamedPath {
  readonly bytes: Uint8Array;
}

/**
 * Refuses, before anything is opened, what is no regular file, is empty or is too large.
 *
 * @throws {LoadError}
 */
export function checkFiles(
  name: string,
  files: readonly StampedFile[],
  request: LoadRequest,
): void {
  const { maxWireBytes, maxBytes } = request.limits;
  const refuse = (what: string): LoadError =>
    new LoadError(`Cannot load ${name}: ${what}`, { failure: 'body' });
  for (const { shown, stats } of files) {
    if (stats.isDirectory()) throw refuse(`${shown} is a folder`);
    if (!stats.isFile()) throw refuse(`${shown} is not a regular file`);
    if (stats.size === 0n) throw refuse(`${shown} is empty`);
  }
  const most = Math.min(maxWireBytes, maxBytes);
  const size = files.reduce((sum, { stats }) => sum + Number(stats.size), 0);
  if (size <= most) return;
  const limit = maxWireBytes < maxBytes ? 'maxWireBytes' : 'maxBytes';
  throw refuse(`it has ${size} bytes, more than ${most} (limits.${limit})`);
}

/** The bytes of all files; undefined when one of them is no longer, or was not all the while, what its stamp says. */
export async function readFiles({ files }: Stamp): Promise<readonly ReadFile[] | undefined> {
  const read: ReadFile[] = [];
  for (const file of files) {
    const bytes = await readStamped(file);
    if (bytes === undefined) return undefined;
    read.push({ path: file.path, shown: file.shown, bytes });
  }
  return read;
}

async function readStamped({ path, stats, mark }: StampedFile): Promise<Uint8Array | undefined> {
  const handle = await open(path, FLAGS).catch(ifMissing(undefined));
  if (handle === undefined) return undefined;
  const isSame = async (): Promise<boolean> => markOf(await handle.stat({ bigint: true })) === mark;
  try {
    if (!(await isSame())) return undefined;
    const bytes = new Uint8Array(Number(stats.size));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) return undefined;
      filled += bytesRead;
    }
    return (await isSame()) ? bytes : undefined;
  } finally {
    await handle.close();
  }
}
