import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { documentIn, lenientDocumentIn } from './strict-document.ts';

const gzip = gzipSync('{"a":1}');
const whole = (body: Uint8Array | string, coding?: string) => ({
  kind: 'whole' as const,
  status: 200,
  fields: coding === undefined ? [] : [['content-encoding', coding] as const],
  body: Buffer.from(body as string),
});

/** A sum of its bytes is wrong. */
function wrongSum(): Buffer {
  const bytes = Buffer.from(gzip);
  bytes[bytes.length - 8]! ^= 1;
  return bytes;
}

test.each([
  ['as it is', '{"a":1}', undefined],
  ['after a byte order mark', '\ufeff{"a":1}', undefined],
  ['by gzip', gzip, 'gzip'],
  ['by brotli', brotliCompressSync('{"a":1}'), 'br'],
  ['twice', brotliCompressSync(gzip), 'gzip, BR'],
])('documentIn() reads a document %s', (_, body, coding) => {
  expect(documentIn(whole(body, coding))).toEqual({ a: 1 });
});

test.each([
  ['no UTF-8', Buffer.from('{"a":"\xff"}', 'latin1'), undefined],
  ['no JSON', '{"a":1}{', undefined],
  ['no object', '[1]', undefined],
  ['an unknown coding', '{"a":1}', 'zstd'],
  ['a cut stream', gzip.subarray(0, -8), 'gzip'],
  ['a wrong sum', wrongSum(), 'gzip'],
  ['a second member', Buffer.concat([gzip, gzipSync('')]), 'gzip'],
  ['bytes behind brotli', Buffer.concat([brotliCompressSync('{}'), Buffer.of(0)]), 'br'],
  ['a bomb', gzipSync(Buffer.alloc(3 * 2 ** 20, ' ')), 'gzip'],
])('documentIn() refuses %s', (_, body, coding) => {
  expect(documentIn(whole(body, coding))).toBeUndefined();
});

test('lenientDocumentIn() reads what platforms do, cut streams, and no coding that was not asked for', () => {
  expect(lenientDocumentIn(whole(gzip.subarray(0, -8), 'gzip'))).toEqual({ a: 1 });
  const br = brotliCompressSync('{"a":1}');
  expect(lenientDocumentIn(whole(br.subarray(0, -1), 'br'))).toEqual({ a: 1 });
  expect(lenientDocumentIn(whole(deflateSync('{"a":1}'), 'deflate'))).toBeUndefined();
  expect(lenientDocumentIn(whole('{"a":1}', 'zstd'))).toBeUndefined();
});
