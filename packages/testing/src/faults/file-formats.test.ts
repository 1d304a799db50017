import { writeFile } from 'node:fs/promises';
import { fileLoader } from '@holdfast/loaders/file';
import { expect, test } from 'vitest';
import { trial } from './always.fixture.ts';
import { folderOf, polled, polluted } from './watched.fixture.ts';

/** The document `{ n: 1 }` in each format. */
const GOOD: Readonly<Record<string, string>> = {
  'app.yaml': 'n: 1',
  'app.toml': 'n = 1',
  'app.json5': '{ n: 1 }',
  'app.ini': 'n = 1',
  '.env': 'n=1',
};

test.each([
  ['app.yaml', '__proto__: { polluted: 1 }\n'],
  ['app.yaml', 'a: &a { polluted: 1 }\n__proto__: *a\n'],
  ['app.yaml', 'a:\n  - "\\x5f_proto__": { polluted: 1 }\n'],
  ['app.yaml', 'constructor: { prototype: { polluted: 1 } }\n'],
  ['app.toml', '[__proto__]\npolluted = 1\n'],
  ['app.toml', '["__proto__"]\npolluted = 1\n'],
  ['app.toml', 'constructor.prototype.polluted = 1\n'],
  ['app.json5', '{ __proto__: { polluted: 1 } }'],
  ['app.ini', '[__proto__]\npolluted = 1\n'],
  ['app.ini', '[constructor.prototype]\npolluted = 1\n'],
  ['.env', '__proto__=1\n'],
])('P6 in %s, %j is refused, and nothing is polluted', async (name, text) => {
  await using folder = await folderOf({ [name]: GOOD[name]! });
  await using app = polled(folder.at(name));
  await app.holds({ n: 1 });
  await writeFile(folder.at(name), text);
  expect((await app.poll()).outcome).toMatchObject({ kind: 'refused' });
  expect(app.app.current).toEqual({ n: 1 });
  expect(polluted()).toEqual([]);
});

test('P6 of several files that are merged, none reaches a prototype', async () => {
  await using folder = await folderOf({ 'a.json': '{"n":1,"o":{}}', 'b.json': '{"m":1}' });
  const paths = [folder.at('a.json'), folder.at('b.json')];
  await using app = trial({ loader: fileLoader({ paths, watch: false }) });
  await app.holds({ n: 1, o: {}, m: 1 });
  for (const text of ['{"o":{"__proto__":{"polluted":1}}}', '{"__proto__":{"polluted":1}}']) {
    await writeFile(folder.at('b.json'), text);
    await app.refuses({
      code: 'DECODE_FAILED',
      says: ['b.json) has the forbidden key "__proto__"'],
    });
  }
  expect(polluted()).toEqual([]);
});

const level = (n: number, item: string): string => `a${n}: &a${n} [${`${item},`.repeat(9)}]\n`;
const BOMB = [level(0, 'x'), ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => level(n, `*a${n - 1}`))];

test.each([
  ['an alias bomb', BOMB.join(''), 'aliases that stand for too much'],
  [
    'more aliases than anybody needs',
    `a: &a 1\nb: [${'*a,'.repeat(101)}]\n`,
    'more than 100 aliases',
  ],
  ['an alias of what it is in', 'a: &a [1, *a]\n', 'line 1, column 11: an alias of what it is in'],
  ['an alias of an alias of itself', 'a: &a { b: { c: [*a] } }\n', 'an alias of what it is in'],
  ['an alias of nothing', 'a: *b\n', 'line 1, column 4: an alias of no anchor'],
  ['merge keys', 'a: &a { b: 1 }\nc:\n  <<: *a\n', 'line 3, column 3: a merge key'],
  ['a tag of its own', 'a: !secret hunter2\n', 'line 1, column 4: a tag'],
  ['a tag of JavaScript', 'a: !!js/function "function () {}"\n', 'line 1, column 4: a tag'],
  ['a tag of YAML 1.1', '%YAML 1.1\n---\na: !!binary aHVudGVyMg==\n', 'line 3, column 4: a tag'],
  ['nesting without end', `a: ${'['.repeat(50_000)}`, 'nested too deep'],
])('P10 %s in YAML is refused, with its place and nothing quoted', async (_, text, says) => {
  await using folder = await folderOf({ 'app.yaml': 'n: 1\n' });
  const path = folder.at('app.yaml');
  await using app = trial({
    loader: fileLoader({ path, watch: false }),
    secrets: ['hunter2', 'aHVudGVyMg', 'js/function'],
  });
  await app.holds({ n: 1 });
  await writeFile(path, text);
  const error = await app.refuses({ code: 'DECODE_FAILED', says });
  expect(error.message).toMatch(/is not valid YAML at line \d+, column \d+: /);
  await writeFile(path, 'n: 2\n');
  await app.heals({ n: 2 });
});

test('P10 a bomb within the limits of aliases is stopped by the limit of keys', async () => {
  const list = `a: &a [${'1,'.repeat(300)}]\nb: [${'*a,'.repeat(90)}]\n`;
  await using folder = await folderOf({ 'app.yaml': 'n: 1\n' });
  const path = folder.at('app.yaml');
  await using app = polled(path, { limits: { maxKeys: 10_000 } });
  await app.holds({ n: 1 });
  await writeFile(path, list);
  await app.refuses({ code: 'LIMIT_EXCEEDED', says: 'limits.maxKeys' });
  expect(app.app.current).toEqual({ n: 1 });
});
