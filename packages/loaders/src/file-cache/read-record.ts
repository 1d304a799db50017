import type { FileHandle } from 'node:fs/promises';
import type { CacheEntry } from '@holdfast/core';
import { refusal } from '../internal/cache-error.ts';
import { codeOf } from '../internal/system-error.ts';
import { withRecord } from './open-record.ts';
import type { RecordPaths } from './paths.ts';

/** Far beyond the largest record: whatever is larger is not ours. */
export const MAX_RECORD_BYTES: number = 128 * 1024 * 1024;

/**
 * The generations that can be read, newest first. One that cannot is left out as long as the other can.
 *
 * @throws {unknown} Why the newest one cannot be read, where none can and not all are missing.
 */
export async function readRecord({ current, previous }: RecordPaths): Promise<CacheEntry[]> {
  const entries: CacheEntry[] = [];
  const failures: unknown[] = [];
  for (const path of [current, previous]) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- a writer moves files from the first to the second
      entries.push(await readGeneration(path));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') failures.push(error);
    }
  }
  if (entries.length === 0 && failures.length > 0) throw failures[0];
  return entries;
}

function readGeneration(path: string): Promise<CacheEntry> {
  return withRecord(path, async (handle, { size, mtimeMs }) => {
    if (size > MAX_RECORD_BYTES) throw refusal(`Cannot use ${path}: it has ${size} bytes`);
    return { bytes: await readAll(handle, size), confirmedAt: Math.round(mtimeMs), where: path };
  });
}

/** No more than `size` bytes, whatever somebody appends meanwhile. */
async function readAll(handle: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    // oxlint-disable-next-line no-await-in-loop -- the system decides how much comes at once
    const { bytesRead } = await handle.read(bytes, filled, size - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
