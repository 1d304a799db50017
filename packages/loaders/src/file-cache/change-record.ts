import { unlink } from 'node:fs/promises';
import { codeOf, throwUnless } from '../internal/system-error.ts';
import { syncFolder } from './folder.ts';
import { withRecord } from './open-record.ts';
import type { RecordPaths } from './paths.ts';
import { setTime } from './set-time.ts';

/** Sets the time of the newest generation there is. Where there is none, there is nothing to confirm. */
export async function touchRecord({ current, previous }: RecordPaths, at: number): Promise<void> {
  try {
    await touchGeneration(current, at);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await touchGeneration(previous, at).catch((second) => throwUnless(['ENOENT'], second));
  }
}

/** By handle, since by path a symbolic link would be followed. */
function touchGeneration(path: string, at: number): Promise<void> {
  return withRecord(path, (handle) => setTime(handle, at));
}

/** The older generation first: an interrupted removal must not bring an older document back. */
export async function removeRecords({ directory, current, previous }: RecordPaths): Promise<void> {
  await unlink(previous).catch((error) => throwUnless(['ENOENT'], error));
  await unlink(current).catch((error) => throwUnless(['ENOENT'], error));
  await syncFolder(directory);
}
