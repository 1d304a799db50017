import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { patternOf } from './glob.ts';
import type { FileSet } from './options.ts';
import { matters, placesOf } from './places.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-places-')));
});

afterEach(() => rm(folder, { recursive: true }));

const listed = (name: string): FileSet => ({
  kind: 'listed',
  files: [{ path: at(name), shown: name }],
});

/** The folders below the one of the test, with the names that matter in each. */
async function below(set: FileSet): Promise<Record<string, readonly string[]>> {
  const places = [...(await placesOf(set))].filter(([path]) => path.startsWith(folder));
  return Object.fromEntries(
    places.map(([path, { exact }]) => [relative(folder, path) || '.', [...exact].toSorted()]),
  );
}

test('placesOf() is the folder of a file, whether the file is there or not', async () => {
  expect(await below(listed('app.json'))).toEqual({ '.': ['app.json'] });
  await writeFile(at('app.json'), '{}');
  expect(await below(listed('app.json'))).toEqual({ '.': ['app.json'] });
});

test('placesOf() has every folder on the way in which something is missing', async () => {
  expect(await below(listed('none/deep/app.json'))).toEqual({
    '.': ['none'],
    none: ['deep'],
    'none/deep': ['app.json'],
  });
});

test('placesOf() has the folder of every link on the way, in the middle of the path too', async () => {
  await mkdir(at('..1'));
  await mkdir(at('etc'));
  await writeFile(at('..1/app.json'), '{}');
  await symlink('..1', at('..data'));
  await symlink('..data/app.json', at('app.json'));
  await symlink('../app.json', at('etc/app.json'));
  expect(await below(listed('etc/app.json'))).toEqual({
    etc: ['app.json'],
    '.': ['..data', 'app.json'],
    '..1': ['app.json'],
  });
});

test('placesOf() ends in a circle of links', async () => {
  await symlink('b', at('a'));
  await symlink('a', at('b'));
  expect(await below(listed('a'))).toEqual({ '.': ['a', 'b'] });
});

test('placesOf() has, of a pattern, the folder and the ways of all files that fit', async () => {
  await mkdir(at('conf.d'));
  await mkdir(at('elsewhere'));
  await writeFile(at('conf.d/a.json'), '{}');
  await writeFile(at('elsewhere/x'), '{}');
  await symlink('../elsewhere/x', at('conf.d/b.json'));
  const glob: FileSet = {
    kind: 'glob',
    path: at('conf.d/*.json'),
    folder: { path: at('conf.d'), shown: 'conf.d' },
    pattern: patternOf('*.json')!,
  };
  const names = (await placesOf(glob)).get(at('conf.d'))!;
  const seen = ['a.json', 'b.json', 'new.json', 'other', null];
  expect(seen.filter((name) => matters(names, name))).toEqual([
    'a.json',
    'b.json',
    'new.json',
    null,
  ]);
  const places = await below(glob);
  expect(places['elsewhere']).toEqual(['x']);
  // a file that is no link has no way of its own: a look at many files costs no walk for each
  expect(places['conf.d']).toEqual(['b.json', 'x']);
});
