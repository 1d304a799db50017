import { execFileSync } from 'node:child_process';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { tempFolder } from '../promises/process.fixture.ts';

/** A disk of 64 KiB in memory. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Leaves no byte of room. */
  fill(): Promise<void>;
  /** Makes room again. */
  free(): Promise<void>;
  /** Writes fail from now on, even for root. */
  makeReadOnly(): void;
}

/** Mounts one. Only root may: for others the test is skipped, and says so. CI skips nothing. */
export async function smallDisk(context: TestContext): Promise<SmallDisk> {
  const folder = await tempFolder();
  const mount = (...args: string[]): unknown => execFileSync('mount', args, { stdio: 'pipe' });
  try {
    mount('-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'tmpfs', folder.path);
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    if (process.env['CI']) throw error;
    return context.skip('mounting a small disk is not permitted here');
  }
  const filler = join(folder.path, 'filler');
  return {
    path: folder.path,
    async fill() {
      const handle = await open(filler, 'a');
      const page = Buffer.alloc(4_096, 'x');
      // ends at ENOSPC: a disk of 64 KiB has 16 pages
      for (let room = true; room;) {
        room = await handle.write(page).then(
          () => true,
          () => false,
        );
      }
      await handle.close();
    },
    async free() {
      await writeFile(filler, '');
      await rm(filler);
    },
    makeReadOnly: () => void mount('-o', 'remount,ro', folder.path),
    async [Symbol.asyncDispose]() {
      execFileSync('umount', [folder.path]);
      await folder[Symbol.asyncDispose]();
    },
  };
}
