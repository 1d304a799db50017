import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deepEqual, json } from '../document/json.fixture.ts';
import type { SourceDocument } from '../state/inputs.ts';
import { documentOf, utf8 } from './document.fixture.ts';
import { decodeRecord, encodeRecord } from './record.ts';

const KEY = 'key-of-this-config';
const bytes = utf8('{"a":\r\n1, "b":"é\ud83d\ude00"}\n\n');
const document: SourceDocument = documentOf(
  { a: 1, b: 'é😀' },
  {
    bytes,
    validator: { origin: 'o', etag: 'W/"1\u00e9"', lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT' },
    evidence: {
      url: 'https://a.example/app.json',
      status: 200,
      headers: { digest: 'x', '10': 'y' },
    },
  },
);

test('encodeRecord() and decodeRecord() give back bytes, validator and evidence as they were', async () => {
  const loaded = await decodeRecord(KEY, await encodeRecord(KEY, document));
  expect(loaded).toEqual({
    raw: bytes,
    validator: document.validator,
    evidence: document.evidence,
  });
});

test('encodeRecord() keeps a value as its text, and no bytes of a larger buffer', async () => {
  await fc.assert(
    fc.asyncProperty(json, async (value) => {
      const record = await encodeRecord(KEY, documentOf(value));
      expect(deepEqual((await decodeRecord(KEY, record)).raw, value)).toBe(true);
    }),
    { numRuns: 30 },
  );
  const part = new Uint8Array(100).subarray(50, 52);
  part.set(utf8('[]'));
  const { raw } = await decodeRecord(KEY, await encodeRecord(KEY, documentOf([], { bytes: part })));
  expect(raw).toEqual(utf8('[]'));
  expect((raw as Uint8Array).buffer.byteLength).toBe(2);
});

test('encodeRecord() keeps that a validator is too young to be trusted', async () => {
  const record = await encodeRecord(KEY, { ...document, young: true });
  const { validator, hints } = await decodeRecord(KEY, record);
  expect(validator).toEqual(document.validator);
  expect(hints).toEqual({ young: true });
});

test('encodeRecord() begins with one line of JSON that holds neither key nor document', async () => {
  const text = new TextDecoder().decode(await encodeRecord(KEY, document));
  const [line = ''] = text.split('\n', 1);
  expect(JSON.parse(line)).toMatchObject({ holdfast: 1, form: 'bytes' });
  expect(line).not.toContain(KEY);
  expect(text.slice(line.length + 1)).toBe(new TextDecoder().decode(bytes));
});

test('decodeRecord() refuses a record in the place of another one', async () => {
  const record = await encodeRecord('other', document);
  await expect(decodeRecord(KEY, record)).rejects.toMatchObject({
    code: 'CACHE_FAILED',
    message:
      'Cannot use a cache record: its checksum does not fit: it is cut, changed, or of another config',
  });
});

test('decodeRecord() refuses a record that was cut anywhere', async () => {
  const record = await encodeRecord(KEY, document);
  for (let length = 0; length < record.length; length++) {
    await expect(decodeRecord(KEY, record.subarray(0, length))).rejects.toMatchObject({
      code: 'CACHE_FAILED',
    });
  }
});

test('decodeRecord() refuses a record with another byte anywhere', async () => {
  const record = await encodeRecord(KEY, document);
  for (let i = 0; i < record.length; i++) {
    const changed = record.slice();
    changed[i] = changed[i]! ^ 0x01;
    await expect(decodeRecord(KEY, changed), `byte ${i}`).rejects.toMatchObject({
      code: 'CACHE_FAILED',
    });
  }
});

test.each<[string, Uint8Array, string]>([
  ['nothing', utf8(''), 'it has no header: it is empty, cut or not ours'],
  ['NUL bytes', new Uint8Array(200), 'it has no header: it is empty, cut or not ours'],
  ['a document without a header', utf8('{\n"a":1}'), 'its header is not JSON'],
  ['a header that is no UTF-8', Uint8Array.of(0xff, 10), 'its header is not JSON'],
  [
    'a header that is no object',
    utf8('null\n{}'),
    'its header is not of a version that this release knows',
  ],
  [
    'a header of a later version',
    utf8('{"holdfast":2}\n{}'),
    'its header is not of a version that this release knows',
  ],
  [
    'a header without a checksum',
    utf8('{"holdfast":1,"form":"bytes"}\n{}'),
    'its checksum does not fit: it is cut, changed, or of another config',
  ],
])('decodeRecord() refuses %s', async (_, record, why) => {
  await expect(decodeRecord(KEY, record)).rejects.toMatchObject({
    code: 'CACHE_FAILED',
    message: `Cannot use a cache record: ${why}`,
  });
});

test('decodeRecord() looks for the end of the header at the start only', async () => {
  const huge = new Uint8Array(2 ** 20).fill(0x20);
  huge[2 ** 17] = 10;
  await expect(decodeRecord(KEY, huge)).rejects.toThrow('it has no header');
});
