import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { authority } from './certificates.fixture.ts';
import { type ForwardProxy, forwardProxy } from './forward-proxy.fixture.ts';
import { inForce, overHttp, SECRET, viaHttp } from './http.fixture.ts';
import { needs } from './needs.fixture.ts';
import { cut, document, type Origin, origin, secureOrigin } from './origin.fixture.ts';

const VARIABLES = [
  'http_proxy',
  'HTTP_PROXY',
  'https_proxy',
  'HTTPS_PROXY',
  'no_proxy',
  'NO_PROXY',
];

beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Says where the proxy is, credentials and all. */
function announce({ hostPort }: ForwardProxy, name = 'HTTP_PROXY'): void {
  vi.stubEnv(name, `http://user:${SECRET}@${hostPort}`);
}

const through = viaHttp({ proxyFromEnvironment: true });
const named = ({ port }: Origin, scheme = 'http'): string =>
  `${scheme}://config.test:${port}/app.json`;

test('N13 a proxy of the environment is used for http:, dies, is named, and heals', async () => {
  await using server = await origin();
  await using proxy = await forwardProxy();
  announce(proxy);
  await using app = await inForce(through, named(server));
  expect(proxy.asked[0]).toMatch(/^GET http:\/\/config\.test:\d+\/app\.json/);
  await proxy.stop();
  await app.fails({ says: `config.test:${server.port}`, failure: 'connect' });
  for (let n = 0; n < 2; n++)
    await app.fails({ says: `ECONNREFUSED ${proxy.hostPort}`, failure: 'connect' });
  await proxy.restart();
  server.play(document({ n: 2 }));
  await app.heals({ n: 2 });
});

test.runIf(needs('openssl'))(
  'N13 a proxy of the environment is used for https:, by a tunnel, dies, is named, and heals',
  async () => {
    await using ca = await authority();
    const names = 'DNS:config.test';
    await using server = await secureOrigin(await ca.issue({ names }));
    await using proxy = await forwardProxy();
    announce(proxy, 'HTTPS_PROXY');
    const make = viaHttp({ proxyFromEnvironment: true, tls: { ca: ca.cert } });
    await using app = await inForce(make, named(server, 'https'));
    expect(proxy.asked).toEqual([`CONNECT config.test:${server.port}`]);
    await proxy.stop();
    await app.fails({ says: `config.test:${server.port}`, failure: 'connect' });
    for (let n = 0; n < 2; n++)
      await app.fails({ says: `ECONNREFUSED ${proxy.hostPort}`, failure: 'connect' });
    await proxy.restart();
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
    expect(server.requests).toHaveLength(3);
  },
);

test('N13 a proxy that wants other credentials answers 407, which is named, and is waited for slowly', async () => {
  await using server = await origin();
  await using proxy = await forwardProxy();
  proxy.credentials = `user:${SECRET}`;
  announce(proxy);
  await using app = await inForce(through, named(server));
  proxy.credentials = 'user:another';
  for (let n = 0; n < 2; n++) {
    const says = [`the proxy gave no way to config.test:${server.port}`, 'it wants credentials'];
    await app.fails({ says, status: 407, failure: 'status', because: 'slow' });
  }
  expect(server.requests).toHaveLength(1);
  proxy.credentials = `user:${SECRET}`;
  server.play(document({ n: 2 }));
  await app.heals({ n: 2 });
});

test.runIf(needs('openssl'))('N13 a proxy answers 407 to CONNECT, and is named', async () => {
  await using ca = await authority();
  await using server = await secureOrigin(await ca.issue());
  await using proxy = await forwardProxy();
  proxy.credentials = 'user:another';
  announce(proxy, 'HTTPS_PROXY');
  await using app = overHttp(through, named(server, 'https'));
  const says = [`the proxy gave no way to config.test:${server.port}`, 'status 407'];
  for (let n = 0; n < 2; n++)
    await app.fails({ says, status: 407, failure: 'status', because: 'slow' });
  expect(server.connections).toBe(0);
});

test('N13 a proxy that dies in the middle of a body is a failure, and nothing of the body counts', async () => {
  await using server = await origin();
  await using proxy = await forwardProxy();
  announce(proxy);
  await using app = await inForce(through, named(server));
  server.play((socket) => {
    socket.write(
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"n":2',
    );
    void proxy.stop();
  });
  await app.fails({ says: `config.test:${server.port}` });
  await proxy.restart();
  server.play(document({ n: 3 }));
  await app.heals({ n: 3 });
  expect(app.app.status.version).toBe(2);
});

test('N13 an origin that dies behind a proxy is a failure of the origin', async () => {
  await using server = await origin();
  await using proxy = await forwardProxy();
  announce(proxy);
  await using app = await inForce(through, named(server));
  server.play(cut());
  await app.fails({ says: ['status 502'], status: 502 });
  server.play(document({ n: 2 }));
  await app.heals({ n: 2 });
  expect(proxy.asked).toHaveLength(4);
});

test('N13 NO_PROXY goes around the proxy', async () => {
  await using server = await origin();
  await using proxy = await forwardProxy();
  announce(proxy);
  vi.stubEnv('NO_PROXY', '127.0.0.1');
  await using app = await inForce(through, server.url);
  expect(proxy.asked).toEqual([]);
  await proxy.stop();
  server.play(document({ n: 2 }));
  await app.heals({ n: 2 });
});
