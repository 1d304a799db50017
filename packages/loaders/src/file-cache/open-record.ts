import type { Stats } from 'node:fs';
import { constants, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { refusal } from '../internal/cache-error.ts';

/** Symbolic links are refused by the system, and opening a FIFO or a device does not wait. Windows has neither flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Opens a generation for as long as `use` takes; refuses what is not a regular file. */
export async function withRecord<T>(
  path: string,
  use: (handle: FileHandle, stats: Stats) => Promise<T>,
): Promise<T> {
  const handle = await open(path, FLAGS);
  try {
    const stats = await handle.stat();
    checkRegular(path, stats);
    return await use(handle, stats);
  } finally {
    await handle.close();
  }
}

/** @throws {HoldfastError} `CACHE_FAILED` */
export function checkRegular(path: string, stats: Stats): void {
  if (!stats.isFile()) throw refusal(`Cannot use ${path}: it is not a regular file`);
}
