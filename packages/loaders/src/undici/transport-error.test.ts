import { createServer } from 'node:https';
import { type AddressInfo, type LookupFunction, createServer as createPlainServer } from 'node:net';
import { type SecureVersion } from 'node:tls';
import { inspect } from 'node:util';
import { Pool } from 'undici';
import { expect, test } from 'vitest';
import { type HttpLoaderOptions, httpLoader } from '../http.ts';
import { type Certificate, expired, good, other } from '../http/certificates.fixture.ts';
import { loadDocument, loadFailure } from '../http/load.fixture.ts';
import {
  type Play,
  answer,
  cut,
  document,
  listen,
  rawServer,
  reset,
} from '../http/raw-server.fixture.ts';
import { transportError } from '../http/transport-error.ts';

interface SecureServer extends AsyncDisposable {
  readonly port: number;
}

async function secureServer(
  { key, cert }: Certificate,
  maxVersion: SecureVersion = 'TLSv1.3',
): Promise<SecureServer> {
  const versions =
    maxVersion === 'TLSv1.3'
      ? { minVersion: 'TLSv1.2' as const }
      : { minVersion: 'TLSv1' as const, ciphers: 'DEFAULT@SECLEVEL=0' };
  const server = createServer({ key, cert, maxVersion, ...versions }, (_, response) => {
    response.end('{"a":1}');
  });
  server.on('tlsClientError', () => {});
  await listen(server);
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

test('load() trusts a certificate of an own authority given to an own dispatcher', async () => {
  await using server = await secureServer(good);
  const origin = `https://localhost:${server.port}`;
  const dispatcher = new Pool(origin, { connect: { ca: good.cert } });
  expect((await loadDocument(httpLoader({ url: origin, dispatcher }))).raw).toHaveLength(7);
  await dispatcher.close();
});

test.each<[string, Certificate, string | undefined, SecureVersion, string]>([
  ['a self-signed certificate', good, undefined, 'TLSv1.3', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['an expired certificate', expired, expired.cert, 'TLSv1.3', 'CERT_HAS_EXPIRED'],
  ['a certificate for another host', other, other.cert, 'TLSv1.3', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['a version that is too old', good, good.cert, 'TLSv1', 'PROTOCOL_VERSION'],
])('load() refuses %s, and retries slowly', async (_, certificate, ca, version, code) => {
  await using server = await secureServer(certificate, version);
  const origin = `https://localhost:${server.port}`;
  const own = ca === undefined ? undefined : new Pool(origin, { connect: { ca } });
  const loader = httpLoader({ url: origin, ...(own && { dispatcher: own }) });
  const error = await loadFailure(loader);
  await loader.close?.();
  expect(error).toMatchObject({ failure: 'tls', retry: 'slow' });
  expect(error.message).toContain(`localhost:${server.port}`);
  expect(error.message).toContain(code);
  await own?.destroy();
});

test('load() names a server that speaks no TLS', async () => {
  const server = createPlainServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.end('HTTP/1.1 400 X\r\n\r\n'));
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  const error = await loadFailure(httpLoader({ url: `https://127.0.0.1:${port}/` }));
  expect(error).toMatchObject({ failure: 'tls', retry: 'slow' });
  expect(error.message).toMatch(
    RegExp(`: no TLS \\(plain http\\?\\) at 127.0.0.1:${port} \\(ERR_SSL_[A-Z_]+\\)$`),
  );
  server.close();
});

test('load() names an origin that refuses connections', async () => {
  const error = await loadFailure(httpLoader({ url: 'http://127.0.0.1:1/app.json' }));
  expect(error).toMatchObject({ failure: 'connect', retry: 'backoff' });
  expect(error.message).toBe(
    'Cannot load http 127.0.0.1:1/app.json: no connection to 127.0.0.1:1 (connect ECONNREFUSED 127.0.0.1:1)',
  );
});

test.each([['ENOTFOUND'], ['EAI_AGAIN']])(
  'load() fails while DNS says %s, and recovers with it',
  async (code) => {
    await using server = await rawServer(document());
    let broken = true;
    const lookup: LookupFunction = (host, _, callback) => {
      const error = Object.assign(new Error(`getaddrinfo ${code} ${host}`), { code });
      if (broken) callback(error, []);
      else callback(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const origin = `http://config.test:${server.port}`;
    const dispatcher = new Pool(origin, { connect: { lookup } });
    const loader = httpLoader({ url: origin, dispatcher });
    const error = await loadFailure(loader);
    broken = false;
    await loadDocument(loader);
    await dispatcher.close();
    expect(error).toMatchObject({ failure: 'connect', retry: 'backoff' });
    expect(error.message).toContain(`(getaddrinfo ${code} config.test)`);
  },
);

test.each([
  ['ETIMEDOUT', false, 'timeout', 'backoff'],
  ['UND_ERR_CONNECT_TIMEOUT', false, 'timeout', 'backoff'],
  ['EAI_AGAIN', false, 'connect', 'backoff'],
  ['EHOSTUNREACH', false, 'connect', 'backoff'],
  ['ECONNRESET', false, 'connect', 'now'],
  ['EPIPE', false, 'connect', 'now'],
  ['UND_ERR_SOCKET', false, 'connect', 'now'],
  ['UND_ERR_SOCKET', true, 'body', 'backoff'],
  ['ECONNRESET', true, 'body', 'backoff'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', false, 'tls', 'slow'],
  ['EPROTO', false, 'tls', 'slow'],
  ['Malformed_HTTP_Response', false, 'body', 'backoff'],
  ['InvalidContentLength', false, 'body', 'backoff'],
  ['ERR_ASSERTION', false, 'other', 'backoff'],
  ['', false, 'other', 'backoff'],
])(
  'transportError() of %s (answered: %s) is %s and retried by %s',
  (code, answered, failure, retry) => {
    const error = Object.assign(new Error('x'), { code });
    const fault = { loader: 'app', hostPort: 'config.test:443', answered };
    expect(transportError(error, fault)).toMatchObject({ failure, retry });
  },
);

test('transportError() names the first of several addresses that failed', () => {
  const first = Object.assign(new Error('connect ECONNREFUSED ::1:80'), { code: 'ECONNREFUSED' });
  const error = Object.assign(new AggregateError([first]), { code: 'ECONNREFUSED' });
  const fault = { loader: 'app', hostPort: 'config.test:80', answered: false };
  expect(transportError(error, fault).message).toBe(
    'Cannot load app: no connection to config.test:80 (connect ECONNREFUSED ::1:80)',
  );
});

const SECRET = 's3cret';
const SECRETIVE: Partial<HttpLoaderOptions> = { headers: { 'x-api-key': SECRET } };

test.each<[string, Play]>([
  ['a lost connection', reset],
  ['a status', answer(401, [`WWW-Authenticate: ${SECRET}`], SECRET)],
  ['a redirect', answer(302, [`Location: http://${SECRET}:${SECRET}@x.test/${SECRET}?${SECRET}`])],
  ['a broken answer', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${SECRET}`],
  ['no answer at all', SECRET],
  ['a cut body', cut(`HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"${SECRET}`)],
  ['HTML around JSON', answer(200, ['Content-Type: text/html'], `{"${SECRET}":1}`)],
  ['a broken encoding', answer(200, ['Content-Encoding: gzip'], SECRET)],
])('load() keeps every secret out of the error about %s', async (_, play) => {
  await using server = await rawServer(play);
  const url = `${server.url.replace('//', `//${SECRET}:${SECRET}@`)}?token=${SECRET}`;
  const loader = httpLoader({ url, ...SECRETIVE });
  const error = await loadFailure(loader);
  await loader.close?.();
  expect(error.name).toBe('LoadError');
  const everything = inspect(error, { depth: 20, showHidden: true, maxStringLength: null });
  expect(everything + loader.name).not.toContain(SECRET);
});

test('load() quotes nothing that a foreign dispatcher throws', async () => {
  const dispatcher = {
    dispatch: (): boolean => {
      throw new Error(`no mock for /app.json?token=${SECRET}`);
    },
  };
  const error = await loadFailure(httpLoader({ url: 'http://config.test/app.json', dispatcher }));
  expect(error.message).toBe(
    'Cannot load http config.test/app.json: no HTTP answer of config.test:80 (unknown error)',
  );
});
