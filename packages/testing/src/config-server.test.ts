import { execFile } from 'node:child_process';
import { get } from 'node:https';
import type { RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configServer } from './config-server.ts';
import type { ConfigServer } from './config-server.ts';
import { raw } from './config-server/raw.fixture.ts';

const noon = (): number => Date.UTC(2026, 0, 1, 12);
const first = { pool: { size: 4 } };
let server: ConfigServer;

beforeEach(async () => {
  server = await configServer({ documents: { '/app.json': first } });
});
afterEach(() => server.close());

const ask = (headers: Record<string, string> = {}, path = '/app.json') =>
  fetch(server.url(path), { headers, redirect: 'manual' });

/** What node:net tells of a connection that did not work. */
function connectError(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}

test('configServer() serves documents as JSON, with nothing but the headers asked for', async () => {
  const { head, body } = await raw(server.port, '/app.json');
  expect(JSON.parse(body)).toEqual(first);
  expect(head).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  expect(head).toMatch(/^content-type: application\/json\r?$/m);
  expect(head).toMatch(/^etag: "[0-9a-f]{16}"\r?$/m);
  expect(head).not.toMatch(/^(date|last-modified):/im);
});

test('configServer() answers 304 to the tag of the document, until it changes', async () => {
  const etag = (await ask()).headers.get('etag')!;
  expect((await ask({ 'if-none-match': `"x", W/${etag}` })).status).toBe(304);
  server.edit('/app.json', (app: typeof first) => ({ pool: { size: app.pool.size * 2 } }));
  const edited = await ask({ 'if-none-match': etag });
  expect([edited.status, await edited.json()]).toEqual([200, { pool: { size: 8 } }]);
  server.set('/app.json', first);
  expect((await ask({ 'if-none-match': etag })).status).toBe(304);
});

test('configServer() makes weak tags, none, or the ones it is given', async () => {
  await using weak = await configServer({ etags: 'weak', documents: { '/': {} } });
  expect((await fetch(weak.url('/'))).headers.get('etag')).toMatch(/^W\/"[0-9a-f]{16}"$/);
  await using none = await configServer({ etags: 'none', documents: { '/': {} } });
  expect((await fetch(none.url('/'))).headers.get('etag')).toBeNull();
  server.set('/app.json', '{', { etag: '"v1"', headers: { 'Cache-Control': 'max-age=60' } });
  const answer = await ask();
  expect([answer.headers.get('etag'), answer.headers.get('cache-control')]).toEqual([
    '"v1"',
    'max-age=60',
  ]);
  expect(await answer.text()).toBe('{');
});

test('set() with always sends the document although its tag is known', async () => {
  server.set('/app.json', 'new', { etag: '"same"', always: true });
  expect((await ask({ 'if-none-match': '"same"' })).status).toBe(200);
});

test('configServer() sends Last-Modified and Date when asked, and answers If-Modified-Since', async () => {
  const options = {
    lastModified: true,
    date: true,
    etags: 'none',
    now: noon,
    documents: { '/': 1 },
  } as const;
  await using dated = await configServer(options);
  const answer = await fetch(dated.url('/'));
  const since = answer.headers.get('last-modified')!;
  expect(since).toBe('Thu, 01 Jan 2026 12:00:00 GMT');
  expect(answer.headers.get('date')).not.toBeNull();
  const askSince = (header: string) =>
    fetch(dated.url('/'), { headers: { 'if-modified-since': header } });
  expect((await askSince(since)).status).toBe(304);
  expect((await askSince('Thu, 01 Jan 2026 11:59:59 GMT')).status).toBe(200);
});

