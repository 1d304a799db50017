import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type FetchFunction, type FetchLoaderOptions, fetchLoader } from '../fetch.ts';
import { loadDocument, loadFailure, loadRequest } from '../http/load.fixture.ts';
import { type Play, answer, cut, document, rawServer, reset } from '../http/raw-server.fixture.ts';

// Named after the rows of docs/fetch-loader.md. The others need a browser: see limits.browser.test.ts.

const TEXT = JSON.stringify({ a: 'x'.repeat(500) });
const url = 'https://config.test/app.json';

/** A `fetch` that gives this answer. */
const giving =
  (response: Partial<Response>): FetchFunction =>
  async () =>
    ({ headers: new Headers(), body: null, type: 'basic', ...response }) as Response;

test.each<[string, string, string]>([
  ['told', 'Content-Length: 1000\r\n\r\n', 'the body is longer than 999 bytes on the wire'],
  [
    'only sent',
    `Transfer-Encoding: chunked\r\n\r\n3e8\r\n${'x'.repeat(1000)}\r\n`,
    'the document is longer than 999 bytes (limits.maxBytes)',
  ],
])(
  'F1 wire bytes: a length that is %s is refused, and its connection freed',
  async (_, rest, why) => {
    await using server = await rawServer(`HTTP/1.1 200 OK\r\n${rest}`);
    const limits = { maxWireBytes: 999, maxBytes: 999 };
    const error = await loadFailure(fetchLoader({ url: server.url }), loadRequest({ limits }));
    expect(error).toMatchObject({ failure: 'body', status: 200 });
    expect(error.message).toContain(why);
    // Node opens a spare one (F5)
    await server.until(() => server.open < server.connections);
  },
);

test('F1 wire bytes: a bomb is stopped at maxBytes, and exactly maxBytes are taken', async () => {
  const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024));
  await using server = await rawServer(
    answer(200, ['Content-Encoding: gzip'], bomb),
    answer(200, ['Content-Encoding: gzip'], gzipSync(TEXT)),
  );
  const loader = fetchLoader({ url: server.url });
  const request = loadRequest({ limits: { maxBytes: TEXT.length } });
  expect((await loadFailure(loader, request)).message).toContain(
    `longer than ${TEXT.length} bytes (limits.maxBytes)`,
  );
  expect((await loadDocument(loader, request)).raw).toHaveLength(TEXT.length);
});

test('F2 encodings: the platform decodes a gzip body without its checksum, which httpLoader refuses', async () => {
  const body = gzipSync(TEXT).subarray(0, -8);
  await using server = await rawServer(answer(200, ['Content-Encoding: gzip'], body));
  const { raw } = await loadDocument(fetchLoader({ url: server.url }));
  expect(raw).toHaveLength(TEXT.length);
});

test.each<[string, Uint8Array]>([
  ['deflate', deflateSync(TEXT)],
  ['Deflate', deflateRawSync(TEXT)],
  ['gzip, gzip', gzipSync(gzipSync(TEXT))],
  ['gzip,', gzipSync(TEXT)],
])(
  'F2 encodings: Node is told not to ask for %s, and such a body is refused',
  async (name, body) => {
    await using server = await rawServer(answer(200, [`Content-Encoding: ${name}`], body));
    const error = await loadFailure(fetchLoader({ url: server.url }));
    expect(error).toMatchObject({ failure: 'body', status: 200 });
    expect(error.message).toContain('a Content-Encoding that was not asked for');
    expect(server.requests[0]).toContain('\r\naccept-encoding: gzip, br\r\n');
  },
);

test('F2 encodings: what the platform cannot decode is a failure', async () => {
  const body = Buffer.from('not compressed');
  await using server = await rawServer(answer(200, ['Content-Encoding: gzip'], body));
  const error = await loadFailure(fetchLoader({ url: server.url }));
  expect(error).toMatchObject({ failure: 'body', retry: 'backoff' });
});

test.each([['aws-chunked'], ['gzip, rot13']])(
  'F2 encodings: %s, which no platform knows, is refused where it can be seen',
  async (encoding) => {
    const headers = { 'content-encoding': encoding };
    const fetch: FetchFunction = async () => new Response('{"a":1}', { headers });
    const error = await loadFailure(fetchLoader({ url, fetch }));
    expect(error).toMatchObject({ failure: 'body', status: 200 });
    expect(error.message).toContain('a Content-Encoding that was not asked for');
  },
);

test('F16 framing: a body with a length and with chunks is refused, though the platform took it', async () => {
  const headers = { 'content-length': '7', 'transfer-encoding': 'chunked' };
  const fetch: FetchFunction = async () => new Response('{"a":1}', { headers });
  const error = await loadFailure(fetchLoader({ url, fetch }));
  expect(error).toMatchObject({ failure: 'body', status: 200 });
  expect(error.message).toContain('both a Content-Length and a Transfer-Encoding');
});

test('F3 redirects: a hidden one, one that was followed and an unreadable answer are failures', async () => {
  const opaque = giving({ type: 'opaqueredirect', status: 0 });
  const followed = giving({ status: 200, redirected: true });
  const unreadable = giving({ type: 'opaque', status: 0 });
  const messages = [opaque, followed, unreadable].map(async (fetch) => {
    const error = await loadFailure(fetchLoader({ url, name: 'app', fetch }));
    expect(error).toMatchObject({ failure: 'status', retry: 'backoff' });
    return error.message.replace('Cannot load app: config.test:443 answered ', '');
  });
  expect(await Promise.all(messages)).toEqual([
    'a redirect, which this platform hides: give the URL that it leads to',
    'after a redirect that was followed: the fetch function has to pass `redirect` on',
    'what this platform lets nobody read',
  ]);
});

