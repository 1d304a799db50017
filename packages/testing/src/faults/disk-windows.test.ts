import type * as Promises from 'node:fs/promises';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tempFolder } from '../promises/process.fixture.ts';

/** Renames still to fail, as while a virus scanner looks at the file. */
const failing = { times: 0, code: '' };
let renames = 0;

vi.mock('node:fs/promises', async (original) => {
  const promises = await original<typeof Promises>();
  return {
    ...promises,
    async rename(from: string, to: string) {
      renames += 1;
      if (failing.times-- > 0) {
        throw Object.assign(new Error(`${failing.code}: rename`), { code: failing.code });
      }
      await promises.rename(from, to);
    },
  };
});

const { platform } = process;
beforeEach(() => {
  vi.resetModules();
  Object.defineProperty(process, 'platform', { value: 'win32' });
});
afterEach(() => void Object.defineProperty(process, 'platform', { value: platform }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Writes once undisturbed, and once while renames fail. */
async function written(directory: string, code: string, times: number): Promise<void> {
  const { fileCache } = await import('@holdfast/loaders/file-cache');
  const cache = fileCache({ directory });
  failing.times = 0;
  await cache.write('app', bytes('old'));
  Object.assign(failing, { code, times });
  renames = 0;
  await cache.write('app', bytes('new'));
}

test.each(['EPERM', 'EBUSY', 'EACCES'])(
  'D9 a rename that fails with %s a few times is tried again, as Windows wants it',
  async (code) => {
    await using folder = await tempFolder();
    await written(folder.path, code, 3);
    expect(renames).toBe(5);
    expect(await readFile(join(folder.path, 'app.rec'), 'utf8')).toBe('new');
    expect(await readFile(join(folder.path, 'app.prev.rec'), 'utf8')).toBe('old');
    expect(await readdir(folder.path)).toHaveLength(2);
  },
);

test('D9 a rename that goes on failing is a failure, and the old record stays whole', async () => {
  await using folder = await tempFolder();
  await expect(written(folder.path, 'EBUSY', Infinity)).rejects.toMatchObject({
    code: 'CACHE_FAILED',
    message: expect.stringContaining('EBUSY') as string,
  });
  expect(renames).toBeLessThan(10);
  expect(await readFile(join(folder.path, 'app.rec'), 'utf8')).toBe('old');
  expect(await readdir(folder.path)).toEqual(['app.rec']);
});

test('D9 a rename that fails where no other program locks files is not tried again', async () => {
  Object.defineProperty(process, 'platform', { value: 'linux' });
  await using folder = await tempFolder();
  await expect(written(folder.path, 'EPERM', 1)).rejects.toThrow('EPERM');
  expect(renames).toBe(1);
});