test('requests tells path, headers, answer and fault of every request', async () => {
  await ask({ 'x-mine': 'yes' }, '/app.json?a=1');
  await ask({}, '/other');
  await server.fault({ kind: 'status', status: 503 }, { times: 1 });
  await fetch(server.url('/app.json'), { method: 'POST' });
  await fetch(server.url('/app.json'), { method: 'POST' });
  expect(server.requests).toMatchObject([
    { method: 'GET', path: '/app.json', url: '/app.json?a=1', status: 200, fault: undefined },
    { path: '/other', status: 404 },
    { method: 'POST', status: 503, fault: 'status' },
    { method: 'POST', status: 405 },
  ]);
  expect(server.requests[0]!.headers['x-mine']).toBe('yes');
});

test('edit() refuses a path without a document', () => {
  expect(() => server.edit('/x', (x) => x)).toThrow('Cannot edit /x: there is no such document');
});

test('delete() makes a document absent', async () => {
  server.delete('/app.json');
  expect((await ask()).status).toBe(404);
});

test('fault() refuse ends connections and refuses new ones; heal() listens on the same port', async () => {
  await ask();
  const { port } = server;
  await server.fault('refuse');
  await server.fault('refuse');
  expect(server.connections).toBe(0);
  expect(await connectError(port)).toBe('ECONNREFUSED');
  await server.heal();
  expect([server.port, (await ask()).status]).toEqual([port, 200]);
});

test('fault() reset sends RST before any byte', async () => {
  await server.fault('reset', { times: 1 });
  expect(await raw(server.port, '/app.json')).toMatchObject({ head: '', end: 'ECONNRESET' });
  expect(server.requests[0]).toMatchObject({ status: undefined, fault: 'reset' });
  expect((await ask()).status).toBe(200);
});

test('fault() cut sends half of the body, then the end', async () => {
  await server.fault('cut');
  const { head, body, end } = await raw(server.port, '/app.json');
  const length = Number(/content-length: (\d+)/.exec(head)?.[1]);
  expect([body.length, end]).toEqual([Math.floor(length / 2), 'end']);
  expect(head).toMatch(/^etag: /m);
  await expect(ask().then((answer) => answer.text())).rejects.toThrow('terminated');
});

test('fault() drip sends the body byte by byte', async () => {
  await server.fault({ kind: 'drip', everyMs: 1 }, { times: 1 });
  const { body, chunks } = await raw(server.port, '/app.json');
  expect(JSON.parse(body)).toEqual(first);
  expect(chunks).toBeGreaterThan(5);
});

test.each([
  ['request', '', 0],
  ['headers', 'HTTP/1.1 200 OK', 0],
  ['half', 'HTTP/1.1 200 OK', 1],
] as const)('fault() hang after %s is silent from there on', async (after, begin, least) => {
  await server.fault({ kind: 'hang', after });
  const { head, body, end } = await raw(server.port, '/app.json', { leaveAfterMs: 30 });
  expect(end).toBe('left');
  expect(head.startsWith(begin)).toBe(true);
  expect(body.length >= least && body.length < 20).toBe(true);
});

test('fault() status answers it with Retry-After, headers and body', async () => {
  await server.fault({ kind: 'status', status: 429, retryAfter: 7, headers: { 'x-a': 'b' } });
  const answer = await ask();
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('x-a')]).toEqual([
    429,
    '7',
    'b',
  ]);
  expect(await answer.text()).toBe('429 Too Many Requests');
});

test('fault() status can be an empty 200 and a 204', async () => {
  await server.fault({ kind: 'status', status: 200, body: '' }, { times: 1 });
  await server.fault({ kind: 'status', status: 204, body: '' }, { times: 1 });
  const empty = await ask();
  expect([empty.status, await empty.text(), (await ask()).status]).toEqual([200, '', 204]);
});

test('fault() redirect, wrong-type and not-modified answer so', async () => {
  await server.fault({ kind: 'redirect', to: 'http://127.0.0.1:1/x' }, { times: 1 });
  await server.fault('wrong-type', { times: 1 });
  await server.fault('not-modified', { times: 1 });
  const redirect = await ask();
  expect([redirect.status, redirect.headers.get('location')]).toEqual([
    302,
    'http://127.0.0.1:1/x',
  ]);
  const portal = await ask();
  expect([portal.status, portal.headers.get('content-type')]).toEqual([200, 'text/html']);
  expect(await portal.text()).toContain('<!doctype html>');
  expect((await ask()).status).toBe(304);
});

