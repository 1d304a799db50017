import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HoldfastError } from '@holdfast/core';
import { manualClock } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { fileCache } from './file-cache.ts';
import { tempFolder } from './file-cache/process.fixture.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function textsIn(cache: ReturnType<typeof fileCache>, key = 'app'): Promise<string[]> {
  return (await cache.read(key)).map(({ bytes }) => new TextDecoder().decode(bytes));
}

test('read() gives nothing before the first write, and makes no folder', async () => {
  await using folder = await tempFolder();
  const directory = join(folder.path, 'cache');
  expect(await fileCache({ directory }).read('app')).toEqual([]);
  expect(await readdir(folder.path)).toEqual([]);
});

test('write() keeps two generations, newest first, per key', async () => {
  await using folder = await tempFolder();
  const cache = fileCache({ directory: folder.path });
  await cache.write('app', bytesOf('one'));
  expect(await textsIn(cache)).toEqual(['one']);
  await cache.write('app', bytesOf('two'));
  await cache.write('app', bytesOf('three'));
  await cache.write('other', bytesOf('else'));
  expect(await textsIn(cache)).toEqual(['three', 'two']);
  expect(await textsIn(cache, 'other')).toEqual(['else']);
  expect(await readdir(folder.path)).toEqual(['app.prev.rec', 'app.rec', 'other.rec']);
});

test('fileCache() takes its folder as a URL, too', async () => {
  await using folder = await tempFolder();
  await fileCache({ directory: pathToFileURL(folder.path) }).write('app', bytesOf('one'));
  expect(await readdir(folder.path)).toEqual(['app.rec']);
});

test('write() makes folder and files for this user alone', async () => {
  await using folder = await tempFolder();
  const directory = join(folder.path, 'cache');
  await fileCache({ directory }).write('app', bytesOf('one'));
  const modes = await Promise.all(
    [directory, join(directory, 'app.rec')].map((path) => stat(path)),
  );
  expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o600]);
});

test('write() does not make the parents of its folder', async () => {
  await using folder = await tempFolder();
  const write = fileCache({ directory: join(folder.path, 'volume', 'cache') }).write(
    'app',
    bytesOf('x'),
  );
  await expect(write).rejects.toMatchObject({ code: 'CACHE_FAILED', cause: { code: 'ENOENT' } });
});

test('write() calls on one key come one after the other, also after one that failed', async () => {
  await using folder = await tempFolder();
  const cache = fileCache({ directory: folder.path });
  const texts = Array.from({ length: 20 }, (_, number) => `text ${number}`);
  const failing = cache.write('app', new Uint8Array(128 * 1024 * 1024 + 1));
  const writes = texts.map((text) => cache.write('app', bytesOf(text)));
  await expect(failing).rejects.toThrow('134217729 bytes are too many');
  await Promise.all(writes);
  expect(await textsIn(cache)).toEqual(['text 19', 'text 18']);
});

test('write() takes an empty record and a large one', async () => {
  await using folder = await tempFolder();
  const cache = fileCache({ directory: folder.path });
  const large = new Uint8Array(20_000_000).fill(7);
  await cache.write('app', new Uint8Array());
  await cache.write('app', large);
  const [newest, older] = await cache.read('app');
  expect(Buffer.compare(newest!.bytes, large)).toBe(0);
  expect(older!.bytes.length).toBe(0);
});

test('confirmedAt is the time of the clock at the write, and what touch() sets', async () => {
  await using folder = await tempFolder();
  const clock = manualClock({ startAt: 1_767_225_600_123 });
  const cache = fileCache({ directory: folder.path, clock });
  await cache.write('app', bytesOf('one'));
  await clock.advance(77);
  await cache.write('app', bytesOf('two'));
  await cache.touch!('app', 1_767_225_700_456);
  const times = (await cache.read('app')).map(({ confirmedAt }) => confirmedAt);
  expect(times).toEqual([1_767_225_700_456, 1_767_225_600_123]);
  expect(await textsIn(cache)).toEqual(['two', 'one']);
});

test('confirmedAt is the time of the system without a clock', async () => {
  await using folder = await tempFolder();
  const cache = fileCache({ directory: folder.path });
  const before = Date.now();
  await cache.write('app', bytesOf('one'));
  const [entry] = await cache.read('app');
  expect(entry!.confirmedAt).toBeGreaterThanOrEqual(before);
  expect(entry!.confirmedAt).toBeLessThanOrEqual(Date.now());
});

