import { randomBytes } from 'node:crypto';
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { HoldfastError, type JsonValue } from '@holdfast/core';
import { mockLoader } from '@holdfast/testing';
import { describe, expect, test, vi } from 'vitest';
import { rawServer } from './http/raw-server.fixture.ts';
import { frame, OPCODES } from './push/frames.fixture.ts';
import { pushServer } from './push/push-server.fixture.ts';
import { scene, type Scene } from './push/scene.fixture.ts';
import { watching } from './push/watching.fixture.ts';
import { webSocketMessages, type WebSocketOptions } from './websocket.ts';
import { PathOverrides } from './websocket/path-overrides.ts';

const text = (message: JsonValue | string) =>
  frame(OPCODES.text, Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)));

/** A watch of a server of WebSockets, which stands. */
async function socket(options: Partial<WebSocketOptions> = {}, limits = {}) {
  const server = await pushServer('websocket');
  const loader = webSocketMessages(mockLoader(), { url: server.url, ...options });
  const watch = watching(loader, limits);
  await vi.waitFor(() => expect(watch.told).toEqual(['connected']));
  return {
    server,
    ...watch,
    async [Symbol.asyncDispose]() {
      watch.controller.abort(new Error('stop'));
      await watch.ended;
      await server[Symbol.asyncDispose]();
    },
  };
}

test.each<[string, Partial<WebSocketOptions>, string[]]>([
  ['its kind', {}, ['{"type":"register"}']],
  ['the name of the config', { config: 'app' }, ['{"type":"register","config_name":"app"}']],
  ['what it was given', { register: { hello: 1 } }, ['{"hello":1}']],
  ['nothing', { register: false }, []],
])('watch() registers with %s', async (_, options, heard) => {
  await using made = await socket(options);
  made.server.send(text({ type: 'reload' }));
  await vi.waitFor(() => expect(made.told).toEqual(['connected', 'changed']));
  expect(made.server.heard).toEqual(heard);
});

test('watch() tells of messages, and has documents confirmed', async () => {
  await using made = await socket({ acceptDocuments: true, config: 'app' });
  made.server.send(text({ type: 'update_config', config_name: 'db', config_data: 1 }));
  made.server.send(text({ type: 'update_config', config_name: 'app', config_data: { a: 1 } }));
  await vi.waitFor(() => expect(made.told).toEqual(['connected', 'changed']));
  await made.clock.advance(2_000);
  expect(made.told[2]).toBe('offer {"a":1}');
});

test('watch() sends the headers, and shows none of them when it fails', async () => {
  await using made = await socket({ bearerToken: 'swordfish', headers: { 'x-service': 'a' } });
  const [request] = made.server.asked;
  expect(request?.headers).toMatchObject({ authorization: 'Bearer swordfish', 'x-service': 'a' });
  made.server.mode = 'refuse';
  made.server.cut();
  const lost = await made.ended;
  expect(lost?.message).toContain('the connection ended (code 100');
  expect(JSON.stringify(lost)).not.toContain('swordfish');
});

describe('messages that are none', () => {
  const nested = '['.repeat(5_000);
  test.each<[string, Buffer]>([
    ['no JSON', text('{"type":')],
    ['no object', text('[1]')],
    ['nested without end', text(nested)],
    ['of an unknown type', text({ type: 'drop_database' })],
    ['of bytes', frame(OPCODES.binary, randomBytes(2_000))],
    ['of nothing', text('')],
    ['a pong that nobody asked for', frame(OPCODES.pong, Buffer.from('x'))],
  ])('%s: harm nothing, and the next one is heard', async (_, bytes) => {
    await using made = await socket({ acceptDocuments: true });
    made.server.send(bytes);
    made.server.send(text({ type: 'reload' }));
    await vi.waitFor(() => expect(made.told).toEqual(['connected', 'changed']));
  });

  test.each<[string, Buffer]>([
    ['longer than the limit', text({ type: 'reload', x: 'x'.repeat(20_000) })],
    ['that tells of a length beyond all', Buffer.from('817f7fffffffffffffff', 'hex')],
    ['of broken UTF-8', frame(OPCODES.text, Buffer.from([0xff, 0xfe]))],
    ['that are masked, as none of a server is', Buffer.from('818200000000ffff', 'hex')],
    ['of a reserved kind', frame(3, Buffer.from('x'))],
  ])('%s: end the connection, and tell nothing', async (_, bytes) => {
    const server = await pushServer('websocket');
    const watch = watching(webSocketMessages(mockLoader(), { url: server.url }));
    await vi.waitFor(() => expect(watch.told).toEqual(['connected']));
    server.send(bytes);
    expect((await watch.ended)?.message).toContain('the connection ended');
    expect(watch.told).toEqual(['connected']);
    await vi.waitFor(() => expect(server.watching).toBe(0));
    await server[Symbol.asyncDispose]();
  });
});

