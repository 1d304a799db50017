import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cache } from '@holdfast/core';
import { expect, test } from 'vitest';
import { fileCache } from '../file-cache.ts';
import { bundleWriter, startWriter, tempFolder } from './process.fixture.ts';

const bytes = new TextEncoder().encode('record');
const isRoot = process.geteuid?.() === 0;

/** What reading, writing and touching are refused with. */
async function refusals(cache: Cache): Promise<unknown> {
  const calls = [cache.read('app'), cache.write('app', bytes), cache.touch!('app', 1)];
  return (await Promise.allSettled(calls)).map((call) => 'reason' in call && String(call.reason));
}

/** Three times `message`. */
function allOf(message: string | RegExp): unknown {
  const each = expect.stringMatching(message) as unknown;
  return [each, each, each];
}

/** Things that are no record, by what the system or we say to them. */
const oddFiles: readonly [string, RegExp, (path: string) => unknown][] = [
  ['a directory', /it is not a regular file/, (path) => mkdir(path)],
  ['a FIFO', /it is not a regular file/, (path) => execFileSync('mkfifo', [path])],
  ['a symbolic link', /ELOOP|not a regular file/, (path) => symlink('/etc/hostname', path)],
  ['a link to nothing', /ELOOP|not a regular file/, (path) => symlink('nowhere', path)],
  ['a loop of links', /ELOOP|not a regular file/, (path) => symlink(path, path)],
];

test.each(oddFiles)(
  'D5 fileCache() refuses %s as the record, and does not hang',
  async (_, message, make) => {
    await using folder = await tempFolder();
    await make(join(folder.path, 'app.rec'));
    expect(await refusals(fileCache({ directory: folder.path }))).toEqual(allOf(message));
    expect(await readdir(folder.path)).toEqual(['app.rec']);
  },
);

test.each(oddFiles)(
  'D5 read() gives the other generation where one is %s',
  async (_, message, make) => {
    await using folder = await tempFolder();
    const cache = fileCache({ directory: folder.path });
    await cache.write('app', bytes);
    await make(join(folder.path, 'app.prev.rec'));
    expect((await cache.read('app')).map((entry) => Buffer.from(entry.bytes).toString())).toEqual([
      'record',
    ]);
    await expect(cache.write('app', bytes)).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
    });
    expect((await readdir(folder.path)).toSorted()).toEqual(['app.prev.rec', 'app.rec']);
  },
);

test('D5 write() follows no link that an attacker put in place of a record', async () => {
  await using folder = await tempFolder();
  const victim = join(folder.path, 'victim');
  const directory = join(folder.path, 'cache');
  await writeFile(victim, 'precious');
  await mkdir(directory);
  await symlink(victim, join(directory, 'app.rec'));
  await expect(fileCache({ directory }).write('app', bytes)).rejects.toThrow('not a regular file');
  expect(await readFile(victim, 'utf8')).toBe('precious');
});

test('D5 fileCache() refuses a device as the record', async (ctx) => {
  if (!isRoot) return ctx.skip('only root makes devices');
  await using folder = await tempFolder();
  execFileSync('mknod', [join(folder.path, 'app.rec'), 'c', '1', '5']);
  expect(await refusals(fileCache({ directory: folder.path }))).toEqual(
    allOf('it is not a regular file'),
  );
});

test('D5 fileCache() refuses a folder that is a link, a file, or open to everybody', async () => {
  await using folder = await tempFolder();
  const [real, link, file] = ['real', 'link', 'file'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  await mkdir(real);
  await symlink(real, link);
  await writeFile(file, '');
  expect(await refusals(fileCache({ directory: link }))).toEqual(
    allOf(`Cannot use ${link} as a cache: it is a symbolic link`),
  );
  expect(await refusals(fileCache({ directory: file }))).toEqual(allOf('it is not a folder'));
  await chmod(real, 0o777);
  expect(await refusals(fileCache({ directory: real }))).toEqual(
    allOf('everybody may write to it'),
  );
  expect(await readdir(real)).toEqual([]);
});

test('D5 fileCache() refuses a folder of another user', async () => {
  await using folder = await tempFolder();
  if (isRoot) await chown(folder.path, 65_534, 65_534);
  expect(await refusals(fileCache({ directory: isRoot ? folder.path : '/' }))).toEqual(
    allOf('it belongs to another user'),
  );
});

test('D4 fileCache() names the code of a path that is too long, a loop, or leads through a file', async () => {
  await using folder = await tempFolder();
  await writeFile(join(folder.path, 'file'), '');
  await symlink('loop', join(folder.path, 'loop'));
  expect(await refusals(fileCache({ directory: join(folder.path, 'x'.repeat(300)) }))).toEqual(
    allOf('ENAMETOOLONG'),
  );
  expect(await refusals(fileCache({ directory: join(folder.path, 'file', 'cache') }))).toEqual(
    allOf('ENOTDIR'),
  );
  expect(await refusals(fileCache({ directory: join(folder.path, 'loop', 'cache') }))).toEqual(
    allOf('ELOOP'),
  );
});

test('D4 write() names the code of a folder without permission, and writes nothing', async () => {
  await using scripts = await tempFolder();
  await using folder = await tempFolder();
  const script = await bundleWriter(scripts.path);
  const uid = isRoot ? 65_534 : process.geteuid!();
  await chmod(scripts.path, 0o755);
  await chown(folder.path, uid, -1);
  await chmod(folder.path, 0o500);
  const order = { directory: folder.path, key: 'app', text: 'record' };
  const { output } = await startWriter(script, order, { uid }).ended;
  expect(output).toMatch(/HoldfastError: Cannot write the record in .*: EACCES/);
  expect(await readdir(folder.path)).toEqual([]);
});

test('read() refuses a record beyond any size that is ours', async () => {
  await using folder = await tempFolder();
  execFileSync('truncate', ['-s', '129M', join(folder.path, 'app.rec')]);
  await expect(fileCache({ directory: folder.path }).read('app')).rejects.toThrow(
    'it has 135266304 bytes',
  );
});
