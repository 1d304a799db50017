import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HoldfastError } from '../errors.ts';
import type { JsonValue } from '../ports/json.ts';
import { clone, deepEqual, hostileJson, nested } from './json.fixture.ts';
import { parseJson } from './parse.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function faultOf(raw: Uint8Array): Promise<string> {
  const error: unknown = await parseJson(raw).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HoldfastError);
  const { code, message } = error as HoldfastError;
  expect(code).toBe('DECODE_FAILED');
  return message;
}

/** RFC 8259, by section: a text and what it says. */
test.each<[string, string, unknown]>([
  ['§2 white space of all four kinds', ' \t\n\r{ \t\n\r} \t\n\r', {}],
  ['§2 any value at the top', '42', 42],
  ['§2 null at the top', ' null ', null],
  ['§2 an empty text in quotes', '""', ''],
  ['§3 the three names', '[true,false,null]', [true, false, null]],
  ['§4 an empty object', '{}', {}],
  ['§4 an empty key', '{"":1}', { '': 1 }],
  ['§4 a key that counts twice: the last one', '{"a":1,"b":2,"a":3}', { a: 3, b: 2 }],
  ['§4 keys in escapes', '{"\\u0061":1}', { a: 1 }],
  ['§5 an empty array', '[]', []],
  ['§5 values of several kinds', '[1,"a",[],{}]', [1, 'a', [], {}]],
  ['§6 zero', '[0,-0,0.0,0e0,0E+5]', [0, -0, 0, 0, 0]],
  ['§6 fractions', '[0.5,-1.25,10.010]', [0.5, -1.25, 10.01]],
  ['§6 exponents', '[1e2,1E2,1e+2,1e-2,1.5E-3]', [100, 100, 100, 0.01, 0.0015]],
  ['§6 numbers beyond 2^53, as doubles do', '[9007199254740993]', [9007199254740992]],
  ['§6 numbers too small for a double', '[1e-400]', [0]],
  ['§7 every short escape', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
  ['§7 escapes in hex of either case', '"\\u00e9\\u00E9"', 'éé'],
  ['§7 a surrogate pair in escapes', '"\\uD83D\\uDE00"', '😀'],
  ['§7 NUL as an escape', '"\\u0000"', '\0'],
  ['§7 DEL and C1 controls as they are', '"\u007f\u0080"', '\u007f\u0080'],
  ['§7 line separators as they are', '"\u2028\u2029"', '\u2028\u2029'],
  ['§8.1 a byte order mark', '\ufeff{"a":1}', { a: 1 }],
  ['§8.1 a byte order mark within a text', '"\ufeff"', '\ufeff'],
  ['§8.2 a lone surrogate as an escape', '["\\uD800","\\uDC00x"]', ['\ud800', '\udc00x']],
  ['§7 noncharacters', '"\uffff\u{10ffff}"', '\uffff\u{10ffff}'],
])('parseJson() takes RFC 8259 %s', async (_, text, value) => {
  expect(deepEqual(await parseJson(bytes(text)), value)).toBe(true);
});

/** The texts of RFC 8259 §13. */
const IMAGE = `{
  "Image": {
      "Width":  800,
      "Height": 600,
      "Title":  "View from 15th Floor",
      "Thumbnail": {
          "Url":    "http://www.example.com/image/481989943",
          "Height": 125,
          "Width":  100
      },
      "Animated" : false,
      "IDs": [116, 943, 234, 38793]
    }
}`;
const CITIES = `[
  {
     "precision": "zip",
     "Latitude":  37.7668,
     "Longitude": -122.3959,
     "Address":   "",
     "City":      "SAN FRANCISCO",
     "State":     "CA",
     "Zip":       "94107",
     "Country":   "US"
  },
  {
     "precision": "zip",
     "Latitude":  37.371991,
     "Longitude": -122.026020,
     "Address":   "",
     "City":      "SUNNYVALE",
     "State":     "CA",
     "Zip":       "94085",
     "Country":   "US"
  }
]`;
const city = { precision: 'zip', Address: '', State: 'CA', Country: 'US' };

test.each<[string, string, unknown]>([
  [
    'an object',
    IMAGE,
    {
      Image: {
        Width: 800,
        Height: 600,
        Title: 'View from 15th Floor',
        Thumbnail: { Url: 'http://www.example.com/image/481989943', Height: 125, Width: 100 },
        Animated: false,
        IDs: [116, 943, 234, 38793],
      },
    },
  ],
  [
    'an array of two objects',
    CITIES,
    [
      { ...city, Latitude: 37.7668, Longitude: -122.3959, City: 'SAN FRANCISCO', Zip: '94107' },
      { ...city, Latitude: 37.371991, Longitude: -122.02602, City: 'SUNNYVALE', Zip: '94085' },
    ],
  ],
  ['a text alone', '"Hello world!"', 'Hello world!'],
  ['a number alone', '42', 42],
  ['a name alone', 'true', true],
])('parseJson() takes RFC 8259 §13 %s', async (_, text, value) => {
  expect(await parseJson(bytes(text))).toEqual(value);
});

/** RFC 8259, by section: a text, where it stops being JSON, and what could have stood there. */
test.each<[string, string, string, string]>([
  ['§2 nothing at all', '', '1, column 1', 'a value'],
  ['§2 nothing but white space', ' \n ', '2, column 2', 'a value'],
  ['§2 other white space', '[\u00a01]', '1, column 2', 'a value or ]'],
  ['§2 a form feed', '[1,\f2]', '1, column 4', 'a value'],
  ['§2 two documents', '{}{}', '1, column 3', 'the end of the document'],
  ['§2 two documents in two lines', '{"a":1}\n{"a":2}\n', '2, column 1', 'the end of the document'],
  ['§2 more than the document', '[1] x', '1, column 5', 'the end of the document'],
  ['§2 a closing bracket too many', '[[]]]', '1, column 5', 'the end of the document'],
  ['§2 a comment to the end of the line', '{"a":1 // x\n}', '1, column 8', 'a comma or }'],
  ['§2 a comment in between', '[/* x */1]', '1, column 2', 'a value or ]'],
  ['§2 a hash comment', '# x\n{}', '1, column 1', 'a value'],
  ['§3 a name in another case', '[True]', '1, column 2', 'a value or ]'],
  ['§3 a name cut short', '[nul]', '1, column 2', 'a value or ]'],
  ['§3 a name that goes on', '[trueish]', '1, column 6', 'a comma or ]'],
  ['§3 undefined', '{"a":undefined}', '1, column 6', 'a value'],
  ['§4 a key without quotes', '{a:1}', '1, column 2', 'a key in quotes or }'],
  ['§4 a key in single quotes', "{'a':1}", '1, column 2', 'a key in quotes or }'],
  ['§4 a number for a key', '{1:1}', '1, column 2', 'a key in quotes or }'],
  ['§4 no colon', '{"a" 1}', '1, column 6', 'a colon after the key'],
  ['§4 a comma for a colon', '{"a",1}', '1, column 5', 'a colon after the key'],
  ['§4 two colons', '{"a"::1}', '1, column 6', 'a value'],
  ['§4 no value', '{"a":}', '1, column 6', 'a value'],
  ['§4 a trailing comma', '{"a":1,}', '1, column 8', 'a key in quotes'],
  ['§4 a leading comma', '{,"a":1}', '1, column 2', 'a key in quotes or }'],
  ['§4 two commas', '{"a":1,,"b":2}', '1, column 8', 'a key in quotes'],
  ['§4 no comma', '{"a":1 "b":2}', '1, column 8', 'a comma or }'],
  ['§4 the wrong bracket', '{"a":1]', '1, column 7', 'a comma or }'],
  ['§4 an object without an end', '{"a":1', '1, column 7', 'a comma or }'],
  ['§4 an object cut after its brace', '{', '1, column 2', 'a key in quotes or }'],
  ['§5 a trailing comma', '[1,]', '1, column 4', 'a value'],
  ['§5 only a comma', '[,]', '1, column 2', 'a value or ]'],
  ['§5 two commas', '[1,,2]', '1, column 4', 'a value'],
  ['§5 no comma', '[1 2]', '1, column 4', 'a comma or ]'],
  ['§5 the wrong bracket', '[1}', '1, column 3', 'a comma or ]'],
  ['§5 an array without an end', '[\n  1,\n  2\n', '4, column 1', 'a comma or ]'],
  ['§5 a colon', '["a":1]', '1, column 5', 'a comma or ]'],
  ['§6 a leading zero', '[01]', '1, column 3', 'a comma or ]'],
  ['§6 a leading zero after the sign', '[-012]', '1, column 4', 'a comma or ]'],
  ['§6 a plus sign', '[+1]', '1, column 2', 'a value or ]'],
  ['§6 only a sign', '[-]', '1, column 2', 'a value or ]'],
  ['§6 no digit before the point', '[.5]', '1, column 2', 'a value or ]'],
  ['§6 no digit after the point', '[1.]', '1, column 3', 'a comma or ]'],
  ['§6 no digit in the exponent', '[1e+]', '1, column 3', 'a comma or ]'],
  ['§6 two exponents', '[1e2e3]', '1, column 5', 'a comma or ]'],
  ['§6 hex', '[0x1F]', '1, column 3', 'a comma or ]'],
  ['§6 NaN', '[NaN]', '1, column 2', 'a value or ]'],
  ['§6 Infinity', '[-Infinity]', '1, column 2', 'a value or ]'],
  ['§6 digits of another script', '[１]', '1, column 2', 'a value or ]'],
  ['§7 single quotes', "['a']", '1, column 2', 'a value or ]'],
  ['§7 a text without an end', '["abc', '1, column 6', 'the end of a string'],
  ['§7 a text cut in an escape', '["a\\', '1, column 4', 'a valid character or escape in a string'],
  ['§7 an unknown escape', '["\\x41"]', '1, column 3', 'a valid character or escape in a string'],
  [
    '§7 an escape with too few digits',
    '["\\u12"]',
    '1, column 3',
    'a valid character or escape in a string',
  ],
  ['§7 a tab as it is', '["a\tb"]', '1, column 4', 'a valid character or escape in a string'],
  [
    '§7 a line break as it is',
    '["a\nb"]',
    '1, column 4',
    'a valid character or escape in a string',
  ],
  ['§7 NUL as it is', '["a\0b"]', '1, column 4', 'a valid character or escape in a string'],
  [
    '§7 a control in a key',
    '{"a\u0001":1}',
    '1, column 4',
    'a valid character or escape in a string',
  ],
  ['§8.1 two byte order marks', '\ufeff\ufeff{}', '1, column 1', 'a value'],
  ['§8.1 a byte order mark in between', '[\ufeff]', '1, column 2', 'a value or ]'],
  ['§2 NUL after the document', '{}\0', '1, column 3', 'the end of the document'],
])('parseJson() refuses RFC 8259 %s', async (_, text, where, expected) => {
  const message = await faultOf(bytes(text));
  expect(message.split(/; it begins with|; the text ends here/)[0]).toBe(
    `is not valid JSON at line ${where}: expected ${expected}`,
  );
});

test('parseJson() takes and refuses nesting of 100 000 levels without overflowing the stack', async () => {
  let depth = 0;
  for (
    let node = await parseJson(bytes(nested(100_000)));
    Array.isArray(node);
    node = node[0] as JsonValue
  )
    depth++;
  expect(depth).toBe(100_000);
  expect(await faultOf(bytes('['.repeat(100_000)))).toBe(
    'is not valid JSON at line 1, column 100001: expected a value or ]; the text ends here',
  );
  expect(await faultOf(bytes('{"a":'.repeat(100_000)))).toBe(
    'is not valid JSON at line 1, column 500001: expected a value; the text ends here',
  );
});

test('parseJson() finds the fault after a text of millions of characters', async () => {
  const long = 'x'.repeat(5_000_000);
  expect(await faultOf(bytes(`["${long}"x]`))).toBe(
    'is not valid JSON at line 1, column 5000004: expected a comma or ]',
  );
});

test.each<[string, number[], string]>([
  ['a byte that starts nothing', [0x22, 0xff, 0x22], 'character 1'],
  ['a text cut within a character', [0x22, 0x61, 0xc3], 'character 2'],
  ['an overlong form', [0x22, 0xc0, 0xaf, 0x22], 'character 1'],
  ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22], 'character 1'],
  ['what is beyond Unicode', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 'character 1'],
  ['Latin-1', [0x22, 0xe9, 0x22], 'character 1'],
  ['UTF-16, little endian', [0xff, 0xfe, 0x7b, 0], 'character 0; it begins like UTF-16'],
  ['UTF-16, big endian', [0xfe, 0xff, 0, 0x7b], 'character 0; it begins like UTF-16'],
  ['a byte after a replacement character', [0x22, 0xef, 0xbf, 0xbd, 0xff], 'character 2'],
])('parseJson() refuses RFC 8259 %s', async (_, raw, where) => {
  expect(await faultOf(Uint8Array.from(raw))).toBe(
    `is not valid UTF-8 (RFC 3629): the first invalid byte follows ${where}`,
  );
});