test.each([0, -1, -2_147_483_648_000])(
  'touch() with a time of 1970 or before makes no record recent: %d',
  async (at) => {
    await using folder = await tempFolder();
    const cache = fileCache({ directory: folder.path });
    await cache.write('app', bytesOf('one'));
    await cache.touch!('app', at);
    const [newest] = await cache.read('app');
    expect(newest!.confirmedAt).toBeLessThanOrEqual(0);
  },
);

test('touch() does nothing where there is no record, and finds the only generation', async () => {
  await using folder = await tempFolder();
  const cache = fileCache({ directory: folder.path });
  await cache.touch!('app', 5_000);
  await writeFile(join(folder.path, 'app.prev.rec'), 'left');
  await cache.touch!('app', 5_000);
  const where = join(folder.path, 'app.prev.rec');
  expect(await cache.read('app')).toEqual([{ bytes: bytesOf('left'), confirmedAt: 5_000, where }]);
});

test('remove() forgets both generations, and what is not there', async () => {
  await using folder = await tempFolder();
  const cache = fileCache({ directory: folder.path });
  await cache.write('app', bytesOf('one'));
  await cache.write('app', bytesOf('two'));
  await cache.remove('app');
  await cache.remove('app');
  expect(await readdir(folder.path)).toEqual([]);
  await fileCache({ directory: join(folder.path, 'none') }).remove('app');
});

test('read() passes on what is corrupt or empty: the engine judges it', async () => {
  await using folder = await tempFolder();
  const cache = fileCache({ directory: folder.path });
  await writeFile(join(folder.path, 'app.rec'), '');
  await writeFile(join(folder.path, 'app.prev.rec'), '\0\0{"half');
  expect(await textsIn(cache)).toEqual(['', '\0\0{"half']);
});

test('write() removes what dead writers left an hour ago, and nothing else', async () => {
  await using folder = await tempFolder();
  const clock = manualClock();
  const temp = (ageMs: number): string =>
    `app.${(clock.now() - ageMs).toString(36)}.0123456789abcdef.tmp`;
  const [dead, future, alive] = [temp(3_600_000), temp(-3_600_000), temp(3_599_999)];
  const foreign = ['app.rec.tmp', 'notes.tmp', 'x'];
  for (const name of [dead, future, alive, ...foreign])
    // oxlint-disable-next-line no-await-in-loop -- a handful
    await writeFile(join(folder.path, name), 'x');
  const cache = fileCache({ directory: folder.path, clock });
  await cache.write('app', bytesOf('one'));
  expect((await readdir(folder.path)).toSorted()).toEqual(
    ['app.rec', alive, ...foreign].toSorted(),
  );
  await clock.advance(3_600_000);
  await cache.write('app', bytesOf('two'));
  expect((await readdir(folder.path)).toSorted()).toEqual(
    ['app.prev.rec', 'app.rec', ...foreign].toSorted(),
  );
});

test.each(['', '../app', 'a/b', 'APP', 'a.b', 'a\0', 'x'.repeat(129)])(
  'fileCache() refuses the key %j',
  async (key) => {
    await using folder = await tempFolder();
    const cache = fileCache({ directory: folder.path });
    const rule = {
      code: 'CACHE_FAILED',
      message: expect.stringContaining('1 to 128 of a-z') as string,
    };
    await expect(cache.read(key)).rejects.toMatchObject(rule);
    await expect(cache.write(key, bytesOf('x'))).rejects.toMatchObject(rule);
    await expect(cache.touch!(key, 1)).rejects.toMatchObject(rule);
    await expect(cache.remove(key)).rejects.toMatchObject(rule);
    expect(await readdir(folder.path)).toEqual([]);
  },
);

test.each([
  [
    '.x',
    'Cannot use "options" of fileCache() as it must be an object: { directory }: current value is a string of 2 characters',
  ],
  [{ directory: '' }, 'Cannot use "directory" of fileCache() as it must be the path of a folder'],
  [{ directory: 'a\0b' }, 'Cannot use "directory"'],
  [{ directory: 5 }, 'Cannot use "directory"'],
  [{ directory: 'a', folder: 'b' }, 'Cannot use option "folder" of fileCache()'],
  [{ directory: 'a', clock: null }, 'Cannot use "clock" of fileCache() as it must'],
])('fileCache() refuses the options %j', (options, message) => {
  const create = (): unknown => fileCache(options as { directory: string });
  expect(create).toThrow(HoldfastError);
  expect(create).toThrow(message);
});
