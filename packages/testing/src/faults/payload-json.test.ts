import { expect, test } from 'vitest';
import { z } from 'zod';
import { MALFORMED } from './malformed.fixture.ts';
import { served } from './served.fixture.ts';

const first = { a: 1 };
const secrets = ['hunter2'];

test('P1 the table has two hundred documents, and none that is JSON', () => {
  const all = Object.values(MALFORMED).flat();
  expect(new Set(all).size).toBeGreaterThan(200);
  const taken = all.filter((text) => {
    try {
      JSON.parse(text.replace(/^\ufeff/, ''));
      return true;
    } catch {
      return false;
    }
  });
  expect(taken).toEqual([]);
});

test.each(Object.entries(MALFORMED))(
  'P1 malformed JSON is refused with line and column, and nothing of it is quoted: %s',
  async (_, texts) => {
    await using made = await served(first, { secrets });
    for (const text of texts) {
      made.serve(text);
      const error = await made.app.refuses({ code: 'DECODE_FAILED', says: 'is not valid JSON at' });
      expect(error.message).toMatch(/at line \d+, column \d+: expected /);
    }
    made.serve({ a: 2 });
    await made.app.heals({ a: 2 });
  },
);

test.each([
  ['null', 'null'],
  ['true', 'a boolean'],
  ['42', 'a number'],
  ['"x"', 'a string'],
  ['[]', 'an array'],
])('P2 %s at the top is refused', async (text, kind) => {
  await using made = await served(first, { secrets });
  made.serve(text);
  const error = await made.app.refuses({ code: 'SCHEMA_FAILED', says: 'a schema can allow it' });
  expect(error.message).toContain(`must be an object at the top, but is ${kind}`);
  made.serve({ a: 2 });
  await made.app.heals({ a: 2 });
});

test('P2 what is no object at the top is taken where the schema takes it', async () => {
  await using made = await served(first, {
    config: { schema: z.union([z.array(z.number()), z.looseObject({})]) },
  });
  made.serve([1, 2]);
  expect((await made.app.poll()).outcome.kind).toBe('accepted');
});

const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
const around = (...bytes: readonly number[]): Buffer =>
  Buffer.concat([
    Buffer.from('{"password":"hunter2","a":"'),
    Buffer.from(bytes),
    Buffer.from('"}'),
  ]);

test.each<[string, Uint8Array]>([
  ['UTF-16, little endian', utf16('{"a":1}')],
  ['UTF-16, big endian', utf16('{"a":1}').swap16()],
  ['Latin-1', around(0xe9)],
  ['an overlong form', around(0xc0, 0xaf)],
  ['a surrogate in UTF-8', around(0xed, 0xa0, 0x80)],
  ['what is beyond Unicode', around(0xf4, 0x90, 0x80, 0x80)],
  ['a character cut short', around(0xe2, 0x82)],
  ['a byte that starts nothing', around(0x80)],
])('P3 %s is refused with its position', async (_, bytes) => {
  await using made = await served(first, { secrets });
  made.serve(bytes);
  const error = await made.app.refuses({ code: 'DECODE_FAILED', says: 'UTF-8' });
  expect(error.message).toMatch(/follows character \d+/);
  made.serve({ a: 2 });
  await made.app.heals({ a: 2 });
});

test.each<[string, string]>([
  ['NUL in a string', '{"password":"hunter2","a":"\0"}'],
  ['UTF-16 without a byte order mark', '{\0}\0'],
])('P3 %s is refused with its position', async (_, text) => {
  await using made = await served(first, { secrets });
  made.serve(text);
  const error = await made.app.refuses({ code: 'DECODE_FAILED', says: 'is not valid JSON at' });
  expect(error.message).toMatch(/at line 1, column \d+: expected /);
});

test('P3 a byte order mark is skipped, and escapes of NUL and of lone surrogates are data', async () => {
  await using made = await served(first, { secrets });
  made.serve('\ufeff{"a":"\\u0000\\ud800"}');
  expect((await made.app.poll()).outcome.kind).toBe('accepted');
  expect(made.app.app.current).toEqual({ a: '\0\ud800' });
  // the mark alone is no change
  made.serve('{"a":"\\u0000\\ud800"}');
  expect((await made.app.poll()).outcome).toEqual({ kind: 'unchanged' });
});

test('P4 a key that counts twice has its last value, and numbers are doubles', async () => {
  await using made = await served(first, { secrets });
  made.serve('{"a":1,"big":9007199254740993,"small":1e-400,"zero":-0,"a":2}');
  const value = { a: 2, big: 9007199254740992, small: 0, zero: 0 };
  const { outcome } = await made.app.poll();
  expect(outcome.kind).toBe('accepted');
  expect(JSON.stringify(made.app.app.current)).toBe(
    '{"a":2,"big":9007199254740992,"small":0,"zero":0}',
  );
  const fingerprint = await made.app.app.fingerprint();
  made.serve(JSON.stringify(value));
  expect((await made.app.poll()).outcome).toEqual({ kind: 'unchanged' });
  expect(await made.app.app.fingerprint()).toBe(fingerprint);
});

test.each(['{"a":{"b":1e400}}', '{"a":{"b":-1e999}}'])(
  'P4 a number beyond a double is refused: %s',
  async (text) => {
    await using made = await served(first, { secrets });
    const before = await made.app.app.fingerprint();
    made.serve(text);
    await made.app.refuses({ code: 'LIMIT_EXCEEDED', says: 'a number beyond a double at a.b' });
    expect(await made.app.app.fingerprint()).toBe(before);
  },
);
