import { inspect } from 'node:util';
import { isHoldfastError } from '@holdfast/core';
import { copyJson } from '@holdfast/core/json';
import { expect, test } from 'vitest';
import { type FileFormat, formatOf } from './format-of.ts';
import { READERS } from './formats.ts';

const read = async (format: FileFormat, text: string): Promise<unknown> =>
  READERS[format].parse(Buffer.from(text));

test.each([
  ['app.json', 'json'],
  ['/etc/app.YML', 'yaml'],
  ['a.b/app.yaml', 'yaml'],
  ['.env', 'env'],
  ['/x/.env.local', 'env'],
  ['prod.env', 'env'],
  ['app.toml', 'toml'],
  ['C:\\conf\\app.ini', 'ini'],
  ['app.jsonc', 'jsonc'],
  ['app.json5', 'json5'],
  ['app', undefined],
  ['app.txt', undefined],
  ['json', undefined],
  ['.environment', undefined],
])('formatOf(%j) is %j', (path, format) => expect(formatOf(path)).toBe(format));

test.each<[FileFormat, string, unknown]>([
  ['json', '\ufeff{"a":1}', { a: 1 }],
  ['jsonc', '// c\n{"a":1, /* x */ "b":[1,],}', { a: 1, b: [1] }],
  ['json5', "{a:'x', b:0x10, c:+1, d:.5}", { a: 'x', b: 16, c: 1, d: 0.5 }],
  [
    'yaml',
    'a: 2026-11-21\nb: yes\nc: 0o10\nd: "5"\ne: ~\n1: x',
    { a: '2026-11-21', b: 'yes', c: 8, d: '5', e: null, 1: 'x' },
  ],
  ['yaml', 'a: &x {b: 1}\nc: *x\nd: [*x]', { a: { b: 1 }, c: { b: 1 }, d: [{ b: 1 }] }],
  ['yaml', 'a: |\n  x\n  y\nb: >-\n  x\n  y', { a: 'x\ny\n', b: 'x y' }],
  ['yaml', '%YAML 1.1\n---\na: yes\nb: 2026-11-21', { a: 'yes', b: '2026-11-21' }],
  ['yaml', '"<<": 1', { '<<': 1 }],
  [
    'yaml',
    'a: -5\nb: 1e300\nc: 9007199254740993.0\n9007199254740993: x',
    { a: -5, b: 1e300, c: 2 ** 53, '9007199254740993': 'x' },
  ],
  [
    'toml',
    'a = 1979-05-27T07:32:00-08:00\nb = 1979-05-27\nc = 07:32:00',
    { a: '1979-05-27T07:32:00.000-08:00', b: '1979-05-27', c: '07:32:00.000' },
  ],
  [
    'toml',
    '# 2023-02-30\na = 2024-02-29\nb = "2023-02-30"\n2023-02-31 = 1',
    { a: '2024-02-29', b: '2023-02-30', '2023-02-31': 1 },
  ],
  [
    'toml',
    '[a.b]\nc = [1, 2]\n[[d]]\ne = "x"\n[[d]]\ne = 1_000',
    { a: { b: { c: [1, 2] } }, d: [{ e: 'x' }, { e: 1000 }] },
  ],
  ['env', 'A=1\nB="true"\nC=\n', { A: 1, B: true }],
  ['ini', 'a = 1\r[b]\r\nc = 2\r', { a: 1, b: { c: 2 } }],
  ['json', '{"a":1,"a":2}', { a: 2 }],
  ['json5', '{a:1,a:2}', { a: 2 }],
  ['json', '{"id":9007199254740993}', { id: 2 ** 53 }],
  ['json5', '{id:9007199254740993}', { id: 2 ** 53 }],
  [
    'ini',
    '; c\ntop = x y\n[a]\nn = 5\n[a.b]\non = true\nlist = ["x"]\nurl = http://x/?a=b\nq = "a ; b"',
    { top: 'x y', a: { n: 5, b: { on: true, list: ['x'], url: 'http://x/?a=b', q: 'a ; b' } } },
  ],
])('%s: %j is %j', async (format, text, value) => {
  expect(await read(format, text)).toEqual(value);
});

