import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OptionChecks } from '@holdfast/core/options';
import { expect, test } from 'vitest';
import { checkPath } from './check-path.ts';

const check = new OptionChecks('x()');

test.each(['a.json', './a b.json', 'app:prod.json', 'C:a.json'])(
  'checkPath() takes %s',
  (given) => {
    expect(checkPath(check, 'path', given)).toEqual({ path: resolve(given), shown: given });
  },
);

test('checkPath() takes a URL object of a file', () => {
  const path = resolve('a b.json');
  expect(checkPath(check, 'path', pathToFileURL(path))).toEqual({ path, shown: path });
});

test.each<[unknown, string]>([
  ['', '""'],
  ['a\0b', String.raw`"a\u0000b"`],
  [5, '5'],
  ['file:///a', 'a string of 9 characters'],
  ['https://me:hunter2@a.test/b.json', 'a string of 32 characters'],
  [new URL('https://me:hunter2@a.test/'), 'https:'],
  [new URL('file:///a%ZZ.json'), 'one that names no file here'],
  [new URL('file:///a%2Fb.json'), 'one that names no file here'],
])('checkPath() refuses %o, and shows no credential', (given, shown) => {
  expect(() => checkPath(check, 'path', given, 'a folder')).toThrow(
    `Cannot use "path" of x() as it must be the path of a folder, or a file: URL object: current value is ${shown}`,
  );
});
