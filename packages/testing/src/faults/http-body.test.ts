import { expect, test } from 'vitest';
import { crossed } from './cases.fixture.ts';
import { BASIC, LOADERS, SECRET, inForce, overHttp } from './http.fixture.ts';
import { answer, cut, document, origin } from './origin.fixture.ts';
import type { Play } from './origin.fixture.ts';

const HTML =
  '<!DOCTYPE html><html><title>Sign in</title><p>Sign in to use this network.</p></html>';

const portals: [string, readonly string[]][] = [
  ['text/html', ['Content-Type: text/html; charset=utf-8']],
  ['TEXT/HTML', ['Content-Type: TEXT/HTML']],
  ['application/xhtml+xml', ['Content-Type: application/xhtml+xml']],
  ['application/json', ['Content-Type: application/json']],
  ['text/plain', ['Content-Type: text/plain']],
  ['of no type', []],
];

test.each(crossed(portals, LOADERS))(
  'H18 the page of a captive portal (type: %s) is refused with status, type and first words (%s)',
  async (type, _, make, headers) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    server.play(answer(200, [...headers, 'ETag: "portal"', 'Cache-Control: max-age=86400'], HTML));
    const says = [server.hostPort, 'status 200', type, '"<!DOCTYPE html><html><title>Sign in<'];
    for (let n = 0; n < 3; n++) await app.fails({ says, failure: 'body', status: 200 });
    expect(server.lastRequest).not.toContain('portal');
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
  },
);

test.each(LOADERS)(
  'H18 JSON under the label of HTML is refused and not quoted (%s)',
  async (_, make) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    server.play(answer(200, ['Content-Type: text/html'], '{"password":"hunter2"}'));
    const error = await app.fails({ says: [server.hostPort, 'text/html'], failure: 'body' });
    expect(error.message).not.toContain('hunter2');
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
  },
);

const echoes: [string, string][] = [
  ['the URL in a link', `<a href="http://portal.test/?back=/app.json?token=${SECRET}">`],
  ['the request line', `GET /app.json?token=${SECRET} HTTP/1.1`],
  ['a header', `x-api-key: ${SECRET}`],
  ['the credentials', `Authorization: ${BASIC}`],
];

test.each(crossed(echoes, LOADERS))(
  'H18 a page that echoes %s is quoted without the secret in it (%s)',
  async (_, __, make, page) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    for (const body of [page, `<html>${page}`]) {
      server.play(answer(200, ['Content-Type: text/html'], body));
      await app.fails({ says: [server.hostPort, 'which begins with'], failure: 'body' });
    }
    expect(app.everything()).not.toContain(SECRET);
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
  },
);

// the engine knows no secret
test.each(crossed(echoes, LOADERS))(
  'H18 a text that echoes %s, labelled as JSON, is quoted without the secret in it (%s)',
  async (_, __, make, page) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    server.play(answer(200, ['Content-Type: application/json'], page));
    await app.refuses({ says: 'is not valid JSON', code: 'DECODE_FAILED' });
    expect(app.everything()).not.toContain(SECRET);
  },
);

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const HEAD = 'HTTP/1.1 200 OK\r\n';
const BODY = '{"n":2}';

/** Framing that two readers could read as two things. */
const framings: [string, Play][] = [
  ['a length that is too long', cut(`${HEAD}Content-Length: 99\r\n\r\n${BODY}`)],
  ['a chunked body that is cut in a chunk', cut(`${CHUNKED}7\r\n{"n"`)],
  ['a chunked body without its last chunk', cut(`${CHUNKED}7\r\n${BODY}\r\n`)],
  ['a chunked body without the end of its last chunk', cut(`${CHUNKED}7\r\n${BODY}\r\n0\r\n`)],
  [
    'a length and chunks',
    `${HEAD}Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n${BODY}\r\n0\r\n\r\n`,
  ],
  [
    'chunks and a length',
    `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 7\r\n\r\n7\r\n${BODY}\r\n0\r\n\r\n`,
  ],
  ['a chunk size that is none', `${CHUNKED}zz\r\n${BODY}\r\n0\r\n\r\n`],
  ['a chunk size with a sign', `${CHUNKED}+7\r\n${BODY}\r\n0\r\n\r\n`],
  ['a chunk size with 0x', `${CHUNKED}0x7\r\n${BODY}\r\n0\r\n\r\n`],
  ['a chunk size beyond 64 bits', `${CHUNKED}fffffffffffffffff7\r\n${BODY}\r\n0\r\n\r\n`],
  ['a chunk that is longer than its size', `${CHUNKED}3\r\n${BODY}\r\n0\r\n\r\n`],
  ['two lengths', `${HEAD}Content-Length: 7\r\nContent-Length: 6\r\n\r\n${BODY}`],
  ['two lengths in one field', `${HEAD}Content-Length: 7, 6\r\n\r\n${BODY}`],
  ['a negative length', `${HEAD}Content-Length: -7\r\n\r\n${BODY}`],
  ['a length that is none', `${HEAD}Content-Length: seven\r\n\r\n${BODY}`],
  ['a header bomb', `${HEAD}${'X-Filler: xxxxxxxxxxxxxxxxxxxxxx\r\n'.repeat(5_000)}\r\n${BODY}`],
  ['no HTTP at all', `SSH-2.0-OpenSSH_9.2\r\n${BODY}`],
];