test('parseJson() refuses UTF-16 without a byte order mark: NUL is no white space', async () => {
  expect(await faultOf(Uint8Array.from([0x7b, 0, 0x7d, 0]))).toBe(
    'is not valid JSON at line 1, column 2: expected a key in quotes or }',
  );
});

test.each([
  ['an error page', '<html>\n<body>502', '<html> <body>'],
  ['a word', 'Unauthorized', 'Unauthorized'],
  ['at most 64 characters', 'x'.repeat(70), 'x'.repeat(64)],
  ['what follows white space', ' \n oops', 'oops'],
  ['no more than words', 'GET /app.json?token=s3cret', 'GET /app.json'],
])('parseJson() quotes the start of what is no JSON at all: %s', async (_, text, quoted) => {
  expect(await faultOf(bytes(text))).toMatch(
    /^is not valid JSON at line \d+, column \d+: expected a val/,
  );
  expect((await faultOf(bytes(text))).split('; it begins with ')[1]).toBe(JSON.stringify(quoted));
});

test.each(['{"password":"hunter2"', '[ "hunter2"', ' {hunter2', '\ufeff\ufeff{"k":"hunter2"}'])(
  'parseJson() quotes nothing of %j, which may hold a secret',
  async (text) => {
    expect(await faultOf(bytes(text))).not.toContain('hunter2');
  },
);

test('parseJson() keeps no trace of the text in the error', async () => {
  const error: unknown = await parseJson(bytes('{"password":"hunter2",}')).catch(
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(HoldfastError);
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain('hunter2');
});

test('parseJson() gives what JSON.parse gives, own __proto__ and all, and pollutes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(hostileJson, async (value) => {
      expect(deepEqual(await parseJson(bytes(JSON.stringify(value))), clone(value))).toBe(true);
    }),
  );
  await parseJson(bytes('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'));
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
