import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { byName, inForce } from './http.fixture.ts';
import { answer, document, origin } from './origin.fixture.ts';
import type { RightAnswer } from './right-answer.fixture.ts';

const BODY = '{"n":2}';
const gzip = gzipSync(BODY);
const badSum = Buffer.from(gzip);
badSum[gzip.length - 5]! ^= 0xff;
const badLength = Buffer.from(gzip);
badLength[gzip.length - 1]! ^= 0xff;

/** What the label says, and what is there. */
const encodings: [string, string, string | Uint8Array][] = [
  ['gzip that is none', 'gzip', BODY],
  ['gzip that is brotli', 'gzip', brotliCompressSync(BODY)],
  ['brotli that is none', 'br', BODY],
  ['gzip that is cut', 'gzip', gzip.subarray(0, -9)],
  ['gzip without its sums', 'gzip', gzip.subarray(0, -8)],
  ['gzip with a wrong CRC', 'gzip', badSum],
  ['gzip with a wrong length', 'gzip', badLength],
  ['gzip with bytes behind it', 'gzip', Buffer.concat([gzip, Buffer.from('junk')])],
  ['gzip with a second member', 'gzip', Buffer.concat([gzip, gzipSync('{"n":666}')])],
  ['brotli that is cut', 'br', brotliCompressSync(BODY).subarray(0, -2)],
  [
    'brotli with bytes behind it',
    'br',
    Buffer.concat([brotliCompressSync(BODY), Buffer.from('x')]),
  ],
  ['an unknown encoding', 'aws-chunked', BODY],
  ['deflate, which was not asked for', 'deflate', deflateSync(BODY)],
  ['a chain', 'gzip, gzip', gzipSync(gzip)],
  ['a chain of a hundred', Array(100).fill('gzip').join(', '), gzip],
];

test.each(encodings)('H21 %s is a failure (httpLoader)', async (_, encoding, body) => {
  await using server = await origin();
  await using app = await inForce(byName('httpLoader'), server.url);
  server.play(answer(200, [`Content-Encoding: ${encoding}`, 'ETag: "2"'], body));
  const expected: RightAnswer = { says: server.hostPort, failure: 'body' };
  for (let n = 0; n < 2; n++) await app.fails(expected);
  expect(server.lastRequest).toContain('"1"');
  server.play(answer(200, ['Content-Encoding: gzip'], gzip));
  await app.heals({ n: 2 });
});

test('H21 an encoding that the platform does not know is a failure (fetchLoader)', async () => {
  await using server = await origin();
  await using app = await inForce(byName('fetchLoader'), server.url);
  for (const encoding of ['aws-chunked', 'gzip, aws-chunked', 'x']) {
    server.play(answer(200, [`Content-Encoding: ${encoding}`, 'ETag: "2"'], BODY));
    await app.fails({ says: server.hostPort, failure: 'body' });
  }
  expect(server.lastRequest).toContain('"1"');
  server.play(document({ n: 2 }));
  await app.heals({ n: 2 });
});

// the platform decodes, and forgives some of it: what counts is that no other document comes out
test.each(encodings)(
  'H21 %s never gives another document (fetchLoader)',
  async (_, encoding, body) => {
    await using server = await origin();
    await using app = await inForce(byName('fetchLoader'), server.url);
    server.play(answer(200, [`Content-Encoding: ${encoding}`], body));
    const { outcome } = await app.poll();
    expect(app.app.current.n).toBe(outcome.kind === 'accepted' ? 2 : 1);
    server.play(document({ n: 3 }));
    await app.heals({ n: 3 });
  },
);
