import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import * as zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { httpLoader } from '../http.ts';
import { loadDocument, loadFailure, loadRequest } from '../http/load.fixture.ts';
import { answer, rawServer } from '../http/raw-server.fixture.ts';

const TEXT = JSON.stringify({ a: 'x'.repeat(500) });
const gzip = gzipSync(TEXT);
const brotli = brotliCompressSync(TEXT);

/** What a 102-byte body of brotli can become. */
const BOMB_BYTES = 64 * 1024 * 1024;

function encoded(encoding: string, body: Uint8Array): Uint8Array {
  return answer(200, [`Content-Encoding: ${encoding}`], body);
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at]! ^= 0xff;
  return copy;
}

test.each<[string, Uint8Array]>([
  ['gzip', gzip],
  ['GZIP', gzip],
  ['x-gzip', gzip],
  ['br', brotli],
  ['identity', Buffer.from(TEXT)],
])('load() decodes %s', async (encoding, body) => {
  await using server = await rawServer(encoded(encoding, body));
  const loader = httpLoader({ url: server.url });
  const raw = (await loadDocument(loader)).raw as Uint8Array;
  await loader.close?.();
  expect(new TextDecoder().decode(raw)).toBe(TEXT);
  expect([raw.byteOffset, raw.buffer.byteLength]).toEqual([0, raw.length]);
});

test.each<[string, string, Uint8Array, string]>([
  ['a cut body', 'gzip', gzip.subarray(0, -1), 'broken or cut (Z_BUF_ERROR)'],
  ['a wrong checksum', 'gzip', flipped(gzip, gzip.length - 6), 'broken or cut (Z_DATA_ERROR)'],
  ['a wrong length', 'gzip', flipped(gzip, gzip.length - 1), 'broken or cut (Z_DATA_ERROR)'],
  ['a body that is not compressed', 'gzip', Buffer.from(TEXT), 'broken or cut (Z_DATA_ERROR)'],
  ['bytes behind the end', 'gzip', Buffer.concat([gzip, Buffer.from('junk')]), 'broken or cut'],
  [
    'zeros behind the end',
    'gzip',
    Buffer.concat([gzip, Buffer.alloc(4)]),
    'goes on behind its end',
  ],
  ['a second member', 'gzip', Buffer.concat([gzip, gzipSync('{"a":2}')]), 'goes on behind its end'],
  ['an empty second member', 'gzip', Buffer.concat([gzip, gzipSync('')]), 'goes on behind its end'],
  ['a cut body', 'br', brotli.subarray(0, -1), 'broken or cut'],
  [
    'bytes behind the end',
    'br',
    Buffer.concat([brotli, Buffer.from('junk')]),
    'goes on behind its end',
  ],
  ['nothing in it', 'gzip', gzipSync(''), 'the document is empty'],
  ['an encoding that was not asked for', 'deflate', deflateSync(TEXT), 'was not asked for'],
  ['an unknown encoding', 'rot13', Buffer.from(TEXT), 'was not asked for'],
  ['chained encodings', 'gzip, gzip', gzipSync(gzip), 'was not asked for'],
])('load() refuses %s (%s)', async (_, encoding, body, reason) => {
  await using server = await rawServer(encoded(encoding, body));
  const loader = httpLoader({ url: server.url });
  const error = await loadFailure(loader);
  await loader.close?.();
  expect(error).toMatchObject({ failure: 'body', status: 200, retry: 'backoff' });
  expect(error.message).toContain(reason);
});

test('load() stops decoding at maxBytes, however small the bomb is', async () => {
  const bomb = brotliCompressSync(Buffer.alloc(BOMB_BYTES), {
    params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 },
  });
  await using server = await rawServer(encoded('br', bomb), answer(200, [], 'x'.repeat(1001)));
  const loader = httpLoader({ url: server.url });
  const request = loadRequest({ limits: { maxBytes: 1000 } });
  const error = await loadFailure(loader, request);
  const plain = await loadFailure(loader, request);
  await loader.close?.();
  expect(bomb.length).toBeLessThan(200);
  expect(error).toMatchObject({ failure: 'body' });
  expect(error.message).toContain('longer than 1000 bytes (limits.maxBytes)');
  expect(plain.message).toContain('longer than 1000 bytes (limits.maxBytes)');
});

test('load() takes exactly maxBytes', async () => {
  await using server = await rawServer(encoded('gzip', gzip));
  const loader = httpLoader({ url: server.url });
  const request = loadRequest({ limits: { maxBytes: TEXT.length } });
  expect((await loadDocument(loader, request)).raw).toHaveLength(TEXT.length);
  await loader.close?.();
});

const { zstdCompressSync } = zlib as { zstdCompressSync?: (text: string) => Uint8Array };

test.skipIf(!zstdCompressSync)('load() decodes zstd where the runtime has it', async () => {
  const body = zstdCompressSync!(TEXT);
  const followed = Buffer.concat([body, Buffer.from('junk')]);
  await using server = await rawServer(encoded('zstd', body), encoded('zstd', followed));
  const loader = httpLoader({ url: server.url });
  expect((await loadDocument(loader)).raw).toHaveLength(TEXT.length);
  expect(await loadFailure(loader)).toMatchObject({ failure: 'body' });
  await loader.close?.();
  expect(server.requests[0]).toContain('accept-encoding: gzip, br, zstd');
});

test.skipIf(zstdCompressSync)('load() refuses zstd where the runtime lacks it', async () => {
  await using server = await rawServer(encoded('zstd', Buffer.from(TEXT)));
  const loader = httpLoader({ url: server.url });
  expect((await loadFailure(loader)).message).toContain('was not asked for');
  await loader.close?.();
});