test('fault() bomb is little on the wire and much JSON', async () => {
  await server.fault({ kind: 'bomb', bytes: 8 * 1024 * 1024 });
  const { body, head } = await raw(server.port, '/app.json', { encoding: 'latin1' });
  expect(head).toMatch(/^content-encoding: br\r?$/m);
  expect(body.length).toBeLessThan(1_000);
  const decoded = brotliDecompressSync(Buffer.from(body, 'latin1'));
  expect([decoded.length, JSON.parse(decoded.toString())]).toEqual([8 * 1024 * 1024, {}]);
});

test('fault() comes in order, for its path alone, so many times; heal() ends it', async () => {
  server.set('/b', 1);
  await server.fault({ kind: 'status', status: 500 }, { times: 2, path: '/app.json' });
  await server.fault({ kind: 'status', status: 503 });
  const statuses: number[] = [];
  for (const path of ['/app.json', '/b', '/app.json', '/app.json'])
    // oxlint-disable-next-line no-await-in-loop -- one request after the other
    statuses.push((await ask({}, path)).status);
  expect(statuses).toEqual([500, 503, 500, 503]);
  await server.heal();
  expect((await ask()).status).toBe(200);
});

test('close() ends connections that hang, and can be called again', async () => {
  await server.fault('hang');
  const left = raw(server.port, '/app.json');
  await expect.poll(() => server.requests.length).toBe(1);
  expect(server.connections).toBe(1);
  await server.close();
  await server.close();
  expect((await left).end).not.toBe('left');
  expect(server.connections).toBe(0);
});

test('heal() after close() opens nothing', async () => {
  const own = await configServer({ documents: { '/a': {} } });
  await own.close();
  await own.heal();
  await expect(fetch(own.url('/a'))).rejects.toBeInstanceOf(Error);
});

test('configServer() answers 304 to a tag that has a comma in it', async () => {
  await using own = await configServer();
  own.set('/a', {}, { etag: '"a,b"' });
  const headers = { 'if-none-match': 'W/"c,d", "a,b"' };
  expect((await fetch(own.url('/a'), { headers })).status).toBe(304);
});

test('configServer() with unref holds no process open, not even with a connection that drips', async () => {
  const script = fileURLToPath(new URL('config-server/unref.fixture.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], {
    timeout: 20_000,
  });
  expect(stdout).toBe('200 answered\n');
});

test('configServer() frees its port with await using', async () => {
  let port: number;
  {
    await using short = await configServer();
    ({ port } = short);
  }
  expect(await connectError(port)).toBe('ECONNREFUSED');
});

test('configServer() rejects when its port is taken for good', async () => {
  await expect(configServer({ port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('configServer() serves HTTPS with a key and a certificate, and resets there as well', async (ctx) => {
  const tls = await selfSigned().catch(() => undefined);
  if (!tls) return ctx.skip('openssl is not installed');
  await using secure = await configServer({ tls, documents: { '/': first } });
  const askSecure = () => request(secure.url('/'), { ca: tls.cert, agent: false });
  expect(await askSecure()).toBe(200);
  await secure.fault('reset', { times: 1 });
  await expect(askSecure()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await askSecure()).toBe(200);
});

/** A key and a certificate for 127.0.0.1, of this minute. */
async function selfSigned(): Promise<{ key: string; cert: string }> {
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '-'];
  const { stdout } = await promisify(execFile)('openssl', ['req', '-x509', ...key, ...subject]);
  const [, keyText = '', certText = ''] =
    /^(.*?KEY-----\n)(-----BEGIN CERT.*)$/s.exec(stdout) ?? [];
  return { key: keyText, cert: certText };
}

function request(url: string, options: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, options, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on('error', reject);
  });
}
