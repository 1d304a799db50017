import { execFileSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { expect, test } from 'vitest';
import { fileCache } from '../file-cache.ts';
import { tempFolder } from './process.fixture.ts';

interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  makeReadOnly(): void;
}

/** A disk of 64 KiB in memory. Only root may mount one: for others the test is skipped, and says so. */
async function smallDisk(ctx: TestContext): Promise<SmallDisk> {
  const folder = await tempFolder();
  const mount = (...args: string[]): unknown => execFileSync('mount', args, { stdio: 'pipe' });
  try {
    mount('-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'tmpfs', folder.path);
  } catch {
    await folder[Symbol.asyncDispose]();
    return ctx.skip('mounting a small disk is not permitted here');
  }
  return {
    path: folder.path,
    makeReadOnly: () => void mount('-o', 'remount,ro', folder.path),
    async [Symbol.asyncDispose]() {
      execFileSync('umount', [folder.path]);
      await folder[Symbol.asyncDispose]();
    },
  };
}

const filled = (letter: string, kib: number): Uint8Array => Buffer.alloc(kib * 1024, letter);

async function shapesIn(directory: string): Promise<string[]> {
  const entries = await fileCache({ directory }).read('app');
  return entries.map(
    ({ bytes }) => `${bytes.length / 1024} KiB of ${String.fromCodePoint(bytes[0]!)}`,
  );
}

test('D2 write() on a full disk says ENOSPC, keeps the old record and leaves no temp', async (ctx) => {
  await using disk = await smallDisk(ctx);
  const cache = fileCache({ directory: disk.path });
  await cache.write('app', filled('a', 40));
  await expect(cache.write('app', filled('b', 40))).rejects.toMatchObject({
    code: 'CACHE_FAILED',
    message: expect.stringContaining('ENOSPC') as string,
    cause: { code: 'ENOSPC' },
  });
  expect(await shapesIn(disk.path)).toEqual(['40 KiB of a']);
  expect(await readdir(disk.path)).toEqual(['app.rec']);
});

test('D2 write() works again once there is room', async (ctx) => {
  await using disk = await smallDisk(ctx);
  const cache = fileCache({ directory: disk.path });
  await cache.write('app', filled('a', 16));
  await writeFile(join(disk.path, 'filler'), filled('x', 40));
  await expect(cache.write('app', filled('b', 16))).rejects.toThrow('ENOSPC');
  await writeFile(join(disk.path, 'filler'), '');
  await cache.write('app', filled('c', 16));
  expect(await shapesIn(disk.path)).toEqual(['16 KiB of c', '16 KiB of a']);
});

test('D4 fileCache() on a read-only disk reads, and says EROFS to the rest', async (ctx) => {
  await using disk = await smallDisk(ctx);
  const cache = fileCache({ directory: disk.path });
  await cache.write('app', filled('a', 4));
  disk.makeReadOnly();
  expect(await shapesIn(disk.path)).toEqual(['4 KiB of a']);
  const readOnly = { code: 'CACHE_FAILED', cause: { code: 'EROFS' } };
  await expect(cache.write('app', filled('b', 4))).rejects.toMatchObject(readOnly);
  await expect(cache.touch!('app', 1)).rejects.toMatchObject(readOnly);
  await expect(cache.remove('app')).rejects.toMatchObject(readOnly);
});
