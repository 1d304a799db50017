import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { parseDotEnv } from './dot-env.ts';

const read = (text: string): object =>
  Object.fromEntries(parseDotEnv(text).map(({ name, text: value }) => [name, value]));

test.each<[string, object]>([
  ['', {}],
  ['\n# comment\n   # another\n\n', {}],
  ['A=1', { A: '1' }],
  ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['A=1\rB="x\ry"\r', { A: '1', B: 'x\ny' }],
  ['export A = x y \nB=', { A: 'x y', B: '' }],
  ['A=1 # comment\nB= # comment\nC=2', { A: '1', B: '', C: '2' }],
  ['A=\'x # y\'\nB="a\\nb"\nC=`it\'s "so"`', { A: 'x # y', B: 'a\nb', C: 'it\'s "so"' }],
  ['A="x\ny"\nB=1', { A: 'x\ny', B: '1' }],
  ["A='x\\ny'", { A: 'x\\ny' }],
  ['A="say \\"hi\\" \\\\ \\q"', { A: 'say "hi" \\ q' }],
  ['A="\\\\"\nB="\\\\\\""', { A: '\\', B: '\\"' }],
  ['A="{\\"b\\":1}"', { A: '{"b":1}' }],
  ['A={"b":[1,2]}', { A: '{"b":[1,2]}' }],
  ['A=$HOME/${X}', { A: '$HOME/${X}' }],
  ['a.b-c_D=1', { 'a.b-c_D': '1' }],
  ['URL=https://x.test/?a=b&c=d', { URL: 'https://x.test/?a=b&c=d' }],
  ['A="x" # comment', { A: 'x' }],
])('parseDotEnv(%j) gives %j', (text, variables) => expect(read(text)).toEqual(variables));

test.each([
  ['A', 'line 1, column 1: expected NAME=value'],
  ['A=1\nnonsense here\nB=2', 'line 2, column 1: expected NAME=value'],
  ['=1', 'line 1, column 1: expected NAME=value'],
  ['1A=2', 'line 1, column 1: expected NAME=value'],
  ['A=1\nB="open\nC=2', 'line 2, column 3: a quote that is not closed'],
  ["A='x' y", 'line 1, column 6: expected the end of the line'],
  ['A=1\nPASSWORD=hunter2#3', 'line 2, column 10: a # that may'],
])('parseDotEnv(%j) refuses it at %s', (text, says) => {
  expect(() => parseDotEnv(text)).toThrow(`is not valid .env at ${says}`);
  expect(() => parseDotEnv(text)).not.toThrow('hunter2');
});

test('parseDotEnv() reads what Node reads in the same way, where both take it', () => {
  const text = [
    'A=1',
    'B = two words ',
    "C='single # quoted'",
    'D="double\\nquoted"',
    'E=# nothing',
    '# comment',
    'export F=exported',
    'G=`back`',
  ].join('\n');
  expect(read(text)).toEqual({ ...parseEnv(text) });
});

test('parseDotEnv() says where each text stands', () => {
  expect(parseDotEnv('\nA=1\n  B = "x\ny"\nC=2')).toMatchObject([
    { name: 'A', line: 2, column: 3 },
    { name: 'B', line: 3, column: 7 },
    { name: 'C', line: 5, column: 3 },
  ]);
});
