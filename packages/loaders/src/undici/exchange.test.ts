import { expect, test } from 'vitest';
import { Pool } from 'undici';
import { httpLoader } from '../http.ts';
import { loadDocument, loadFailure, loadRequest } from '../http/load.fixture.ts';
import {
  type Play,
  answer,
  cut,
  document,
  hang,
  rawServer,
  reset,
} from '../http/raw-server.fixture.ts';

/** undici gives a connection back in the turn after the answer. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const HEAD = 'HTTP/1.1 200 OK\r\n';

test.each<[string, Play, object]>([
  ['closes before any byte', cut(), { failure: 'connect', retry: 'now' }],
  ['resets before any byte', reset, { failure: 'connect', retry: 'now' }],
  ['closes within the head', cut('HTTP/1.1 200 OK\r\nContent-Le'), { failure: 'body' }],
  ['closes within the body', cut(`${HEAD}Content-Length: 9\r\n\r\n{"a"`), { failure: 'body' }],
  [
    'closes within a chunk',
    cut(`${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{"a"`),
    { failure: 'body' },
  ],
  [
    'closes between chunks',
    cut(`${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`),
    { failure: 'body' },
  ],
  [
    'sends a bad chunk',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
    { failure: 'body' },
  ],
  [
    'sends length and chunks',
    `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    { failure: 'body' },
  ],
  [
    'sends two lengths',
    `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    { failure: 'body' },
  ],
  ['sends status 000', 'HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n', {}],
  ['sends another protocol', '220 ready for mail\r\n', { retry: 'backoff' }],
  [
    'switches protocols unasked',
    'HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    { failure: 'body' },
  ],
  ['sends too many headers', `${HEAD}${'X: y\r\n'.repeat(20_000)}`, { failure: 'body' }],
])(
  'load() fails when the server %s, and loads again over a new connection',
  async (_, play, expected) => {
    await using server = await rawServer(play, document());
    const loader = httpLoader({ url: server.url, name: 'app' });
    const error = await loadFailure(loader);
    expect(error).toMatchObject({ name: 'LoadError', retry: 'backoff', ...expected });
    expect(error.message).toMatch(/^Cannot load app: .*127\.0\.0\.1:\d+/);
    await loadDocument(loader);
    await loader.close?.();
    expect(server.connections).toBe(2);
  },
);

test('load() reports a connection that was closed while it was idle as one to retry now', async () => {
  await using server = await rawServer(document(), reset, document());
  const loader = httpLoader({ url: server.url });
  await loadDocument(loader);
  expect(await loadFailure(loader)).toMatchObject({ retry: 'now', failure: 'connect' });
  await loadDocument(loader);
  await loader.close?.();
});

test('load() passes over interim answers', async () => {
  const interim = Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
  await using server = await rawServer(Buffer.concat([interim, document()]));
  const loader = httpLoader({ url: server.url });
  expect((await loadDocument(loader)).raw).toHaveLength(7);
  await loader.close?.();
});

test('load() uses one connection again and leaves no listener on the signal', async () => {
  await using server = await rawServer(document(), answer(503, [], 'x'), document());
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  Object.assign(signal, {
    addEventListener: (...args: Parameters<typeof add>) => [(listeners += 1), add(...args)],
    removeEventListener: (...args: Parameters<typeof add>) => [(listeners -= 1), remove(...args)],
  });
  const loader = httpLoader({ url: server.url });
  await loadDocument(loader, loadRequest({ signal }));
  await turn();
  await loadFailure(loader, loadRequest({ signal }));
  await turn();
  await loadDocument(loader, loadRequest({ signal }));
  await loader.close?.();
  expect(listeners).toBe(0);
  expect(server.connections).toBe(1);
});

test.each<[string, string]>([
  ['before the head', ''],
  ['within the head', 'HTTP/1.1 200 OK\r\n'],
  ['within the body', `${HEAD}Content-Length: 99\r\n\r\n{`],
  ['within the body of an error', 'HTTP/1.1 500 X\r\nContent-Length: 99\r\n\r\n{'],
])('load() rejects with the reason when aborted %s, and frees the connection', async (_, bytes) => {
  await using server = await rawServer((socket) => void socket.write(bytes), document());
  const loader = httpLoader({ url: server.url });
  const controller = new AbortController();
  const loading = loader.load(loadRequest({ signal: controller.signal }));
  await server.until(() => server.requests.length === 1);
  const reason = new Error('deadline');
  controller.abort(reason);
  await expect(loading).rejects.toBe(reason);
  await server.until(() => server.open === 0);
  await loadDocument(loader);
  await loader.close?.();
  expect(server.connections).toBe(2);
});

test('load() drips until it is aborted: no byte of a slow server resets the deadline', async () => {
  const controller = new AbortController();
  const reason = new Error('deadline');
  await using server = await rawServer((socket) => {
    socket.write(`${HEAD}Content-Length: 1000\r\n\r\n`);
    let dripped = 0;
    const drip = (): void => {
      if (socket.destroyed) return;
      if ((dripped += 1) === 20) controller.abort(reason);
      socket.write('x', () => setImmediate(drip));
    };
    drip();
  });
  const loader = httpLoader({ url: server.url });
  const loading = loader.load(loadRequest({ signal: controller.signal }));
  await expect(loading).rejects.toBe(reason);
  await server.until(() => server.open === 0);
  await loader.close?.();
});

test('load() rejects with the reason, and asks nobody, when the signal has aborted already', async () => {
  await using server = await rawServer(document());
  const reason = new Error('closed');
  const loading = httpLoader({ url: server.url }).load(
    loadRequest({ signal: AbortSignal.abort(reason) }),
  );
  await expect(loading).rejects.toBe(reason);
  expect(server.connections).toBe(0);
});

test.each<[string, Play]>([
  ['declared', `${HEAD}Content-Length: 1000\r\n\r\n`],
  ['sent', `${HEAD}Transfer-Encoding: chunked\r\n\r\n3e8\r\n${'x'.repeat(1000)}\r\n`],
])('load() refuses more than maxWireBytes as soon as they are %s', async (_, play) => {
  await using server = await rawServer(play);
  const loader = httpLoader({ url: server.url });
  const error = await loadFailure(loader, loadRequest({ limits: { maxWireBytes: 999 } }));
  expect(error).toMatchObject({ failure: 'body', status: 200 });
  expect(error.message).toContain('longer than 999 bytes on the wire');
  await server.until(() => server.open === 0);
  await loader.close?.();
});

test('load() takes exactly maxWireBytes, in as many pieces as they come', async () => {
  const body = JSON.stringify({ a: 'x'.repeat(50_000) });
  await using server = await rawServer((socket) => {
    socket.write(`${HEAD}Connection: close\r\n\r\n`);
    for (let at = 0; at < body.length; at += 7001) socket.write(body.slice(at, at + 7001));
    socket.end();
  });
  const loader = httpLoader({ url: server.url });
  const limits = { maxWireBytes: body.length };
  const { raw } = await loadDocument(loader, loadRequest({ limits }));
  await loader.close?.();
  expect(new TextDecoder().decode(raw as Uint8Array)).toBe(body);
});

test('load() drains the bodies of errors, so that a single connection serves the next load', async () => {
  await using server = await rawServer(answer(500, [], 'x'.repeat(60_000)), document());
  const dispatcher = new Pool(server.origin, { connections: 1 });
  const loader = httpLoader({ url: server.url, dispatcher });
  await loadFailure(loader);
  await loadDocument(loader);
  await loader.close?.();
  expect(server.connections).toBe(1);
  await dispatcher.close();
});

test.each<[string, Play]>([
  ['declared', 'HTTP/1.1 500 X\r\nContent-Length: 100000\r\n\r\nx'],
  ['endless', (socket) => void socket.write(`HTTP/1.1 500 X\r\n\r\n${'x'.repeat(100_000)}`)],
])('load() gives up a long body of an error (%s) with its connection', async (_, play) => {
  await using server = await rawServer(play, document());
  const dispatcher = new Pool(server.origin, { connections: 1 });
  const loader = httpLoader({ url: server.url, dispatcher });
  expect(await loadFailure(loader)).toMatchObject({ status: 500 });
  await loadDocument(loader);
  expect(server.connections).toBe(2);
  await dispatcher.close();
});

test('close() fails a load in flight, and a closed loader opens again', async () => {
  await using server = await rawServer(hang, document());
  const loader = httpLoader({ url: server.url });
  const loading = loadFailure(loader);
  await server.until(() => server.requests.length === 1);
  await loader.close?.();
  expect(await loading).toMatchObject({ name: 'LoadError' });
  await loadDocument(loader);
  await loader.close?.();
  await server.until(() => server.open === 0);
});
