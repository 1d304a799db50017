import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { runFixture } from '../promises/process.fixture.ts';
import { needs } from './needs.fixture.ts';
import { folderOf, polled } from './watched.fixture.ts';

const LIMITS = { limits: { maxBytes: 1_000 } };

/** What may stand in the place of `app.json`, and what is said of it. */
const WRONG: readonly [string, string, (path: string) => Promise<unknown>][] = [
  ['larger than the limit', 'it has 1006 bytes, more than 1000', (path) => writeFile(path, large)],
  ['of 0 bytes', 'app.json is empty', (path) => writeFile(path, '')],
  ['a folder', 'app.json is a folder', replacedBy((path) => mkdir(path))],
  ['a link in a circle', 'ELOOP', replacedBy((path) => symlink('app.json', path))],
  ['a link to nothing', 'a link to what is not there', replacedBy((path) => symlink('none', path))],
  ['a device', 'app.json is not a regular file', replacedBy((path) => symlink('/dev/zero', path))],
];

const large = `{"n":"${'x'.repeat(1_000)}`;

function replacedBy(make: (path: string) => Promise<unknown>) {
  return async (path: string): Promise<void> => {
    await rename(path, `${path}~`);
    await make(path);
  };
}

test.each(WRONG)(
  'D13 a file that becomes %s: the last good document stays, and it heals',
  async (_, says, spoil) => {
    await using folder = await folderOf({ 'app.json': '{"n":1}' });
    const path = folder.at('app.json');
    await using app = polled(path, LIMITS);
    await app.holds({ n: 1 });
    await spoil(path);
    await app.fails({ says });
    await rm(path, { recursive: true });
    await writeFile(path, '{"n":2}');
    await app.heals({ n: 2 });
    expect(app.app.status.version).toBe(2);
  },
);

test.runIf(needs('mkfifo'))('D13 a pipe in the place of a file is not waited for', async () => {
  await using folder = await folderOf({ 'app.json': '{"n":1}' });
  const path = folder.at('app.json');
  await using app = polled(path);
  await app.holds({ n: 1 });
  await rm(path);
  execFileSync('mkfifo', [path]);
  await app.fails({ says: 'app.json is not a regular file' });
  await rm(path);
  await writeFile(path, '{"n":2}');
  await app.heals({ n: 2 });
  expect(app.app.status.version).toBe(2);
});

test('D13 a permission that goes at run time: the last good document stays, and it heals', async () => {
  await using folder = await folderOf({ 'app.json': '{"n":1}' });
  const { stdout, stderr } = await runFixture('../faults/no-permission.fixture.ts', {
    node: ['--unhandled-rejections=strict'],
    args: [folder.at('app.json')],
  });
  expect(stderr).toBe('');
  const [refused, healed] = JSON.parse(stdout) as [{ message: string }, object];
  expect(refused).toMatchObject({ kind: 'failed', current: { n: 1 }, state: 'stale' });
  expect(refused.message).toContain('EACCES');
  expect(healed).toEqual({ kind: 'accepted', current: { n: 2 }, state: 'fresh' });
});

test('U6 a package that is not installed is named, with what to install, and only when it is used', async () => {
  await using folder = await folderOf({
    'app.json': '{"n":1}',
    'app.yaml': 'n: 1\n',
    'app.toml': 'n = 1\n',
    'app.json5': '{ n: 1 }',
    'signed.json': 'e30.e30.AA',
  });
  const parsers = ['yaml', 'smol-toml', 'json5', 'jose'];
  // in a folder of its own there is nothing installed
  const outfile = folder.at('program.mjs');
  await build({
    entryPoints: [new URL('missing-parser.fixture.ts', import.meta.url).pathname],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: [...parsers, 'p-retry', 'lru-cache', 'json-stable-stringify'],
  });
  const stdout = execFileSync(process.execPath, [outfile], { encoding: 'utf8' });
  const lacking = (name: string): string =>
    `needs the package "${name}", which is not installed: npm install ${name}`;
  const missing = (file: string, name: string): string =>
    `Cannot load file ${file}: it ${lacking(name)}`;
  expect(JSON.parse(stdout)).toEqual([
    'loaded',
    `slow ${missing('app.yaml', 'yaml')}`,
    `slow ${missing('app.toml', 'smol-toml')}`,
    `slow ${missing('app.json5', 'json5')}`,
    `slow Cannot load file signed.json: its document ${lacking('jose')}`,
  ]);
});
