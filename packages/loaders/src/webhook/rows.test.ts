import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer, json } from 'node:stream/consumers';
import { createTestManager, manualClock, mockLoader, recordEvents } from '@holdfast/testing';
import { fastify, type FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { type RefusedWebhook, type Webhook, webhook, type WebhookOptions } from '../webhook.ts';
import { type Message, OTHER_SECRET, SECRET, sign, signed } from './signed.fixture.ts';

const NOW_S = 1_767_225_600;

interface Rig {
  readonly hooks: Webhook;
  /** What the loader `app` was told. */
  readonly told: string[];
}

/** A receiver whose loader `app` is watched, at {@link NOW_S}. */
function rig(options: Partial<WebhookOptions> = {}, now = (): number => NOW_S * 1_000): Rig {
  const hooks = webhook({ secrets: [SECRET], clock: { now }, ...options });
  const told: string[] = [];
  const { signal } = new AbortController();
  void hooks.watched('app', mockLoader()).watch!({
    signal,
    time: { now, monotonic: now, sleep: async () => {} },
    limits: { maxWireBytes: 1, maxBytes: 1, maxDepth: 1, maxKeys: 1 },
    known: () => undefined,
    connected: () => told.push('connected'),
    changed: () => told.push('changed'),
    offer: ({ raw }) => told.push(`offer ${JSON.stringify(raw)}`),
  });
  return { hooks, told };
}

const statusOf = async (rigged: Rig, message: Message): Promise<number> =>
  (await rigged.hooks.handle(signed(message))).status;

describe('T7 the time of a webhook', () => {
  test.each<[string, number | string, number]>([
    ['is ours', NOW_S, 202],
    ['is 300 s ago', NOW_S - 300, 202],
    ['is in 300 s', NOW_S + 300, 202],
    ['is 301 s ago', NOW_S - 301, 401],
    ['is in 301 s', NOW_S + 301, 401],
    ['is in milliseconds', NOW_S * 1_000, 401],
    ...[
      '',
      'now',
      `${NOW_S}.0`,
      `+${NOW_S}`,
      `-${NOW_S}`,
      `0x${NOW_S.toString(16)}`,
      '1.767e9',
      `0${NOW_S}`,
      `${NOW_S}, ${NOW_S}`,
      'NaN',
      'Infinity',
      '9'.repeat(400),
    ].map((junk): [string, string, number] => [`is ${junk.slice(0, 20)}`, junk, 401]),
  ])('%s', async (_, timestamp, status) => {
    const rigged = rig();
    expect(await statusOf(rigged, { timestamp })).toBe(status);
    expect(rigged.told).toEqual(status === 202 ? ['changed'] : []);
  });

  test('is counted in whole seconds, as it is told', async () => {
    const late = rig({}, () => NOW_S * 1_000 + 300_999);
    expect(await statusOf(late, { timestamp: NOW_S })).toBe(202);
    const later = rig({}, () => NOW_S * 1_000 + 301_000);
    expect(await statusOf(later, { timestamp: NOW_S })).toBe(401);
  });
});

const body = '{"type":"config.changed"}';
const right = sign({ timestamp: NOW_S, body });
const bytes = right.slice(3);
const without = (name: string) => (request: Request) => request.headers.delete(name);
const set = (name: string, value: string) => (request: Request) => request.headers.set(name, value);
const signature = (value: string) => set('webhook-signature', value);

/** What somebody made of a good request; each one is refused. */
const FORGED: readonly (readonly [string, (request: Request) => void])[] = [
  ['no id', without('webhook-id')],
  ['no timestamp', without('webhook-timestamp')],
  ['no signature', without('webhook-signature')],
  ['an empty id', set('webhook-id', '')],
  ['another id', set('webhook-id', 'msg_2')],
  ['an id with blanks around', set('webhook-id', 'msg _1')],
  ['an id with a dot', set('webhook-id', 'msg.1')],
  ['an id of two lines of headers', (request) => request.headers.append('webhook-id', 'msg_1')],
  ['an id of 10 000 letters', set('webhook-id', 'm'.repeat(10_000))],
  ['another timestamp', set('webhook-timestamp', String(NOW_S + 1))],
  ['an empty signature', signature('')],
  ['only a version', signature('v1')],
  ['a version and a comma', signature('v1,')],
  ['only the base64', signature(bytes)],
  ['a version that is none', signature(`v9,${bytes}`)],
  ['an asymmetric version', signature(`v1a,${bytes}`)],
  ['the version in capitals', signature(`V1,${bytes}`)],
  ['v0', signature(`v0,${bytes}`)],
  ['a colon for the comma', signature(`v1:${bytes}`)],
  ['an equals sign for the comma', signature(`v1=${bytes}`)],
  ['a blank after the comma', signature(`v1, ${bytes}`)],
  ['a signature that is one letter short', signature(right.slice(0, -2))],
  ['a signature without its padding', signature(right.replace(/=+$/, ''))],
  ['half a signature', signature(right.slice(0, 25))],
  ['a signature of 31 bytes', signature(`v1,${Buffer.alloc(31).toString('base64')}`)],
  ['a signature of 33 bytes', signature(`v1,${Buffer.alloc(33).toString('base64')}`)],
  ['a signature of no bytes but padding', signature('v1,====')],
  ['a signature of zeros', signature(`v1,${Buffer.alloc(32).toString('base64')}`)],
  ['a signature of 100 kB', signature(`v1,${'A'.repeat(100_000)}`)],
  ['a signature in base64url', signature(`v1,${'-_'.repeat(21)}A=`)],
  ['a signature in hex', signature(`v1,${Buffer.from(bytes, 'base64').toString('hex')}`)],
  ['a signature that is no base64', signature('v1,!!!!')],
  ['a signature with a letter behind', signature(`${right}A`)],
  ['two signatures by a comma', signature(`v1,${'A'.repeat(43)}=,${right}`)],
  ['the right one behind eight wrong ones', signature(`${'v1,AAAA '.repeat(8)}${right}`)],
  ['the signature of another body', signature(sign({ timestamp: NOW_S, body: '{}' }))],
  ['the signature of an empty body', signature(sign({ timestamp: NOW_S }))],
  [
    'the signature of the body with a blank',
    signature(sign({ timestamp: NOW_S, body: ` ${body}` })),
  ],
  ['the signature of another id', signature(sign({ timestamp: NOW_S, body, id: 'msg_2' }))],
  ['the signature of another time', signature(sign({ timestamp: NOW_S + 1, body }))],
  [
    'the signature by another secret',
    signature(sign({ timestamp: NOW_S, body, secret: OTHER_SECRET })),
  ],
  [
    'the signature by the secret as text',
    signature(sign({ timestamp: NOW_S, body, secret: `whsec_${btoa(SECRET)}` })),
  ],
  ['the signature by no secret', signature(sign({ timestamp: NOW_S, body, secret: 'whsec_' }))],
  ['the signature of the body alone', signature(sign({ id: '', timestamp: '', body }))],
];

test.each(FORGED)('M11 a webhook with %s is answered with 401', async (_, forge) => {
  const rigged = rig();
  const request = signed({ timestamp: NOW_S, body });
  forge(request);
  const response = await rigged.hooks.handle(request);
  expect(response.status).toBe(401);
  expect(await response.text()).toBe('unauthorized\n');
  expect(rigged.told).toEqual([]);
});

test('M11 a message that comes once more, byte for byte, is answered with 401 and does nothing', async () => {
  const rigged = rig();
  expect(await statusOf(rigged, { timestamp: NOW_S, body })).toBe(202);
  expect(await statusOf(rigged, { timestamp: NOW_S, body })).toBe(401);
  expect(rigged.told).toEqual(['changed']);
});

test('M11 two copies at once: one is taken', async () => {
  const rigged = rig();
  const statuses = await Promise.all([1, 2].map(() => statusOf(rigged, { timestamp: NOW_S })));
  expect(statuses.toSorted((a, b) => a - b)).toEqual([202, 401]);
});

test('M11 another try of the sender, with a time of its own, is answered with 2xx and does nothing', async () => {
  const rigged = rig();
  expect(await statusOf(rigged, { timestamp: NOW_S })).toBe(202);
  expect(await statusOf(rigged, { timestamp: NOW_S + 5 })).toBe(202);
  expect(rigged.told).toEqual(['changed']);
});

test('M11 id, time and body cannot be cut in another place', async () => {
  const rigged = rig({ acceptDocuments: true });
  // signed as a whole: msg_1.<time>.<time>.{}
  const cut = signed({ timestamp: NOW_S, body: `${NOW_S}.{}` });
  expect((await rigged.hooks.handle(cut)).status).toBe(400);
  const again = new Request('http://127.0.0.1/hooks/app', { method: 'POST', body: '{}' });
  again.headers.set('webhook-id', `msg_1.${NOW_S}`);
  again.headers.set('webhook-timestamp', String(NOW_S));
  again.headers.set('webhook-signature', sign({ timestamp: NOW_S, body: `${NOW_S}.{}` }));
  expect((await rigged.hooks.handle(again)).status).toBe(401);
  expect(rigged.told).toEqual([]);
});

test('M11 what is remembered has a bound, and nothing is forgotten early: more is answered with 429', async () => {
  let nowMs = NOW_S * 1_000;
  const rigged = rig({ maxRemembered: 3 }, () => nowMs);
  const at = (id: string) => statusOf(rigged, { id, timestamp: Math.floor(nowMs / 1_000), body });
  expect([await at('a'), await at('b'), await at('c'), await at('d')]).toEqual([
    202, 202, 202, 429,
  ]);
  nowMs += 600_000;
  expect(await at('d')).toBe(429);
  nowMs += 1_000;
  expect(await at('d')).toBe(202);
  // of a time that was still acceptable a moment ago
  expect(await statusOf(rigged, { id: 'a', timestamp: NOW_S + 300 })).toBe(401);
});

/** A server of node:http whose handler gives the webhook what `bodyOf` makes of each request. */
async function served(hooks: Webhook, bodyOf: (request: IncomingMessage) => unknown) {
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = incoming;
    const headers = new Headers(incoming.headers as Record<string, string>);
    const init = { method, headers, body: await bodyOf(incoming), duplex: 'half' } as RequestInit;
    const answer = await hooks.handle(new Request(new URL(url, 'http://localhost'), init));
    response.writeHead(answer.status).end(await answer.text());
  };
  const server = createServer((incoming, response) => void handle(incoming, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/app`;
  return {
    async send(message: Message): Promise<readonly [number, string]> {
      const { headers } = signed(message);
      const response = await fetch(url, { method: 'POST', headers, body: message.body ?? '' });
      return [response.status, await response.text()];
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** A service made with Fastify, which reads bodies before its handlers run: as JSON, or as raw bytes. */
function ofFastify(hooks: Webhook, bodyOf: (request: FastifyRequest) => unknown, raw: boolean) {
  const service = fastify();
  if (raw)
    service.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, read, done) =>
      done(null, read),
    );
  service.post('/hooks/:config', async (incoming, reply) => {
    const { method, url } = incoming;
    const headers = new Headers(incoming.headers as Record<string, string>);
    const init = { method, headers, body: bodyOf(incoming), duplex: 'half' } as RequestInit;
    const answer = await hooks.handle(new Request(new URL(url, 'http://localhost'), init));
    return reply.code(answer.status).send(await answer.text());
  });
  return service;
}

describe('M12 a body that a framework has parsed', () => {
  test.each<[string, (request: IncomingMessage) => unknown, number, string]>([
    ['left as it came', (request) => request, 202, 'accepted'],
    ['kept as raw bytes', (request) => buffer(request), 202, 'accepted'],
    ['parsed', (request) => json(request), 400, 'raw bytes'],
    ['parsed, and written again', async (r) => JSON.stringify(await json(r)), 401, 'unauthorized'],
    ['parsed, and forgotten', async (request) => void (await json(request)), 401, 'unauthorized'],
  ])('over a real server, %s', async (_, bodyOf, status, text) => {
    const { hooks, told } = rig();
    await using server = await served(hooks, bodyOf);
    const answer = await server.send({ timestamp: NOW_S, body: '{ "a": 1.0 }' });
    expect(answer).toEqual([status, expect.stringContaining(text)]);
    expect(told).toEqual(status === 202 ? ['changed'] : []);
  });

  test.each<[string, boolean, (request: FastifyRequest) => unknown, number, string]>([
    ['raw, as webhooks.md says', true, (request) => request.body, 202, 'accepted'],
    ['parsed', false, (request) => request.body, 400, 'raw bytes'],
    ['written again', false, (request) => JSON.stringify(request.body), 401, 'unauthorized'],
  ])('by Fastify: %s', async (_, raw, bodyOf, status, text) => {
    const { hooks, told } = rig();
    await using service = ofFastify(hooks, bodyOf, raw);
    const spaced = '{ "a": 1.0 }';
    const answer = await service.inject({
      method: 'POST',
      url: '/hooks/app',
      headers: {
        ...Object.fromEntries(signed({ timestamp: NOW_S, body: spaced }).headers),
        'content-type': 'application/json',
      },
      payload: spaced,
    });
    expect([answer.statusCode, answer.body]).toEqual([status, expect.stringContaining(text)]);
    expect(told).toEqual(status === 202 ? ['changed'] : []);
  });

  test('gets a clear error when the request of the framework is given', async () => {
    const { hooks } = rig();
    const ofExpress = { method: 'POST', url: '/hooks/app', headers: {}, body: { a: 1 } };
    await expect(hooks.handle(ofExpress as never)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('made with the raw bytes of the body') as string,
    });
    await expect(hooks.handle(undefined as never)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
  });

  test.each<[string, (request: Request) => Request | Promise<Request>]>([
    ['was read', async (request) => (await request.json(), request)],
    [
      'is an object that became text',
      (request) => new Request(request, { method: 'POST', body: '[object Object]' }),
    ],
  ])('is answered with 400, which says so, when it %s', async (_, change) => {
    const { hooks, told } = rig();
    const response = await hooks.handle(await change(signed({ timestamp: NOW_S, body })));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('raw bytes');
    expect(told).toEqual([]);
  });

  test('is no message any more once it is written again', async () => {
    const { hooks } = rig();
    const spaced = signed({ timestamp: NOW_S, body: '{ "a": 1.0 }' });
    const again = new Request(spaced, {
      method: 'POST',
      body: JSON.stringify(JSON.parse('{ "a": 1.0 }')),
    });
    expect((await hooks.handle(again)).status).toBe(401);
  });
});

test('M13 a flood of webhooks makes at most one poll per minimum interval, and each is answered at once', async () => {
  const clock = manualClock();
  const { manager } = createTestManager({ clock });
  const record = recordEvents(manager);
  const hooks = webhook({ secrets: [SECRET], clock });
  const source = mockLoader({ value: { revision: 1 } });
  const polling = { intervalMs: 60_000, minIntervalMs: 10_000, strategy: 'fixed' } as const;
  const app = manager.register('app', { loader: hooks.watched('app', source), polling });
  await clock.advance(20_000);
  await using server = await served(hooks, (request) => request);
  const { loads } = source;
  // the source answers slowly, and the change takes its time: nobody who sends waits for it
  source.delay(5_000);
  const wait = (): Promise<void> => new Promise((done) => void clock.setTimer(3_000, done));
  app.attach({ name: 'slow', apply: wait });
  source.next({ revision: 2 });
  const statuses = new Map<number, number>();
  for (let second = 0; second < 60; second++) {
    const timestamp = Math.floor(clock.now() / 1_000);
    const sent = Array.from({ length: 20 }, (_, n) =>
      server.send({ id: `m_${second}_${n}`, timestamp, body }),
    );
    // oxlint-disable-next-line no-await-in-loop -- time passes step by step
    const answers = await Promise.all(sent);
    for (const [status] of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    // oxlint-disable-next-line no-await-in-loop -- time passes step by step
    await clock.advance(1_000);
  }
  expect([...statuses]).toEqual([[202, 1_200]]);
  expect(source.loads - loads).toBeGreaterThanOrEqual(4);
  expect(source.loads - loads).toBeLessThanOrEqual(7);
  expect(app.current).toEqual({ revision: 2 });
  expect(record.of('config.changed')).toHaveLength(2);
  await manager.close();
});

test('M13 bodies that never end hold a bound number of places, and none of them for long where others wait', async () => {
  let nowMs = NOW_S * 1_000;
  const rigged = rig({}, () => nowMs);
  const { hooks, told } = rigged;
  const stuck = Array.from({ length: 64 }, (_, n) => {
    const endless = new ReadableStream();
    const init = { method: 'POST', body: endless, duplex: 'half' } as RequestInit;
    const request = new Request(signed({ id: `m_${n}`, timestamp: NOW_S }), init);
    return hooks.handle(request);
  });
  expect(await statusOf(rigged, { id: 'm_64', timestamp: NOW_S })).toBe(429);
  expect(told).toEqual([]);
  nowMs += 1_000;
  // each that is taken leaves its place again
  for (const id of ['m_65', 'm_66'])
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await statusOf(rigged, { id, timestamp: NOW_S })).toBe(202);
  expect((await stuck[0]!).status).toBe(408);
  expect(told).toEqual(['changed', 'changed']);
});

test('what throws where a message is told of is not taken for a body that broke off', async () => {
  const hooks = webhook({ secrets: [SECRET], clock: { now: () => NOW_S * 1_000 } });
  const bug = new Error('ours');
  const request = {
    signal: new AbortController().signal,
    changed: () => {
      throw bug;
    },
  };
  void hooks.watched('app', mockLoader()).watch!(request as never);
  await expect(hooks.handle(signed({ timestamp: NOW_S }))).rejects.toBe(bug);
});

describe('onRefused', () => {
  const refusing = (now?: () => number) => {
    const refused: RefusedWebhook[] = [];
    const onRefused = (each: RefusedWebhook) => refused.push(each);
    return { refused, rigged: rig({ acceptDocuments: true, onRefused }, now) };
  };

  test.each<[string, Message, number]>([
    ['secret', { timestamp: NOW_S, secret: OTHER_SECRET }, 401],
    ['clock', { timestamp: NOW_S - 400 }, 401],
    ['id', { timestamp: NOW_S, id: 'a b' }, 401],
    ['timestamp', { timestamp: 'now' }, 401],
    ['version', { timestamp: NOW_S, signature: 'v2,AAAA' }, 401],
    ['name', { timestamp: NOW_S, body: '{"config_name":"db"}' }, 400],
    ['message', { timestamp: NOW_S, body: '[]' }, 400],
    ['unknown', { timestamp: NOW_S, url: 'http://127.0.0.1/hooks/nobody' }, 404],
    ['method', { timestamp: NOW_S, method: 'GET' }, 405],
  ])('is told of %s, and the sender of the status alone', async (code, message, status) => {
    const { refused, rigged } = refusing();
    const response = await rigged.hooks.handle(signed(message));
    expect(response.status).toBe(status);
    expect((await response.text()).split(' ').length).toBeLessThan(4);
    expect(refused).toEqual([{ code, status, count: 1, message: expect.any(String) as string }]);
    expect(JSON.stringify(refused)).not.toContain(SECRET);
  });

  test('is told once a minute for each reason, with how many there were', async () => {
    let nowMs = NOW_S * 1_000;
    const { refused, rigged } = refusing(() => nowMs);
    const flood = async (): Promise<void> => {
      const bad = { timestamp: NOW_S, secret: OTHER_SECRET };
      for (let n = 0; n < 100; n++)
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await statusOf(rigged, bad);
    };
    await flood();
    expect(refused).toMatchObject([{ code: 'secret', count: 1 }]);
    await statusOf(rigged, { timestamp: 1 });
    expect(refused).toHaveLength(2);
    nowMs += 60_000;
    await flood();
    expect(refused.slice(2)).toMatchObject([{ code: 'secret', count: 100 }]);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('ours');
      },
    ],
    ['rejects', () => Promise.reject(new Error('ours'))],
  ])('harms nobody when it %s', async (_, onRefused) => {
    const rigged = rig({ onRefused });
    expect(await statusOf(rigged, { timestamp: 1 })).toBe(401);
  });
});
