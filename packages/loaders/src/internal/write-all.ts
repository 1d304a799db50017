import type { FileHandle } from 'node:fs/promises';

/** Writes all bytes where the file stands. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    // oxlint-disable-next-line no-await-in-loop -- the system decides how much it takes at once
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written);
    if (bytesWritten === 0) throw new Error('the system took no bytes');
    written += bytesWritten;
  }
}