test.each<[FileFormat, string, string]>([
  ['json', '{"a":hunter2}', 'JSON at line 1, column 6: expected a value'],
  ['json5', '{\n a: hunter2}', 'JSON5 at line 2, column 5: an unexpected character'],
  ['jsonc', '{"a":"hunter2', 'JSON5 at line 1, column 14: an unexpected character, or the end'],
  ['json5', '{a:"hunter2\u2028"}', 'JSON5 at line 1, column 12: write \\u2028'],
  ['yaml', 'a: "hunter2\n', 'YAML at line 2, column 1: something is not closed'],
  ['yaml', 'hunter2: 1\nhunter2: 2', 'YAML at line 2, column 1: duplicate key'],
  ['yaml', 'a: 1\n\thunter2: 2', 'YAML at line 2, column 1: '],
  ['yaml', 'a: [hunter2,\nb: 1', 'YAML at line 2, column 1: a wrong indent, or a bracket'],
  ['yaml', '? [hunter2]\n: 1', 'YAML at line 1, column 3: a key that is no text'],
  ['yaml', 'a: hunter2\n---\nb: 1', 'YAML at line 2, column 1: more than one document'],
  [
    'yaml',
    'a: 9007199254740991\nb: [0x20000000000001]',
    'YAML at line 2, column 5: an integer beyond',
  ],
  ['toml', 'a = hunter2', 'TOML at line 1, column 5: '],
  ['toml', 'hunter2 = 1\nhunter2 = 2', 'TOML at line 2, column '],
  ['toml', 'a = 9007199254740993', 'TOML at line 1, column 5: integer value cannot be'],
  ['toml', 'a = 1\nb = 2023-02-30', 'TOML at line 2, column 5: invalid date'],
  ['toml', 'a = 1\nb = [2023-04-31T10:00:00Z]', 'TOML at line 2, column 6: invalid date'],
  ['env', 'A=1\nhunter2', '.env at line 2, column 1: expected NAME=value'],
  [
    'ini',
    `a = 1\n[a${'.a'.repeat(100)}]\nb = 1`,
    'INI at line 2, column 1: a section that is nested',
  ],
  ['ini', 'a = 1\nhunter2', 'INI at line 2, column 1: expected key = value'],
  ['ini', '[hunter2', 'INI at line 1, column 1: expected [section]'],
  ['ini', 'a = 1\n  b = hunter2 ; x', 'INI at line 2, column 15: a ; or # that may'],
])('%s: %j is refused with its place, and nothing of it is quoted', async (format, text, says) => {
  const error: unknown = await read(format, text).catch((thrown: unknown) => thrown);
  expect(isHoldfastError(error) && error.message).toContain(`is not valid ${says}`);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2');
});

test.each<[FileFormat, (i: number) => string]>([
  ['yaml', (i) => `k${i}: ${i}`],
  ['toml', (i) => `k${i} = ${i}`],
  ['env', (i) => `k${i}=${i}`],
  ['ini', (i) => `k${i} = ${i}`],
])(
  '%s of 40 000 keys takes no longer for each key than one of a few',
  { timeout: 5_000 },
  async (format, line) => {
    const text = Array.from({ length: 40_000 }, (_, i) => line(i)).join('\n');
    expect(await read(format, text)).toMatchObject({ k0: 0, k39999: 39_999 });
  },
);

test.each<[FileFormat, string, string]>([
  ['env', `A="${'x'.repeat(9e6)}"`, 'nothing: it is read'],
  ['env', `A="${'x'.repeat(9e6)}`, '.env at line 1, column 3: a quote that is not closed'],
  ['ini', `a${' '.repeat(2e5)}x`, 'INI at line 1, column 1: expected key = value'],
])(
  '%s: one very long line is read or refused at once',
  { timeout: 5_000 },
  async (format, text, says) => {
    const said = await read(format, text).then(() => 'nothing: it is read', String);
    expect(said).toContain(says);
  },
);

test('toml that nests too deep is left to the engine, which says where', async () => {
  const error: unknown = await read('toml', `a${'.a'.repeat(20_000)} = 1`)
    .then(copyJson)
    .catch(String);
  expect(error).toContain('is nested too deep or refers to itself at a.a.a');
});

test.each<[string, (depth: number) => string]>([
  ['open lists', (depth) => '['.repeat(depth)],
  ['lists', (depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`],
  ['objects', (depth) => `${'{a: '.repeat(depth)}1${'}'.repeat(depth)}`],
  ['pairs', (depth) => `${'[a: '.repeat(depth)}1${']'.repeat(depth)}`],
  ['dashes', (depth) => `${'- '.repeat(depth)}x`],
  ['question marks', (depth) => `${'? '.repeat(depth)}x`],
  ['indents', (depth) => Array.from({ length: depth }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['keys', (depth) => `${'['.repeat(depth)}${']: x'.repeat(depth)}`],
])('yaml: %s that nest too deep are refused before the stack ends', async (_, text) => {
  for (const depth of [300, 3_000]) {
    const says = /is not valid YAML at line \d+, column \d+: nested too deep/;
    await expect(read('yaml', text(depth))).rejects.toThrow(says);
  }
  const error: unknown = await read('yaml', text(200)).catch((thrown: unknown) => thrown);
  expect(error).not.toMatchObject({ message: expect.stringContaining('too deep') });
});

test.each<[FileFormat, string, string]>([
  [
    'env',
    'A=1\nB=010',
    'B at line 2, column 3 is ambiguous: like a number, but not in its plain form (to keep it a text, write it as \'"…"\', in quotes of both kinds)',
  ],
  ['env', 'A=1\nB=2\nA=3', 'A at line 3, column 3 is there twice, first at line 1, column 3'],
  [
    'ini',
    '[a]\n  b =  TRUE',
    'a.b at line 2, column 8 is ambiguous: nearly a boolean or null (to keep it a text, write it in double quotes)',
  ],
  ['ini', 'a = 1\na = 2', 'a at line 2, column 5 is there twice, first at line 1, column 5'],
  [
    'env',
    'A=9007199254740993',
    'A at line 1, column 3 is ambiguous: a number that a double cannot hold',
  ],
  ['ini', '[a]\nb = 1\n[a.b]\nc = 2', 'a.b.c at line 4, column 5 lies below a.b'],
])('%s: %j is refused as %s', async (format, text, says) => {
  await expect(read(format, text)).rejects.toThrow(`cannot be read: ${says}`);
});

test.each(['json', 'json5', 'yaml', 'toml', 'env', 'ini'] as const)(
  '%s that is no UTF-8 is refused',
  async (format) => {
    const latin1 = Buffer.from([0x61, 0x3d, 0xe9]);
    await expect(async () => READERS[format].parse(latin1)).rejects.toThrow('is not valid UTF-8');
  },
);
