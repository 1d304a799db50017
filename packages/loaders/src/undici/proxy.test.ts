import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, vi } from 'vitest';
import { httpLoader } from '../http.ts';
import { loadDocument, loadFailure, loadRequest } from '../http/load.fixture.ts';
import { document, hang, listen, rawServer } from '../http/raw-server.fixture.ts';
import { abortedWhileConnecting, stuckServer } from './stuck-server.fixture.ts';
import { withoutProxies } from './no-proxies.fixture.ts';

/** A proxy that remembers what it was asked for, and answers all of it with one status. */
async function proxy(status: number): Promise<AsyncDisposable & { port: number; asked: string[] }> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"a":1}');
  });
  server.on('connect', (request, socket) => {
    asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} X\r\n\r\n`);
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    // beyond the proxy, somebody who cannot speak TLS
    return void socket.once('data', () => socket.end('220 ready for mail\r\n'));
  });
  await listen(server);
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

withoutProxies();

test('load() asks a proxy of the environment for http: by forwarding', async () => {
  await using way = await proxy(200);
  vi.stubEnv('HTTP_PROXY', `http://user:s3cret@127.0.0.1:${way.port}`);
  const loader = httpLoader({ url: 'http://config.test/app.json?q=1' });
  expect((await loadDocument(loader)).raw).toHaveLength(7);
  await loader.close?.();
  const credentials = Buffer.from('user:s3cret').toString('base64');
  expect(way.asked).toEqual([`GET http://config.test/app.json?q=1 Basic ${credentials}`]);
});

test('load() asks a proxy of the environment for https: by CONNECT', async () => {
  await using way = await proxy(200);
  vi.stubEnv('https_proxy', `http://127.0.0.1:${way.port}`);
  const loader = httpLoader({ url: 'https://config.test/app.json' });
  const error = await loadFailure(loader);
  await loader.close?.();
  expect(way.asked).toEqual(['CONNECT config.test:443 ']);
  expect(error).toMatchObject({ failure: 'tls', retry: 'slow' });
});

test.each([
  ['http', 407, 'it wants credentials', 'slow'],
  ['https', 407, 'it wants credentials', 'slow'],
  ['https', 502, 'it refused', 'backoff'],
])('load() over %s: names a proxy that answers %i', async (scheme, status, why, retry) => {
  await using way = await proxy(status);
  vi.stubEnv('HTTP_PROXY', `http://user:s3cret@127.0.0.1:${way.port}`);
  const loader = httpLoader({ url: `${scheme}://config.test/app.json` });
  const error = await loadFailure(loader);
  await loader.close?.();
  expect(error).toMatchObject({ status, retry });
  expect(error.message).toMatch(
    new RegExp(`the proxy gave no way to config\\.test:\\d+: ${why} \\(status ${status}\\)`),
  );
  expect(error.message).not.toContain('s3cret');
});

test.each([
  ['NO_PROXY', '127.0.0.1', {}],
  ['NO_PROXY', '*', {}],
  ['X', '', { proxyFromEnvironment: false }],
])('load() goes around the proxy with %s=%j and %j', async (name, value, options) => {
  await using server = await rawServer(document());
  await using way = await proxy(200);
  vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${way.port}`);
  vi.stubEnv(name, value);
  const loader = httpLoader({ url: server.url, ...options });
  await loadDocument(loader);
  await loader.close?.();
  expect(way.asked).toEqual([]);
});

test.each([['http'], ['https']])(
  'load() over %s: rejects with the reason while a proxy hangs, and drops the connection',
  async (scheme) => {
    await using way = await rawServer(hang);
    vi.stubEnv('HTTP_PROXY', way.origin);
    const loader = httpLoader({ url: `${scheme}://config.test/app.json` });
    const controller = new AbortController();
    const loading = loader.load(loadRequest({ signal: controller.signal }));
    await way.until(() => way.requests.length === 1);
    const reason = new Error('deadline');
    controller.abort(reason);
    await expect(loading).rejects.toBe(reason);
    await way.until(() => way.open === 0);
  },
);

test.each<[string, string, (stuck: string) => Readonly<Record<string, string>>]>([
  ['an origin around the proxy', '', () => ({ NO_PROXY: '127.0.0.1' })],
  ['the proxy, of http:', 'http://config.test/', (stuck) => ({ HTTP_PROXY: stuck })],
  ['the proxy, of https:', 'https://config.test/', (stuck) => ({ HTTP_PROXY: stuck })],
])(
  'load() that was aborted while it connects to %s drops the socket',
  async (_, url, variables) => {
    await using server = await stuckServer();
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:9');
    for (const [name, value] of Object.entries(variables(new URL(server.url).origin)))
      vi.stubEnv(name, value);
    const loader = httpLoader({ url: url || server.url });
    const reason = new Error('deadline');
    await expect(abortedWhileConnecting(loader, reason)).rejects.toBe(reason);
  },
);

test('load() names a proxy that is dead, and keeps its credentials', async () => {
  const { port } = await proxy(200).then(async (way) => {
    await way[Symbol.asyncDispose]();
    return way;
  });
  vi.stubEnv('HTTP_PROXY', `http://user:s3cret@127.0.0.1:${port}`);
  const error = await loadFailure(httpLoader({ url: 'http://config.test/app.json' }));
  expect(error).toMatchObject({ failure: 'connect', retry: 'backoff' });
  expect(error.message).toContain(`ECONNREFUSED 127.0.0.1:${port}`);
  expect(error.message).not.toContain('s3cret');
});

test('load() does not quote the URL of a proxy that is none', async () => {
  vi.stubEnv('HTTP_PROXY', 'http://user:s3cret@:no-port');
  const error = await loadFailure(httpLoader({ url: 'http://config.test/app.json' }));
  expect([error.retry, error.cause]).toEqual(['slow', undefined]);
  expect(error.message).toBe(
    'Cannot load http config.test/app.json: the proxy in the environment has no usable URL',
  );
});
