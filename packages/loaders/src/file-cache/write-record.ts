import { constants, link, lstat, open } from 'node:fs/promises';
import { refusal } from '../internal/cache-error.ts';
import { throwUnless } from '../internal/system-error.ts';
import { writeAll } from '../internal/write-all.ts';
import { syncFolder } from './folder.ts';
import { checkRegular } from './open-record.ts';
import type { RecordPaths } from './paths.ts';
import { MAX_RECORD_BYTES } from './read-record.ts';
import { replace } from './replace.ts';
import { setTime } from './set-time.ts';
import { discard } from './temp-files.ts';
import type { TempFiles } from './temp-files.ts';

/** Fails on any file or link that is already there. */
const FLAGS =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
/** What file systems without hard links say to `link`. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'];

/** What {@link writeRecord} needs beside the bytes. */
export interface WriteContext {
  readonly temps: TempFiles;
  /** Time of the record: wall clock, in milliseconds. */
  readonly at: number;
}

/**
 * Makes `bytes` the newest generation and the newest one the previous.
 *
 * ```
 *              current   previous   temps
 *  begin       old       older
 *  1 write     old       older      new          whole, checked and synced
 *  2 link      old       older      new, old
 *  3 replace   new       older      old          the only moment that counts
 *  4 replace   new       old
 * ```
 * After each step `current` is whole, and no step removes the last good generation. Without hard links, step 2 moves old
 * to `previous` at once: until step 3 it is the only generation.
 */
export async function writeRecord(
  paths: RecordPaths,
  bytes: Uint8Array,
  { temps, at }: WriteContext,
): Promise<void> {
  const { directory, key, current, previous } = paths;
  if (bytes.length > MAX_RECORD_BYTES)
    throw refusal(`Cannot write ${current}: ${bytes.length} bytes are too many`);
  await checkGeneration(current);
  await checkGeneration(previous);
  const fresh = temps.path(key);
  const kept = temps.path(key);
  try {
    await writeWhole(fresh, bytes, at);
    const linked = await keep(current, kept, previous);
    await replace(fresh, current);
    if (linked) await replace(kept, previous);
    await syncFolder(directory);
  } finally {
    await discard(fresh);
    await discard(kept); // still there where both names were of one file: then rename does nothing
  }
}

async function checkGeneration(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => throwUnless(['ENOENT'], error));
  if (found) checkRegular(path, found);
}

async function writeWhole(path: string, bytes: Uint8Array, at: number): Promise<void> {
  const handle = await open(path, FLAGS, 0o600);
  try {
    await writeAll(handle, bytes);
    const { size } = await handle.stat();
    if (size !== bytes.length)
      throw refusal(`Cannot write ${path}: ${size} of ${bytes.length} bytes arrived`);
    await setTime(handle, at);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Gives the newest generation a second name, so that it outlives its replacement.
 *
 * @returns False where there is nothing left to do for it: there is none, or, without hard links, it became the previous
 * generation at once.
 */
async function keep(current: string, kept: string, previous: string): Promise<boolean> {
  try {
    await link(current, kept);
    return true;
  } catch (error) {
    throwUnless([...NO_LINKS, 'ENOENT'], error);
    await replace(current, previous).catch((second) => throwUnless(['ENOENT'], second));
    return false;
  }
}
