import { constants, lstat, mkdir, open } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { refusal } from '../internal/cache-error.ts';
import { throwUnless } from '../internal/system-error.ts';

/** Windows has neither owners nor modes of this kind; its profile folders are private. */
const HAS_OWNERS = process.geteuid !== undefined;
const WORLD_WRITABLE = 0o002;

/** Makes the last part of the path if it is missing, never its parents: they may be a volume that is not mounted. */
export async function makeFolder(directory: string): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch((error) => throwUnless(['EEXIST'], error));
  if (!(await checkFolder(directory))) throw refusal(`Cannot use ${directory}: it was removed`);
}

/**
 * Whether the folder is there.
 *
 * @throws {HoldfastError} `CACHE_FAILED` When somebody else could have put files into it.
 */
export async function checkFolder(directory: string): Promise<boolean> {
  const found = await lstat(directory).catch((error: unknown) => throwUnless(['ENOENT'], error));
  if (!found) return false;
  const objection = objectionTo(found);
  if (objection) throw refusal(`Cannot use ${directory} as a cache: ${objection}`);
  return true;
}

function objectionTo(found: Stats): string | undefined {
  if (found.isSymbolicLink()) return 'it is a symbolic link';
  if (!found.isDirectory()) return 'it is not a folder';
  if (!HAS_OWNERS) return undefined;
  if (found.uid !== process.geteuid!()) return 'it belongs to another user';
  if (found.mode & WORLD_WRITABLE) return 'everybody may write to it';
  return undefined;
}

/** Makes renames in the folder last through a loss of power. Where a system cannot, the files themselves are synced. */
export async function syncFolder(directory: string): Promise<void> {
  if (!HAS_OWNERS) return;
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync().catch((error) => throwUnless(['EINVAL', 'ENOTSUP'], error));
  } finally {
    await handle.close();
  }
}
