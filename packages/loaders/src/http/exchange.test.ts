import { LoadError } from '@holdfast/core';
import { describe, expect, test, vi } from 'vitest';
import { LOADERS } from './loaders.fixture.ts';
import { loadDocument, loadFailure, loadRequest } from './load.fixture.ts';
import { type Play, answer, cut, document, rawServer, reset } from './raw-server.fixture.ts';

/** undici gives a connection back in the turn after the answer. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const HEAD = 'HTTP/1.1 200 OK\r\n';

describe.each(LOADERS)('%s', (_name, createLoader) => {
  test.each<[string, Play, object]>([
    ['closes before any byte', cut(), { failure: 'connect', retry: 'now' }],
    ['resets before any byte', reset, { failure: 'connect', retry: 'now' }],
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
    ['sends too many headers', `${HEAD}${'X: y\r\n'.repeat(20_000)}`, { failure: 'body' }],
  ])(
    'load() fails when the server %s, and loads again over a new connection',
    async (_, play, expected) => {
      await using server = await rawServer(play, document());
      const loader = createLoader({ url: server.url, name: 'app' });
      const error = await loadFailure(loader);
      expect(error).toMatchObject({ name: 'LoadError', retry: 'backoff', ...expected });
      expect(error.message).toMatch(/^Cannot load app: .*127\.0\.0\.1:\d+/);
      await loadDocument(loader);
      await loader.close?.();
      expect(server.connections).toBe(2);
    },
  );

  test('load() passes over interim answers', async () => {
    const interim = Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
    await using server = await rawServer(Buffer.concat([interim, document()]));
    const loader = createLoader({ url: server.url });
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
    const loader = createLoader({ url: server.url });
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
  ])(
    'load() rejects with the reason when aborted %s, and frees the connection',
    async (_, bytes) => {
      await using server = await rawServer((socket) => void socket.write(bytes), document());
      const loader = createLoader({ url: server.url });
      const controller = new AbortController();
      const loading = loader.load(loadRequest({ signal: controller.signal }));
      await server.until(() => server.requests.length === 1);
      const reason = new Error('deadline');
      controller.abort(reason);
      await expect(loading).rejects.toBe(reason);
      await server.until(() => server.open === 0);
      await loadDocument(loader);
      await loader.close?.();
      expect(server.requests).toHaveLength(2);
    },
  );

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
    const loader = createLoader({ url: server.url });
    const loading = loader.load(loadRequest({ signal: controller.signal }));
    await expect(loading).rejects.toBe(reason);
    await server.until(() => server.open === 0);
    await loader.close?.();
  });

  test.each([
    ['nothing', '', 'no answer began'],
    ['the head of an answer', `${HEAD}Content-Length: 1000\r\n\r\n`, 'status 200 came'],
    ['a part of a body', `${HEAD}Content-Length: 1000\r\n\r\n{"a":`, 'status 200 came'],
  ])('load() tells how far an answer was that is too late: %s', async (_, play, words) => {
    const controller = new AbortController();
    const reason = new LoadError('Cannot load app: too late', { failure: 'timeout' });
    const endSoon = async (): Promise<void> => {
      // oxlint-disable-next-line no-await-in-loop -- one turn after the other
      for (let turns = 0; turns < 5_000; turns++) await turn();
      controller.abort(reason);
    };
    await using server = await rawServer((socket) => {
      socket.write(play, () => void endSoon());
    });
    const loader = createLoader({ url: server.url });
    const loading = loader.load(loadRequest({ signal: controller.signal }));
    const message = expect.stringContaining(`Cannot load app: too late; ${words}`) as string;
    await expect(loading).rejects.toMatchObject({ failure: 'timeout', message });
    await loader.close?.();
  });

  test('load() rejects with the reason, and asks nobody, when the signal has aborted already', async () => {
    await using server = await rawServer(document());
    const reason = new Error('closed');
    const loading = createLoader({ url: server.url }).load(
      loadRequest({ signal: AbortSignal.abort(reason) }),
    );
    await expect(loading).rejects.toBe(reason);
    expect(server.connections).toBe(0);
  });

  test('load() rejects with the reason, and asks nobody, when aborted while its hash is made', async () => {
    await using server = await rawServer(document());
    const controller = new AbortController();
    const reason = new Error('deadline');
    const hash = vi.spyOn(crypto.subtle, 'digest').mockImplementation(async () => {
      controller.abort(reason);
      return new ArrayBuffer(32);
    });
    const loader = createLoader({ url: server.url });
    const loading = loader.load(loadRequest({ signal: controller.signal }));
    await expect(loading).rejects.toBe(reason);
    expect(hash).toHaveBeenCalledTimes(1);
    hash.mockRestore();
    await loader.close?.();
    expect(server.requests).toHaveLength(0);
  });

  test('load() takes exactly maxWireBytes, in as many pieces as they come', async () => {
    const body = JSON.stringify({ a: 'x'.repeat(50_000) });
    await using server = await rawServer((socket) => {
      socket.write(`${HEAD}Connection: close\r\n\r\n`);
      for (let at = 0; at < body.length; at += 7001) socket.write(body.slice(at, at + 7001));
      socket.end();
    });
    const loader = createLoader({ url: server.url });
    const limits = { maxWireBytes: body.length };
    const { raw } = await loadDocument(loader, loadRequest({ limits }));
    await loader.close?.();
    expect(new TextDecoder().decode(raw as Uint8Array)).toBe(body);
  });
});