test.each<[string, Play]>([
  ['closes before any byte', cut()],
  ['resets before any byte', reset],
  ['closes within the head', cut('HTTP/1.1 200 OK\r\nContent-Le')],
])('F5 connections: a server that %s is asked again at once', async (_, play) => {
  await using server = await rawServer(play);
  expect(await loadFailure(fetchLoader({ url: server.url }))).toMatchObject({
    failure: 'connect',
    retry: 'now',
  });
});

test('F6 errors: Node tells why in the cause', async () => {
  await using server = await rawServer(document());
  await server[Symbol.asyncDispose]();
  const node = await loadFailure(fetchLoader({ url: server.url, name: 'app' }));
  expect(node).toMatchObject({ failure: 'connect', retry: 'backoff' });
  expect(node.message).toContain(`no connection to 127.0.0.1:${server.port} (connect ECONNREFUSED`);
});

test('F6 errors: browsers tell nothing, and no platform is quoted', async () => {
  const browser: FetchFunction = async () => {
    throw new TypeError('Failed to fetch https://config.test/app.json?token=s3cret');
  };
  const other = await loadFailure(fetchLoader({ url: `${url}?token=s3cret`, fetch: browser }));
  expect(other).toMatchObject({ failure: 'connect', retry: 'backoff' });
  expect(other.message).toBe(
    'Cannot load http config.test/app.json: no connection to config.test:443 (the platform tells no more: ' +
      'network, name, certificate, CORS or a blocked request)',
  );
});

test('F7 a 407 of the origin is a network error', async () => {
  await using server = await rawServer(answer(407));
  expect(await loadFailure(fetchLoader({ url: server.url }))).toMatchObject({ failure: 'connect' });
});

test('F8 a field that came twice is one line', async () => {
  await using server = await rawServer(document('ETag: "a"', 'ETag: "b"'));
  const { validator } = await loadDocument(fetchLoader({ url: server.url }));
  expect(validator?.etag).toBe('"a", "b"');
});

test('F10 headers: what the loader sends', async () => {
  await using server = await rawServer(document());
  const headers = { 'x-region': 'eu', cookie: 'a=b' };
  const loader = fetchLoader({ url: `${server.url}?q=1`, headers });
  await loadDocument(loader);
  const [line, ...fields] = server.requests[0]!.split('\r\n');
  expect(line).toBe('GET /app.json?q=1 HTTP/1.1');
  expect(fields).toEqual(
    expect.arrayContaining(['accept: application/json, */*;q=0.5', 'x-region: eu', 'cookie: a=b']),
  );
  expect(loader.warnings).toEqual([]);
});

test('F10 headers: Node adds that no cache on the way may answer without asking its origin', async () => {
  await using server = await rawServer(document());
  await loadDocument(fetchLoader({ url: server.url }));
  expect(server.requests[0]).toContain('cache-control: no-cache');
});

test('F11 cookies: none unless `credentials` says so', async () => {
  const asked: unknown[] = [];
  const fetch: FetchFunction = async (_, { credentials, cache, redirect }) => {
    asked.push([credentials, cache, redirect]);
    return Response.json({});
  };
  await loadDocument(fetchLoader({ url, fetch }));
  await loadDocument(fetchLoader({ url, fetch, credentials: 'include' }));
  expect(asked).toEqual([
    ['omit', 'no-store', 'manual'],
    ['include', 'no-store', 'manual'],
  ]);
});

test('F12 ports that fetch blocks give a failure', async () => {
  const error = await loadFailure(fetchLoader({ url: 'http://127.0.0.1:1/' }));
  expect(error).toMatchObject({ failure: 'connect', retry: 'backoff' });
});

test('F12 ports that fetch blocks: Node says so', async () => {
  const error = await loadFailure(fetchLoader({ url: 'http://127.0.0.1:1/' }));
  expect(error.message).toContain('no connection to 127.0.0.1:1 (fetch asks no such port)');
});

test.each<[FetchLoaderOptions, string]>([
  [
    { url, credentials: 'always' as 'omit' },
    `"credentials" of fetchLoader() as it must be "omit" or "same-origin" or "include": current value is "always"`,
  ],
  [
    { url, fetch: {} as FetchFunction },
    '"fetch" of fetchLoader() as it must be a function: current value is an object',
  ],
  [
    { url: '/app.json' },
    '"url" of fetchLoader() as it must be an http: or https: URL without blanks: current value is a string of 9 characters, relative, which only a page can resolve',
  ],
])('fetchLoader(%j) explains what is wrong', (options, message) => {
  expect(() => fetchLoader(options)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS', message: `Cannot use ${message}` }),
  );
});

test('F17 status 421: Node asks once more by itself, within the one load', async () => {
  await using server = await rawServer(answer(421));
  expect(await loadFailure(fetchLoader({ url: server.url }))).toMatchObject({ status: 421 });
  expect(server.requests).toHaveLength(2);
});

test('F16 framing: the platform takes what is sloppy, if whole: an answer that folds a line', async () => {
  const head = 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 7';
  await using server = await rawServer(`${head}\r\n\r\n{"a":1}`);
  expect((await loadDocument(fetchLoader({ url: server.url }))).raw).toHaveLength(7);
});
