import { mkdir, readFile, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HoldfastEvent, JsonValue } from '@holdfast/core';
import { fileCache } from '@holdfast/loaders/file-cache';
import { mockLoader } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { runFixture, tempFolder } from '../promises/process.fixture.ts';
import { type Trial, trial } from './always.fixture.ts';
import { needs } from './needs.fixture.ts';
import { smallDisk } from './small-disk.fixture.ts';

/** A config whose documents are kept in `directory`; without a value its source is down. */
function kept(directory: string, value?: JsonValue) {
  const loader = mockLoader({ value: value ?? { n: 0 } });
  if (value === undefined) loader.fail(Infinity);
  const app = trial({
    loader,
    config: { updates: false },
    manager: { cache: fileCache({ directory }) },
  });
  const change = async (next: JsonValue): Promise<void> => {
    loader.next(next);
    expect((await app.poll()).outcome).toMatchObject({ kind: 'accepted' });
    await app.clock.advance(0); // until it is written
  };
  return { app, loader, change };
}

/** What a process of its own that finds these documents starts from while its source is down. */
async function startsFrom(directory: string): Promise<unknown> {
  const { app } = kept(directory);
  await app.clock.advance(15_000);
  const value: unknown = app.app.status.version === 0 ? undefined : app.app.current;
  await app[Symbol.asyncDispose]();
  return value;
}

const failuresOf = ({ record }: Trial): readonly HoldfastEvent<'cache.failed'>[] =>
  record.of('cache.failed');

/** The event, and a warning that says the same. */
function expectTold(app: Trial, words: RegExp, times = 1): void {
  const failures = failuresOf(app);
  expect(failures).toHaveLength(times);
  for (const { config, source, error } of failures) {
    expect([config, source, error.code]).toEqual(['app', 'mock', 'CACHE_FAILED']);
    expect(error.message).toMatch(words);
    expect(app.lines).toContainEqual({
      level: 'warn',
      text: `holdfast: config "app": ${error.message}`,
    });
  }
}

const CORRUPTIONS: readonly [string, (path: string, bytes: Buffer) => Promise<unknown>][] = [
  ['empty', (path) => writeFile(path, '')],
  ['NUL', (path, { length }) => writeFile(path, Buffer.alloc(length))],
  ['cut at its start', (path, bytes) => writeFile(path, bytes.subarray(20))],
  ['cut in its header', (path) => truncate(path, 30)],
  ['cut at its end', (path, { length }) => truncate(path, length - 2)],
  ['followed by more', (path) => writeFile(path, 'more', { flag: 'a' })],
  ['changed by a bit', (path, bytes) => writeFile(path, flipped(bytes))],
  ['another file', (path) => writeFile(path, '<html>not a record</html>')],
  ['no text', (path) => writeFile(path, Buffer.alloc(300, 0xff))],
];

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 2]! ^= 1; // of a number: it is JSON all the same
  return copy;
}

test.each(CORRUPTIONS)(
  'D1 the newest record is %s: the older generation is in force, and the next document heals the disk',
  async (_, corrupt) => {
    await using folder = await tempFolder();
    const { app, change } = kept(folder.path, { n: 1 });
    await app.holds({ n: 1 });
    await change({ n: 2 });
    await app[Symbol.asyncDispose]();
    const record = (await readdir(folder.path)).find((name) => !name.includes('prev'))!;
    const path = join(folder.path, record);
    await corrupt(path, await readFile(path));
    const spoilt = await readFile(path);

    const second = kept(folder.path);
    await using two = second.app;
    await two.clock.advance(15_000);
    expect(two.app.current).toEqual({ n: 1 });
    expect(two.app.status).toMatchObject({ from: 'cache', state: 'stale' });
    expectTold(two, /cache|record/i);
    expect(await readFile(path)).toEqual(spoilt); // left for whoever wants to look
    second.loader.heal();
    await second.change({ n: 3 });
    expect(failuresOf(two)).toHaveLength(1);
    expect(await startsFrom(folder.path)).toEqual({ n: 3 });
  },
);

test('D1 all that is on the disk is corrupt: it starts without, says so, and the origin heals it', async () => {
  await using folder = await tempFolder();
  const { app, change } = kept(folder.path, { n: 1 });
  await app.holds({ n: 1 });
  await change({ n: 2 });
  await app[Symbol.asyncDispose]();
  for (const name of await readdir(folder.path)) await writeFile(join(folder.path, name), '{');
  expect(await startsFrom(folder.path)).toBeUndefined();

  const again = kept(folder.path, { n: 3 });
  await again.app.holds({ n: 3 });
  expectTold(again.app, /cache|record/i); // once, of both generations
  await again.app[Symbol.asyncDispose]();
  expect(await startsFrom(folder.path)).toEqual({ n: 3 });
});

const large = (n: number): { n: number; fill: string } => ({ n, fill: `${n}`.repeat(12_000) });

