import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CacheKey } from '../options/cache-keys.ts';
import { decryptRecord, encryptRecord, keyIdOf } from './encryption.ts';

const keyOf = (id: string, fill: number): CacheKey => ({ id, key: new Uint8Array(32).fill(fill) });
const old = keyOf('old', 1);
const current = keyOf('current', 2);
const here = { keys: [current, old], place: 'here' };

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const SECRET = 'hunter2-hunter2';

const anyBytes = fc.uint8Array({ maxLength: 200 });

async function refusalOf(record: Uint8Array, terms = here): Promise<string> {
  const error = await decryptRecord(record, terms).then(
    () => new Error('it was taken'),
    (thrown: unknown) => thrown as Error,
  );
  expect(error).toMatchObject({ code: 'CACHE_FAILED' });
  expect('cause' in error).toBe(false);
  return error.message;
}

test('decryptRecord() gives what encryptRecord() was given', async () => {
  await fc.assert(
    fc.asyncProperty(anyBytes, fc.string(), async (bytes, place) => {
      const terms = { keys: [current], place };
      const record = await encryptRecord(bytes, terms);
      expect(await decryptRecord(record, terms)).toEqual(bytes);
    }),
  );
});

test('encryptRecord() shows nothing but the id of its key, and never the same twice', async () => {
  const bytes = utf8(SECRET);
  const [one, two] = [await encryptRecord(bytes, here), await encryptRecord(bytes, here)];
  expect(one).not.toEqual(two);
  expect(String.fromCharCode(...one)).not.toContain('hunter');
  const [header = ''] = String.fromCharCode(...one).split('\n');
  expect(JSON.parse(header)).toEqual({
    holdfast: 1,
    encrypted: { keyId: 'current', iv: expect.stringMatching(/^[\w+/]{16}$/) as string },
  });
  expect(keyIdOf(one)).toBe('current');
});

test('decryptRecord() refuses a record of which any bit was changed', async () => {
  const record = await encryptRecord(utf8(SECRET), here);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(record.length - 1),
      fc.integer({ min: 1, max: 255 }),
      async (at, flip) => {
        const changed = record.slice();
        changed[at]! ^= flip;
        expect(await refusalOf(changed)).toContain('Cannot use an encrypted record');
      },
    ),
    { numRuns: 500 },
  );
});

test('decryptRecord() refuses a record that was cut anywhere', async () => {
  const record = await encryptRecord(utf8(SECRET), here);
  for (const [end] of record.entries())
    expect(await refusalOf(record.subarray(0, end))).toContain('Cannot use an encrypted record');
});

test('decryptRecord() finds the key by its id, so that keys can be rotated', async () => {
  const record = await encryptRecord(utf8('x'), { keys: [old], place: 'here' });
  expect(await decryptRecord(record, here)).toEqual(utf8('x'));
  expect(await refusalOf(record, { ...here, keys: [current] })).toBe(
    'Cannot use an encrypted record: it is encrypted with key "old", which is not in cacheKeys',
  );
  expect(await refusalOf(record, { ...here, keys: [keyOf('old', 9)] })).toBe(
    'Cannot use an encrypted record: key "old" does not open it: it is another one, or the record was changed',
  );
});

test('decryptRecord() refuses a record of another place', async () => {
  const record = await encryptRecord(utf8('x'), here);
  expect(await refusalOf(record, { ...here, place: 'there' })).toContain('"current"');
});

test('decryptRecord() opens what the same key as base64 encrypted', async () => {
  const text = { id: 'current', key: btoa(String.fromCharCode(...new Uint8Array(32).fill(2))) };
  const record = await encryptRecord(utf8('x'), { ...here, keys: [text] });
  expect(await decryptRecord(record, here)).toEqual(utf8('x'));
});

test.each([
  '',
  '{}\n',
  '{"holdfast":1,"checksum":"x"}\nrest',
  'null\n',
  '{"holdfast":1,"encrypted":{"keyId":1}}\n',
])('decryptRecord() refuses what is not encrypted: %j', async (text) => {
  expect(await refusalOf(utf8(text))).toContain('it is not encrypted');
  expect(keyIdOf(utf8(text))).toBeUndefined();
});

test('decryptRecord() quotes no more of a foreign id than helps', async () => {
  const header = { holdfast: 1, encrypted: { keyId: `\n${'x'.repeat(1_000)}`, iv: '' } };
  const message = await refusalOf(utf8(`${JSON.stringify(header)}\n`));
  expect(message).toContain('"\\nxxx');
  expect(message.length).toBeLessThan(200);
});

test('encryptRecord() refuses without a key', async () => {
  await expect(encryptRecord(utf8('x'), { keys: [], place: 'here' })).rejects.toMatchObject({
    code: 'CACHE_FAILED',
  });
});
