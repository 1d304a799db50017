import type { Socket } from 'node:net';
import { mockLoader } from '@holdfast/testing';
import { describe, expect, test, vi } from 'vitest';
import { type Play, rawServer } from './http/raw-server.fixture.ts';
import { watching } from './push/watching.fixture.ts';
import { serverSentEvents, type ServerSentEventsOptions } from './sse.ts';

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n';

/** A stream that says this, piece by piece, and then stays open, or ends. */
const says =
  (pieces: readonly (string | Uint8Array)[], then: 'stay' | 'end' | 'reset' = 'stay'): Play =>
  (socket: Socket) => {
    socket.setNoDelay(true);
    socket.write(HEAD);
    void (async () => {
      for (const piece of pieces) {
        // oxlint-disable-next-line no-await-in-loop -- one piece, one packet
        await new Promise((done) => setImmediate(() => socket.write(piece, done)));
      }
      if (then === 'end') socket.end();
      if (then === 'reset') socket.resetAndDestroy();
    })();
  };

/** A watch of what this server plays. */
async function stream(
  plays: Play | readonly Play[],
  options: Partial<ServerSentEventsOptions> = {},
) {
  const server = await rawServer(...(Array.isArray(plays) ? (plays as Play[]) : [plays as Play]));
  const loader = serverSentEvents(mockLoader(), { url: `${server.origin}/events`, ...options });
  return {
    server,
    loader,
    watch: () => watching(loader, { maxWireBytes: 1_000 }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

test('watch() tells of each event, whatever its type, but for signs of life', async () => {
  await using made = await stream(
    says([
      'data: 1\n\n',
      'event: changed\ndata\n\n',
      'event: ping\ndata: x\n\nevent: heartbeat\ndata:\n\nevent: keep-alive\ndata: x\n\n: comment\n\n',
      'retry: 1\nid: 7\n\n',
      'event: put\nid: 8\ndata: {}\n\n',
    ]),
  );
  const { told, controller, ended } = made.watch();
  await vi.waitFor(() => expect(told).toEqual(['connected', 'changed', 'changed', 'changed']));
  controller.abort(new Error('stop'));
  await ended;
});

test('watch() tells of the types that were asked for alone', async () => {
  await using made = await stream(
    says(['event: noise\ndata: 1\n\ndata: 2\n\n', 'event: ping\ndata: 3\n\n']),
    { changeEvents: ['ping', 'message'] },
  );
  const { told, controller } = made.watch();
  await vi.waitFor(() => expect(told).toEqual(['connected', 'changed', 'changed']));
  controller.abort();
});

test('watch() offers the data of the types that bring documents, and has it confirmed', async () => {
  await using made = await stream(
    says(['event: put\ndata: {"a":\ndata: 1}\n\n', 'event: other\ndata: {"a":2}\n\n']),
    { documentEvents: ['put'] },
  );
  const { told, clock, controller } = made.watch();
  await vi.waitFor(() => expect(told).toEqual(['connected', 'changed', 'changed']));
  await clock.advance(2_000);
  expect(told[3]).toBe('offer {"a":\n1}');
  controller.abort();
});

const bytes = new TextEncoder().encode('event: änderung\r\ndata: {"grüße":"💥"}\r\n\r\n');

test.each([
  ['byte by byte', [...bytes].map((byte) => Uint8Array.of(byte))],
  ['behind a byte order mark', [Uint8Array.of(0xef, 0xbb, 0xbf), bytes]],
  ['with CR alone', [new TextDecoder().decode(bytes).replaceAll('\r\n', '\r'), ': \n']],
])('watch() reads a stream that comes %s', async (_, pieces) => {
  await using made = await stream(says(pieces), { documentEvents: ['änderung'] });
  const { told, clock, controller } = made.watch();
  await vi.waitFor(() => expect(told).toEqual(['connected', 'changed']));
  await clock.advance(2_000);
  expect(told[2]).toBe('offer {"grüße":"💥"}');
  controller.abort();
});

test.each([
  ['in its data', [Buffer.from('data: {"a":"\xff"}\n\n', 'latin1')]],
  ['in a comment', [Buffer.from(': \xc3(\n\n', 'latin1')]],
  ['as half a letter', [Buffer.from('data: {"a":"\xc3', 'latin1'), Buffer.from('"}\n\n')]],
])('watch() fails at what is no UTF-8 %s, and tells nothing of it', async (_, pieces) => {
  await using made = await stream(says(['data: 1\n\n', ...pieces]), {
    documentEvents: ['message'],
  });
  const { told, ended } = made.watch();
  expect(await ended).toMatchObject({
    name: 'LoadError',
    failure: 'body',
    message: expect.stringContaining('the stream is not UTF-8'),
  });
  // what came in one piece with it may be lost: the poll that follows finds out
  expect(told[0]).toBe('connected');
  expect(told.filter((each) => each.includes('\ufffd'))).toEqual([]);
  await made.server.until(() => made.server.open === 0);
});

test.each(['end', 'reset'] as const)(
  'watch() tells nothing of an event that is cut, when the server ends by %s',
  async (then) => {
    await using made = await stream(says(['data: whole\n\nevent: put\ndata: {"hal'], then), {
      documentEvents: ['put'],
    });
    const { told, ended } = made.watch();
    await ended;
    expect(told.filter((what) => what.startsWith('offer'))).toEqual([]);
  },
);

describe('Last-Event-ID', () => {
  const lastId = (request: string) => /^last-event-id: (.*)$/m.exec(request)?.[1]?.trim();

  test('is that of the last whole event, and sent with the next connection', async () => {
    const first = says(['id: 7\ndata: x\n\ndata: y\n\nid: 8\ndata: hal'], 'end');
    await using made = await stream([first, says([])]);
    await made.watch().ended;
    const { told, controller } = made.watch();
    await vi.waitFor(() => expect(told).toEqual(['connected']));
    controller.abort();
    expect(made.server.requests.map(lastId)).toEqual([undefined, '7']);
  });

  test.each([
    ['of control characters', 'a\u0001b', undefined],
    ['beyond a sane length', 'x'.repeat(1_025), undefined],
    ['that is empty', '', undefined],
    ['beyond ASCII', 'ü', Buffer.from('ü').toString('latin1')],
  ])('%s', async (_, id, sent) => {
    await using made = await stream([
      says([`id: 1\ndata: x\n\nid: ${id}\ndata: x\n\n`], 'end'),
      says([]),
    ]);
    await watching(made.loader).ended;
    const { told, controller } = watching(made.loader);
    await vi.waitFor(() => expect(told).toEqual(['connected']));
    controller.abort();
    expect(lastId(made.server.requests[1]!)).toBe(sent);
  });

  test('is not sent where documents are pushed: those of the past would come after newer ones', async () => {
    await using made = await stream([says(['id: 7\ndata: x\n\n'], 'end'), says([])], {
      documentEvents: ['put'],
    });
    await made.watch().ended;
    const { told, controller } = made.watch();
    await vi.waitFor(() => expect(told).toEqual(['connected']));
    controller.abort();
    expect(lastId(made.server.requests[1]!)).toBeUndefined();
  });
});

test('watch() asks as httpLoader does, for a stream', async () => {
  const tokens = ['one', 'two'];
  await using made = await stream([says([], 'end'), says([], 'end')], {
    headers: { 'x-service': 'billing' },
    bearerToken: () => tokens.shift()!,
  });
  await made.watch().ended;
  await made.watch().ended;
  expect(made.server.requests[0]).toContain('accept: text/event-stream');
  expect(made.server.requests[0]).toContain('accept-encoding: identity');
  expect(made.server.requests[0]).toContain('x-service: billing');
  expect(made.server.requests.map((head) => /authorization: (.*)/.exec(head)?.[1]?.trim())).toEqual(
    ['Bearer one', 'Bearer two'],
  );
});

test('watch() says when a server wants to be asked again', async () => {
  const busy = 'HTTP/1.1 503 Busy\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n';
  await using made = await stream(busy);
  expect(await made.watch().ended).toMatchObject({ retry: 'backoff', retryAfterMs: 120_000 });
});

test.each<[string, Play, string]>([
  ['404', 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n', 'no stream (status 404)'],
  ['a redirect', 'HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n', 'status 302'],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n', 'status 204'],
  [
    'a page',
    'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<p>',
    'text/html, not text/event-stream',
  ],
  ['no type', 'HTTP/1.1 200 OK\r\n\r\n', 'no content type'],
  [
    'another type',
    'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream2\r\n\r\n',
    'text/event-stream2, not',
  ],
  [
    'an encoding that was not asked for',
    'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n\r\n',
    'in gzip, which was not asked for',
  ],
  ['no HTTP', 'SSH-2.0-x\r\n\r\n', 'broken answer'],
  ['a reset', (socket) => socket.resetAndDestroy(), 'connection lost'],
])('watch() fails at %s, and tells nothing', async (_, play, what) => {
  await using made = await stream(play, { bearerToken: 'swordfish' });
  const { told, ended } = made.watch();
  const error = await ended;
  expect(error?.message).toContain(what);
  expect(error?.message).toMatch(/^Cannot watch /);
  expect(JSON.stringify(error) + String(error)).not.toContain('swordfish');
  expect(told).toEqual([]);
  await made.server.until(() => made.server.open === 0);
});

test.each([
  ['in one line', [`data: ${'x'.repeat(2_000)}`]],
  ['in many', Array.from({ length: 60 }, () => `data: ${'x'.repeat(50)}\n`)],
  ['of a name', [`event: ${'x'.repeat(2_000)}`]],
])('watch() fails at an event that is too long %s', async (_, pieces) => {
  await using made = await stream(says(pieces));
  const { told, ended } = made.watch();
  expect((await ended)?.message).toContain('longer than 1000 bytes (limits.maxWireBytes)');
  expect(told).toEqual(['connected']);
  await made.server.until(() => made.server.open === 0);
});

test('watch() ends a stream that says nothing for too long, and one whose head a proxy keeps back', async () => {
  await using made = await stream([says([]), () => {}], { silenceMs: 30_000 });
  const first = made.watch();
  await vi.waitFor(() => expect(first.told).toEqual(['connected']));
  await first.clock.advance(30_000);
  expect(await first.ended).toMatchObject({ failure: 'timeout' });
  const second = made.watch();
  await made.server.until(() => made.server.requests.length === 2);
  await second.clock.advance(30_000);
  expect((await second.ended)?.message).toContain('a proxy keeps it back');
  await made.server.until(() => made.server.open === 0);
  expect([first.clock.pending, second.clock.pending]).toEqual([0, 0]);
});

test('watch() goes on while signs of life come, comments alone', async () => {
  let socket: Socket | undefined;
  await using made = await stream(
    (each) => {
      socket = each;
      each.write(HEAD);
    },
    { silenceMs: 30_000 },
  );
  const { clock, told, controller, ended } = made.watch();
  await vi.waitFor(() => expect(told).toEqual(['connected']));
  for (let n = 1; n <= 5; n++) {
    // oxlint-disable-next-line no-await-in-loop -- time passes step by step
    await clock.advance(20_000);
    socket!.write(`: \n\ndata: ${n}\n\n`);
    // oxlint-disable-next-line no-await-in-loop -- time passes step by step
    await vi.waitFor(() => expect(told).toHaveLength(1 + n));
  }
  controller.abort(new Error('stop'));
  expect(await ended).toMatchObject({ message: 'stop' });
  await made.server.until(() => made.server.open === 0);
});

test('watch() asks nobody when it has ended already, and drops the connection at once', async () => {
  await using made = await stream(says([]));
  const { controller, ended, told } = made.watch();
  await vi.waitFor(() => expect(told).toEqual(['connected']));
  controller.abort(new Error('stop'));
  await ended;
  await made.server.until(() => made.server.open === 0);
  await expect(
    made.loader.watch!({ signal: AbortSignal.abort(new Error('before')) } as never),
  ).rejects.toThrow('before');
  expect(made.server.connections).toBe(1);
});

test.each<[string, object, string]>([
  ['changeEvents[0]', { changeEvents: [''] }, 'a text that is not empty'],
  [
    'documentEvents',
    { changeEvents: ['a'], documentEvents: ['a'] },
    'other types than those of changeEvents',
  ],
  ['silenceMs', { silenceMs: 999 }, 'a number from 1000 to 2147483647'],
])('serverSentEvents() names %s when it is wrong', (option, options, rule) => {
  expect(() => serverSentEvents(mockLoader(), { url: 'https://a.test/', ...options })).toThrow(
    `Cannot use "${option}" of serverSentEvents() as it must be ${rule}`,
  );
});

test.each(['redirects', 'maxConnectionAgeMs', 'compression', 'keepHeaders'])(
  'serverSentEvents() refuses %s, which means nothing to it, by name',
  (option) => {
    const options = { url: 'https://a.test/', [option]: undefined };
    expect(() => serverSentEvents(mockLoader(), options)).toThrow(
      `"${option}" of serverSentEvents(): it is unknown`,
    );
  },
);

test('serverSentEvents() refuses a URL in the place of the loader', () => {
  const url = 'https://a.test/';
  expect(() => serverSentEvents(url as never, { url })).toThrow('"loader" of serverSentEvents()');
});

test('serverSentEvents() warns of a credential over plain http, beside what its loader warns of', () => {
  const inner = { ...mockLoader(), warnings: ['of the loader'] };
  const loader = serverSentEvents(inner, { url: 'http://a.test/', bearerToken: 'swordfish' });
  expect(loader.warnings).toEqual([
    'of the loader',
    expect.stringContaining('A credential is sent to a.test:80 over plain http:'),
  ]);
});
