import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { mockLoader } from '@holdfast/testing';
import { Agent } from 'undici';
import { expect, test, vi } from 'vitest';
import { good } from '../http/certificates.fixture.ts';
import { listen, type Play, rawServer } from '../http/raw-server.fixture.ts';
import { acceptFor, frame, OPCODES } from '../push/frames.fixture.ts';
import { watching } from '../push/watching.fixture.ts';
import { webSocketMessages, type WebSocketOptions } from '../websocket.ts';
import { withoutProxies } from '../undici/no-proxies.fixture.ts';

/** Answers the handshake as it must, says this, and then hears nothing any more, no goodbye either. */
const deaf =
  (...says: readonly Uint8Array[]): Play =>
  (socket, request) => {
    const accept = acceptFor(/sec-websocket-key: (\S+)/.exec(request)![1]!);
    const lines = ['upgrade: websocket', 'connection: upgrade', `sec-websocket-accept: ${accept}`];
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
    for (const bytes of says) socket.write(bytes);
  };

/** A way to a server at this port. */
interface Way {
  readonly options?: (origin: string) => Partial<WebSocketOptions>;
  readonly variables?: (origin: string) => Readonly<Record<string, string>>;
}

const WAYS: readonly (readonly [string, Way])[] = [
  ['directly', {}],
  ['through a dispatcher of the user', { options: () => ({ dispatcher: new Agent() }) }],
  [
    'around a proxy',
    { variables: () => ({ HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' }) },
  ],
  [
    'through a proxy',
    {
      options: () => ({ url: 'ws://config.test/' }),
      variables: (origin) => ({ HTTP_PROXY: origin }),
    },
  ],
];

withoutProxies();

/** A watch of what this server plays, over one of the ways. */
async function over({ options, variables }: Way, play: Play) {
  const server = await rawServer(play);
  for (const [name, value] of Object.entries(variables?.(server.origin) ?? {}))
    vi.stubEnv(name, value);
  const url = server.origin.replace('http', 'ws');
  const loader = webSocketMessages(mockLoader(), { url, ...options?.(server.origin) });
  return { server, ...watching(loader) };
}

test.each(WAYS)('watch() %s leaves no socket to a server that hears no goodbye', async (_, way) => {
  const { server, told, controller, ended } = await over(way, deaf());
  await vi.waitFor(() => expect(told).toEqual(['connected']));
  controller.abort(new Error('stop'));
  await ended;
  await server.until(() => server.open === 0);
  await server[Symbol.asyncDispose]();
});

test.each(WAYS)('watch() %s ends at a message that is longer than the limit', async (_, way) => {
  const message = JSON.stringify({ type: 'reload', x: 'x'.repeat(20_000) });
  const { server, told, ended } = await over(way, deaf(frame(OPCODES.text, Buffer.from(message))));
  expect((await ended)?.message).toContain('the connection ended');
  expect(told).toEqual(['connected']);
  await server.until(() => server.open === 0);
  await server[Symbol.asyncDispose]();
});

test('watch() ends at a message of empty fragments without end, by a dispatcher that knows no limits', async () => {
  const agent = new Agent();
  const options = { dispatcher: { dispatch: agent.dispatch.bind(agent) } };
  const empty = Buffer.alloc(2 * 140_000);
  empty[0] = OPCODES.text;
  const { server, told, ended } = await over({ options: () => options }, deaf(empty));
  expect((await ended)?.message).toContain('the connection ended');
  expect(told).toEqual(['connected']);
  await server[Symbol.asyncDispose]();
});

test('watch() ends its stream of HTTP/2, and leaves the connection to its dispatcher', async () => {
  const { key, cert } = good;
  const streams = new Set<ServerHttp2Stream>();
  const server = createSecureServer({ key, cert, settings: { enableConnectProtocol: true } });
  server.on('stream', (stream, { 'sec-websocket-key': asked }) => {
    streams.add(stream);
    stream.on('close', () => streams.delete(stream));
    stream.on('error', () => {}).resume();
    stream.respond({ ':status': 200, 'sec-websocket-accept': acceptFor(String(asked)) });
  });
  await listen(server);
  const dispatcher = new Agent({ allowH2: true, connect: { ca: cert } });
  const url = `wss://localhost:${(server.address() as AddressInfo).port}/`;
  const watch = watching(webSocketMessages(mockLoader(), { url, dispatcher }));
  await vi.waitFor(() => expect(watch.told).toEqual(['connected']));
  watch.controller.abort(new Error('stop'));
  await watch.ended;
  await vi.waitFor(() => expect(streams.size).toBe(0));
  expect(dispatcher.destroyed).toBe(false);
  await dispatcher.destroy();
  server.close();
});
