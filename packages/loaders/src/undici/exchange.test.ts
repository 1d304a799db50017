import { LoadError } from '@holdfast/core';
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

/** An answer that was written is read a few turns later. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const HEAD = 'HTTP/1.1 200 OK\r\n';

test.each<[string, Play]>([
  ['closes within the head', cut('HTTP/1.1 200 OK\r\nContent-Le')],
  ['switches protocols unasked', 'HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
])('load() sees that an answer had begun when the server %s', async (_, play) => {
  await using server = await rawServer(play, document());
  const loader = httpLoader({ url: server.url });
  expect(await loadFailure(loader)).toMatchObject({ failure: 'body', retry: 'backoff' });
  await loadDocument(loader);
  await loader.close?.();
  expect(server.connections).toBe(2);
});

test('load() takes a 407 of an origin for one of the origin', async () => {
  await using server = await rawServer(answer(407));
  const loader = httpLoader({ url: server.url });
  expect(await loadFailure(loader)).toMatchObject({ status: 407, retry: 'slow' });
  await loader.close?.();
});

test('load() that was aborted opens no connection but for the next load', async () => {
  await using server = await rawServer(hang, document());
  const loader = httpLoader({ url: server.url });
  const controller = new AbortController();
  const loading = loader.load(loadRequest({ signal: controller.signal }));
  await server.until(() => server.requests.length === 1);
  controller.abort(new Error('deadline'));
  await expect(loading).rejects.toThrow('deadline');
  await server.until(() => server.open === 0);
  await loadDocument(loader);
  await loader.close?.();
  expect(server.connections).toBe(2);
});

test('load() reports a connection that was closed while it was idle as one to retry now', async () => {
  await using server = await rawServer(document(), reset, document());
  const loader = httpLoader({ url: server.url });
  await loadDocument(loader);
  expect(await loadFailure(loader)).toMatchObject({ retry: 'now', failure: 'connect' });
  await loadDocument(loader);
  await loader.close?.();
});

test.each([
  ['Content-Length: 1000\r\n\r\n{"a":', '5 of 1000 bytes'],
  ['Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n', '5 bytes'],
])('load() tells how much of a body had come that is too late: %s', async (play, part) => {
  const controller = new AbortController();
  const reason = new LoadError('Cannot load app: too late', { failure: 'timeout' });
  await using server = await rawServer((socket) => void socket.write(`${HEAD}${play}`));
  const loader = httpLoader({ url: server.url });
  const message = `Cannot load app: too late; status 200 came, and not all of the body (${part})`;
  const abortSoon = async (): Promise<void> => {
    await server.until(() => server.requests.length > 0);
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    for (let turns = 0; turns < 5_000; turns++) await turn();
    controller.abort(reason);
  };
  const loading = loader.load(loadRequest({ signal: controller.signal }));
  void abortSoon();
  await expect(loading).rejects.toMatchObject({ failure: 'timeout', message });
  await loader.close?.();
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