test('watch() says when a server that refuses it wants to be asked again', async () => {
  const busy = 'HTTP/1.1 503 Busy\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n';
  await using server = await rawServer(busy);
  const url = server.origin.replace('http', 'ws');
  const { ended } = watching(webSocketMessages(mockLoader(), { url }));
  expect(await ended).toMatchObject({ status: 503, retryAfterMs: 120_000 });
});

test.each<[string, string, string]>([
  ['is no WebSocket', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', 'no WebSocket (status 200)'],
  ['wants a token', 'HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n', 'no WebSocket (status 401)'],
  ['has no such path', 'HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n', 'no WebSocket (status 404)'],
  [
    'sends elsewhere',
    'HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n',
    'no WebSocket (status 302)',
  ],
  [
    'answers another key',
    'HTTP/1.1 101 x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: x\r\n\r\n',
    '',
  ],
])('watch() fails where the server %s', async (_, play, what) => {
  await using server = await rawServer(play);
  const url = server.origin.replace('http', 'ws');
  const { ended, told } = watching(webSocketMessages(mockLoader(), { url }));
  const error = await ended;
  expect(error?.message).toContain(`127.0.0.1:${server.port}`);
  expect(error?.message).toContain(what);
  expect(told).toEqual([]);
  await server.until(() => server.open === 0);
});

test('watch() says where nobody listens that nobody does, of a ws: URL', async () => {
  const server = await rawServer('');
  await server[Symbol.asyncDispose]();
  const url = server.origin.replace('http', 'ws');
  const { ended } = watching(webSocketMessages(mockLoader(), { url: `${url}/events` }));
  const error = await ended;
  expect(error?.message).toContain('ECONNREFUSED');
  expect(error?.message).toContain(
    `Cannot watch ws 127.0.0.1:${server.port}/events: no connection`,
  );
});

test('watch() asks nothing while something is heard', async () => {
  await using made = await socket({ silenceMs: 30_000, register: false });
  const { server, clock, told } = made;
  for (let n = 1; n <= 20; n++) {
    server.send(text({ type: 'reload' }));
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await vi.waitFor(() => expect(told).toHaveLength(n + 1));
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await clock.advance(5_000);
  }
  expect(server.heard).toEqual([]);
  await clock.advance(5_000);
  await vi.waitFor(() => expect(server.heard).toEqual(['{"type":"ping"}']));
});

test.each(['ping', 'pong'] as const)(
  'watch() takes a %s of the protocol for a sign of life, of its own connection alone',
  async (kind) => {
    const options = { silenceMs: 30_000, register: false, ping: false } as const;
    await using made = await socket(options);
    await using silent = await socket(options);
    for (let n = 1; n <= 3; n++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await Promise.all([made, silent].map(({ clock }) => clock.advance(10_000)));
      const came = published(kind);
      made.server.send(frame(OPCODES[kind], Buffer.from('sign')));
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await came;
    }
    expect(await silent.ended).toMatchObject({ failure: 'timeout' });
    await made.clock.advance(29_999);
    made.server.tell();
    await vi.waitFor(() => expect(made.told).toEqual(['connected', 'changed']));
    made.controller.abort(new Error('stop'));
    await made.ended;
    expect(channel(`undici:websocket:${kind}`).hasSubscribers).toBe(false);
  },
);

/** Resolves when undici has told of the next one, everybody included. */
function published(kind: 'ping' | 'pong'): Promise<void> {
  return new Promise((resolve) => {
    const hear = (): void => {
      unsubscribe(`undici:websocket:${kind}`, hear);
      resolve();
    };
    subscribe(`undici:websocket:${kind}`, hear);
  });
}

test('watch() asks for signs of life, and ends a connection that gives none', async () => {
  await using made = await socket({ silenceMs: 30_000, register: false });
  const { server, clock, ended } = made;
  await clock.advance(10_000);
  await vi.waitFor(() => expect(server.heard).toEqual(['{"type":"ping"}']));
  server.send(text({ type: 'pong' }));
  // the answer is a sign of life: 30 s from now, once it was heard, as what comes after it shows
  server.send(text({ type: 'reload' }));
  await vi.waitFor(() => expect(made.told).toEqual(['connected', 'changed']));
  await clock.advance(20_000);
  await vi.waitFor(() => expect(server.heard.length).toBeGreaterThanOrEqual(3));
  await clock.advance(30_000);
  expect(await ended).toMatchObject({ failure: 'timeout' });
});

test('watch() ends cleanly where the server says goodbye, and with an error where it does not', async () => {
  await using clean = await socket();
  clean.server.end();
  expect(await clean.ended).toBeUndefined();
  await using cut = await socket();
  cut.server.cut();
  expect(await cut.ended).toMatchObject({ failure: 'connect' });
});

/** A config that a server may override. */
async function overridden(): Promise<{
  made: Scene;
  server: Awaited<ReturnType<typeof pushServer>>;
}> {
  const server = await pushServer('websocket');
  let scenery: Scene | undefined;
  const made = await scene((loader) =>
    webSocketMessages(loader, {
      url: server.url,
      overrides: {
        target: () => scenery!.app,
        paths: ['features.search', 'logLevel'],
        ttlMs: 60_000,
      },
    }),
  );
  scenery = made;
  await made.until(() => server.watching === 1);
  await made.until(() => server.heard.length === 1);
  return { made, server };
}

test('set_feature and set_log_level lay something over the documents, by the name of websocket, for a while', async () => {
  const { made, server } = await overridden();
  server.send(text({ type: 'set_feature', feature: 'search', enabled: true }));
  server.send(text({ type: 'set_log_level', level: 'debug', ttl_ms: 5_000 }));
  const value = () => JSON.stringify(made.app.current);
  await made.until(() => value().includes('debug'));
  expect(made.app.current).toEqual({ revision: 1, features: { search: true }, logLevel: 'debug' });
  expect(await made.app.overrides()).toMatchObject([
    { by: 'websocket', reason: 'the message set_feature' },
    { by: 'websocket', reason: 'the message set_log_level' },
  ]);
  await made.clock.advance(5_001);
  expect(made.app.current).toEqual({ revision: 1, features: { search: true } });
  await made.clock.advance(60_000);
  expect(made.app.current).toEqual({ revision: 1 });
  await made[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test('a storm of them leaves one override for each path, with the last value', async () => {
  const { made, server } = await overridden();
  for (let n = 0; n <= 300; n++)
    server.send(text({ type: 'set_feature', feature: 'search', enabled: n % 2 === 0 }));
  server.send(text({ type: 'set_feature', feature: 'billing', enabled: true }));
  await made.until(() => server.heard.some((each) => each.includes('may not be set')));
  await made.until(() => JSON.stringify(made.app.current).includes('true'));
  await made.clock.advance(1);
  expect(await made.app.overrides()).toHaveLength(1);
  expect(made.app.current).toEqual({ revision: 1, features: { search: true } });
  expect(server.heard.slice(1).map((each) => JSON.parse(each) as unknown)).toEqual([
    { type: 'refused', refused: 'set_feature', why: 'its path may not be set' },
  ]);
  await made[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test('a server that does not read is not answered without end', async () => {
  const messages = 100_000;
  await using made = await socket({ register: false });
  made.server.deaf(true);
  made.server.send(Buffer.concat(Array<Buffer>(messages).fill(text({ type: 'set_feature' }))));
  made.server.send(text({ type: 'reload' }));
  await vi.waitFor(() => expect(made.told).toEqual(['connected', 'changed']), 20_000);
  made.server.deaf(false);
  made.server.send(frame(OPCODES.ping, Buffer.from('last')));
  await vi.waitFor(() => expect(made.server.heard.at(-1)).toBe('last'), 20_000);
  expect(made.server.heard.length).toBeLessThan(messages);
}, 30_000);

test('an override that the config refuses is told to the server by its code alone, and harms nothing', async () => {
  const told: string[] = [];
  const taken = vi.fn<() => Promise<{ clear(): Promise<void> }>>();
  const target = { override: taken };
  const overrides = new PathOverrides(() => target);
  const wish = { type: 'set_log_level', path: ['logLevel'], value: 'debug', ttlMs: 1 };
  taken.mockRejectedValueOnce(new Error('swordfish'));
  overrides.set(wish, (_, why) => told.push(why));
  await vi.waitFor(() => expect(told).toEqual(['failed']));
  taken.mockRejectedValueOnce(new HoldfastError('SCHEMA_FAILED', 'swordfish'));
  overrides.set(wish, (_, why) => told.push(why));
  await vi.waitFor(() => expect(told).toEqual(['failed', 'SCHEMA_FAILED']));
  const clear = vi.fn<() => Promise<void>>();
  taken.mockResolvedValue({ clear });
  overrides.set(wish, (_, why) => told.push(why));
  await vi.waitFor(() => expect(taken).toHaveBeenCalledTimes(3));
  overrides.set(wish, (_, why) => told.push(why));
  await vi.waitFor(() => expect(clear).toHaveBeenCalledTimes(1));
  expect(told).toHaveLength(2);
});

test.each<[string, object, string]>([
  ['url', { url: 'https://a.test/' }, 'a ws: or wss: URL without blanks'],
  ['url', { url: undefined }, 'a ws: or wss: URL without blanks'],
  [
    'overrides.paths',
    { overrides: {} },
    'a list of paths, dotted or in array form: current value is undefined',
  ],
  ['overrides.target', { overrides: { paths: [] } }, 'a function'],
  ['register', { register: 'hello' }, 'an object'],
])('webSocketMessages() names %s when it is wrong', (option, options, rule) => {
  expect(() => webSocketMessages(mockLoader(), { url: 'wss://a.test/', ...options })).toThrow(
    `Cannot use "${option}" of webSocketMessages() as it must be ${rule}`,
  );
});