test.each(crossed(framings, LOADERS))(
  'H19 %s is a failure, and nothing of it is used (%s)',
  async (_, __, make, play) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    server.play(play);
    for (let n = 0; n < 2; n++) await app.fails({ says: server.hostPort });
    await server.until(() => server.open === 0); // its connection is used no more
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
    expect(server.open).toBe(1);
  },
);

test.each(LOADERS)(
  'H19 bytes behind the end of a body are never read as an answer (%s)',
  async (_, make) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    // the second answer comes unasked, together with the first one
    server.play(Buffer.concat([document({ n: 2 }, 'ETag: "2"'), document({ n: 666 })]));
    await app.poll();
    expect(app.app.current.n).not.toBe(666);
    server.play(document({ n: 3 }));
    await app.poll();
    expect(app.app.current.n).not.toBe(666);
    server.play(document({ n: 4 }));
    await app.heals({ n: 4 });
  },
);

test.each(LOADERS)(
  'H20 a body that ends with its connection is refused wherever it is cut (%s)',
  async (_, make) => {
    const text = '{"n":2,"list":[{"a":1},{"b":22}],"s":"x"}';
    await using server = await origin();
    const config = { updates: false } as const;
    await using app = await inForce(make, server.url, { config });
    for (let length = 1; length < text.length; length++) {
      server.play(cut(`${HEAD}Content-Type: application/json\r\n\r\n${text.slice(0, length)}`));
      await app.refuses({ says: 'is not valid JSON at line 1', code: 'DECODE_FAILED' });
    }
    server.play(cut(`${HEAD}Content-Type: application/json\r\n\r\n${text}`));
    await app.heals(JSON.parse(text));
    expect(app.app.status.version).toBe(2);
  },
);

test.each(LOADERS)(
  'H20 what could be a part of another document has no object at the top, and is refused (%s)',
  async (_, make) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    for (const part of ['1', '12', 'true', '"x"', '[1]']) {
      server.play(cut(`${HEAD}\r\n${part}`));
      await app.refuses({ says: 'must be an object at the top', code: 'SCHEMA_FAILED' });
    }
    expect(app.app.current).toEqual({ n: 1 });
    server.play(cut(`${HEAD}\r\n{"n":2}`));
    await app.heals({ n: 2 });
  },
);

test.each(LOADERS)(
  'H25 cookies, Clear-Site-Data and a Date in 9999 are ignored (%s)',
  async (_, make) => {
    const odd = [
      'Set-Cookie: session=abc; Max-Age=99999',
      'Set-Cookie: other=def',
      'Clear-Site-Data: "*"',
      'Date: Fri, 31 Dec 9999 23:59:59 GMT',
      'Expires: Fri, 31 Dec 9999 23:59:59 GMT',
      'Age: 0',
      'Alt-Svc: h3=":443"; ma=2592000',
      'Strict-Transport-Security: max-age=31536000',
      'Refresh: 0; url=http://evil.test/',
      'Link: <http://evil.test/>; rel=preload',
      'Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT',
      'ETag: "1"',
    ];
    await using server = await origin(document({ n: 1 }, ...odd));
    await using app = overHttp<{ n: number }>(make, server.url);
    await app.holds({ n: 1 });
    const waitMs = app.app.status.next!.at - app.clock.now();
    expect([app.app.status.next!.because, waitMs <= 66_000]).toEqual(['interval', true]);
    await app.poll();
    expect(server.lastRequest).not.toMatch(/^cookie:/im);
    expect(server.lastRequest).toMatch(/^if-none-match: "1"/im); // neither cleared nor young
    expect(app.app.status.ageMs).toBe(0);
    server.play(document({ n: 2 }, ...odd));
    await app.heals({ n: 2 });
  },
);
