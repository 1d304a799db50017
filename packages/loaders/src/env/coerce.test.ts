import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coerce } from './coerce.ts';

const valueOf = (text: string): unknown => {
  const read = coerce(text);
  return read.kind === 'value' ? read.value : read.kind;
};

test.each<[string, unknown]>([
  ['', 'unset'],
  ['""', ''],
  ['0', 0],
  ['-7', -7],
  ['0.5', 0.5],
  ['-0.25', -0.25],
  ['0.0000001', 0.0000001],
  ['100000000000000', 100000000000000],
  ['9007199254740991', 9007199254740991],
  ['0.1234567890123456', 0.1234567890123456],
  ['false', false],
  ['"true"', 'true'],
  ['[1,"a",null]', [1, 'a', null]],
  ['{"a":{"b":true}}', { a: { b: true } }],
  ['{"id":"9007199254740993","n":5}', { id: '9007199254740993', n: 5 }],
  ['[0.25000000000000000]', [0.25]],
  ['5s', '5s'],
  ['on', 'on'],
  ['NaN', 'NaN'],
  ['1,5', '1,5'],
  ['1_000', '1_000'],
  ['2026-11-21', '2026-11-21'],
  ['10.0.0.1', '10.0.0.1'],
  ['a"b', 'a"b'],
  ['(x)', '(x)'],
  ['-', '-'],
  ['.', '.'],
])('coerce(%j) gives %j', (text, value) => expect(valueOf(text)).toStrictEqual(value));

test.each([
  '\t',
  '\u00a0',
  '\u3000',
  'True',
  ' false',
  'NULL',
  '00',
  '-01',
  '1.0',
  '1.',
  '.5',
  '+1',
  '1E3',
  '0b1',
  '0o7',
  '-0.0',
  '-Infinity',
  '123e4567',
  '9007199254740992',
  '9007199254740993',
  '12345678901234567890',
  '{"a":[{"id":9007199254740993}]}',
  '[-9007199254740993]',
  '0.12345678901234567',
  '[',
  '{a}',
  '"open',
  '\ufeff5',
])('coerce(%j) is ambiguous', (text) => {
  expect(coerce(text).kind).toBe('ambiguous');
});

test('coerce() gives back every number in its plain form, and every text in the quotes of JSON', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (number) => {
      expect(valueOf(String(number))).toBe(number);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(valueOf(JSON.stringify(text))).toBe(text);
    }),
  );
});

test('coerce() gives a text as it is or not at all, and a number only for the text that prints so', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[-+. ]?[0-9.eE_]{1,20} ?$/),
    fc.constantFrom('true', 'null').chain((word) => fc.mixedCase(fc.constant(word))),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const value = valueOf(text);
      const isNumber = typeof value === 'number';
      const isText = typeof value === 'string' && coerce(text).kind === 'value';
      expect(!isNumber || (Number(text) === value && /^-?\d/.test(text))).toBe(true);
      expect(!isText || value === text || text.startsWith('"')).toBe(true);
    }),
  );
});

test('coerce() never says what the text is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const read = coerce(text);
      expect(read.kind === 'ambiguous' ? read.why : 'words').toMatch(/^[a-z ,]+$/i);
    }),
  );
});