test('D2 a full disk: polling goes on, the old record stays whole, and the next write heals it', async (context) => {
  await using disk = await smallDisk(context);
  const { app, change } = kept(disk.path, large(1));
  await app.holds(large(1));
  const records = await readdir(disk.path);
  await disk.fill();
  for (const n of [2, 3, 4]) await change(large(n));
  expect(app.app.current).toEqual(large(4));
  expect(app.app.status.state).toBe('fresh');
  expectTold(app, /ENOSPC/); // once
  expect(await readdir(disk.path)).toEqual([...records, 'filler']); // no temporary file is left
  expect(await startsFrom(disk.path)).toEqual(large(1));
  await disk.free();
  await change(large(5));
  await app[Symbol.asyncDispose]();
  expect(await startsFrom(disk.path)).toEqual(large(5));
});

test('D4 a read-only disk: what is there is read, and the rest is said once', async (context) => {
  await using disk = await smallDisk(context);
  const one = kept(disk.path, { n: 1 });
  await one.app.holds({ n: 1 });
  await one.app[Symbol.asyncDispose]();
  disk.makeReadOnly();
  expect(await startsFrom(disk.path)).toEqual({ n: 1 });
  const { app: trialled, change } = kept(disk.path, { n: 1 });
  await using app = trialled;
  await app.poll();
  for (const n of [2, 3, 4]) await change({ n });
  expectTold(app, /EROFS/);
  await app.heals({ n: 4 });
});

test.each<[string, RegExp, (folder: string) => Promise<string>]>([
  ['whose parents are missing', /ENOENT/, async (folder) => join(folder, 'volume', 'cache')],
  ['with too long a name', /ENAMETOOLONG/, async (folder) => join(folder, 'x'.repeat(300))],
  [
    'behind a file',
    /ENOTDIR/,
    async (folder) => {
      await writeFile(join(folder, 'file'), '');
      return join(folder, 'file', 'cache');
    },
  ],
  [
    'behind a loop of links',
    /ELOOP/,
    async (folder) => {
      await symlink('loop', join(folder, 'loop'));
      return join(folder, 'loop', 'cache');
    },
  ],
])('D4 a folder %s: it runs without a cache, and says so once', async (_, words, make) => {
  await using folder = await tempFolder();
  const { app: trialled, change } = kept(await make(folder.path), { n: 1 });
  await using app = trialled;
  await app.poll();
  for (const n of [2, 3, 4]) await change({ n });
  // reading at the start and writing are two things that fail
  const failures = failuresOf(app);
  expect(failures.length).toBeGreaterThanOrEqual(1);
  expectTold(app, words, Math.min(failures.length, 2));
  expect(app.app.status).toMatchObject({ state: 'fresh', from: 'origin' });
});

test.runIf(needs('prlimit')).each(['EACCES', 'EMFILE'])(
  'D4 %s in a real process: it serves, and says so once',
  async (code) => {
    await using folder = await tempFolder();
    const { stdout, stderr } = await runFixture('../faults/disk-refused.fixture.ts', {
      node: ['--unhandled-rejections=strict'],
      args: [code, folder.path],
    });
    expect(stderr).toBe('');
    const told = JSON.parse(stdout) as { n: number; state: string; failures: readonly string[] };
    expect(told).toMatchObject({ n: 5, state: 'fresh' });
    expect(told.failures.length).toBeGreaterThanOrEqual(1);
    expect(told.failures.length).toBeLessThanOrEqual(2);
    expect(told.failures.at(-1)).toContain(code);
  },
);

test('D5 the folder and its files are for their user alone, whatever the umask', async () => {
  await using folder = await tempFolder();
  const directory = join(folder.path, 'cache');
  const before = process.umask(0);
  try {
    const { app, change } = kept(directory, { n: 1 });
    await app.holds({ n: 1 });
    await change({ n: 2 });
    await app[Symbol.asyncDispose]();
  } finally {
    process.umask(before);
  }
  const files = (await readdir(directory)).map((name) => join(directory, name));
  const modes = await Promise.all(files.map(async (path) => (await stat(path)).mode & 0o777));
  expect([(await stat(directory)).mode & 0o777, ...modes]).toEqual([0o700, 0o600, 0o600]);
});

test('D5 a record that is a folder: it runs without a cache, and says so', async () => {
  await using folder = await tempFolder();
  const one = kept(folder.path, { n: 1 });
  await one.app.holds({ n: 1 });
  await one.app[Symbol.asyncDispose]();
  const [record] = await readdir(folder.path);
  await rm(join(folder.path, record!));
  await mkdir(join(folder.path, record!));
  const { app: trialled, change } = kept(folder.path, { n: 1 });
  await using app = trialled;
  await app.poll();
  await change({ n: 2 });
  expect(failuresOf(app).length).toBeGreaterThanOrEqual(1);
  expect(failuresOf(app)[0]!.error.message).toContain('not a regular file');
  await app.heals({ n: 2 });
});
