import { createTestManager, mockLoader, recordEvents } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { webhook, type WebhookOptions } from './webhook.ts';
import { OTHER_SECRET, SECRET, signed } from './webhook/signed.fixture.ts';

const ORIGIN = 'http://127.0.0.1';

/** Two configs of a manager, whose sources a webhook pokes. */
async function rig(options: Partial<WebhookOptions> = {}) {
  const { manager, clock } = createTestManager();
  const hooks = webhook({ secrets: [SECRET], clock, ...options });
  const [app, db] = ['app', 'db'].map((name) => {
    const source = mockLoader({ value: { of: name } });
    const polling = { intervalMs: 60_000, minIntervalMs: 1_000, strategy: 'fixed' } as const;
    const handle = manager.register(name, { loader: hooks.watched(name, source), polling });
    return { source, handle };
  });
  await clock.advance(10_000);
  const before = [app!.source.loads, db!.source.loads] as const;
  let messages = 0;
  return {
    /** Polls of both since it was made. */
    polls: () => [app!.source.loads - before[0], db!.source.loads - before[1]],
    manager,
    clock,
    hooks,
    app: app!,
    db: db!,
    /** The status of a signed message to this path. */
    async send(path: string, body?: unknown): Promise<number> {
      const timestamp = Math.floor(clock.now() / 1_000);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const id = `msg_${(messages += 1)}`;
      const request = signed({ id, timestamp, url: ORIGIN + path, body: text ?? '' });
      const { status } = await hooks.handle(request);
      await clock.advance(0);
      return status;
    },
    async [Symbol.asyncDispose]() {
      await manager.close();
    },
  };
}

test('handle() pokes the config that the route names', async () => {
  await using made = await rig();
  expect(await made.send('/hooks/app', { anything: true })).toBe(202);
  expect(made.polls()).toEqual([1, 0]);
});

test.each(['/hooks/*', '/hooks/%2A'])('handle() pokes all at %s', async (path) => {
  await using made = await rig();
  expect(await made.send(path)).toBe(202);
  expect(made.polls()).toEqual([1, 1]);
});

test.each([
  ['/hooks/unknown', 404],
  ['/hooks/', 404],
  ['/', 404],
  ['/hooks/%', 400],
])('handle() answers a message to %s with %i', async (path, status) => {
  await using made = await rig();
  expect(await made.send(path)).toBe(status);
  expect(made.polls()).toEqual([0, 0]);
});

test('handle() takes the route that a framework found, and a path without a host', async () => {
  await using made = await rig({ secrets: [], unsigned: true });
  const request = () => new Request(`${ORIGIN}/x?config=db`, { method: 'POST' });
  expect((await made.hooks.handle(request(), 'db')).status).toBe(202);
  const bare = { ...facts(request()), url: '/hooks/db' } as Request;
  expect((await made.hooks.handle(bare)).status).toBe(202);
});

function facts({ headers, method, body, bodyUsed }: Request) {
  return { headers, method, body, bodyUsed };
}

test('handle() can be handed on without its object', async () => {
  await using made = await rig();
  const handle = made.hooks.handle.bind(undefined);
  const timestamp = Math.floor(made.clock.now() / 1_000);
  expect((await handle(signed({ timestamp }))).status).toBe(202);
});

test.each(['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])(
  'handle() answers %s with 405',
  async (method) => {
    await using made = await rig();
    const response = await made.hooks.handle(new Request(`${ORIGIN}/hooks/app`, { method }));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  },
);

test('handle() answers a body that is too long with 413, told or not', async () => {
  await using made = await rig({ maxBytes: 100 });
  expect(await made.send('/hooks/app', 'x'.repeat(100))).toBe(202);
  expect(await made.send('/hooks/app', 'x'.repeat(101))).toBe(413);
  const timestamp = Math.floor(made.clock.now() / 1_000);
  let pulled = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(60));
    },
  });
  const init = { method: 'POST', body: endless, duplex: 'half' } as RequestInit;
  const request = new Request(signed({ timestamp, id: 'endless' }), init);
  expect((await made.hooks.handle(request)).status).toBe(413);
  expect(pulled).toBeLessThan(10);
});

test('handle() answers a body that breaks off with 400', async () => {
  await using made = await rig();
  const timestamp = Math.floor(made.clock.now() / 1_000);
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) });
  const init = { method: 'POST', body: broken, duplex: 'half' } as RequestInit;
  const response = await made.hooks.handle(new Request(signed({ timestamp }), init));
  expect([response.status, await response.text()]).toEqual([400, 'bad request\n']);
});

test.each<[string, (body: ReadableStream) => unknown]>([
  ['held by a reader', (body) => body.getReader()],
  ['split in two', (body) => body.tee()],
])('handle() answers a body that is %s with 400', async (_, take) => {
  await using made = await rig();
  const request = signed({ timestamp: Math.floor(made.clock.now() / 1_000) });
  take(request.body!);
  const response = await made.hooks.handle(request);
  expect([response.status, await response.text()]).toEqual([
    400,
    expect.stringContaining('the body was read already') as string,
  ]);
});

test('handle() takes a document only with acceptDocuments; without it the body is not looked into', async () => {
  await using made = await rig();
  expect(await made.send('/hooks/app', { config_name: 'app', config_data: { of: 'push' } })).toBe(
    202,
  );
  expect(made.app.handle.current).toEqual({ of: 'app' });
  expect(await made.send('/hooks/app', 'no JSON at all')).toBe(202);
});

test('handle() puts a document in force at once, and has a poll confirm it', async () => {
  await using made = await rig({ acceptDocuments: true });
  made.app.source.delay(500);
  expect(await made.send('/hooks/app', { config_data: { of: 'push' } })).toBe(202);
  expect(made.app.handle.current).toEqual({ of: 'push' });
  // the source says something else: the poll is the truth
  await made.clock.advance(2_000);
  expect(made.app.handle.current).toEqual({ of: 'app' });
  expect(made.polls()).toEqual([1, 0]);
});

test.each<[string, string, unknown, number]>([
  [
    'that names the config, for all',
    '/hooks/*',
    { config_name: 'app', config_data: { a: 1 } },
    202,
  ],
  ['that names another config', '/hooks/app', { config_name: 'db', config_data: { a: 1 } }, 400],
  ['for all, without a name', '/hooks/*', { config_data: { a: 1 } }, 400],
  ['for a config that is not there', '/hooks/*', { config_name: 'x', config_data: {} }, 404],
  ['whose name is no text', '/hooks/app', { config_name: 7, config_data: {} }, 400],
  ['in a list', '/hooks/app', [{ config_data: {} }], 400],
  ['that is null', '/hooks/app', 'null', 400],
  ['that is no JSON', '/hooks/app', '{', 400],
  ['that is two', '/hooks/app', '{}{}', 400],
  ['that is missing', '/hooks/app', { config_name: 'app' }, 202],
  ['and no body', '/hooks/app', undefined, 202],
])('handle() answers a document %s', async (_, path, body, status) => {
  await using made = await rig({ acceptDocuments: true });
  expect(await made.send(path, body)).toBe(status);
  expect(made.db.handle.current).toEqual({ of: 'db' });
});

test('a message that was answered with 400 or 404 may come again', async () => {
  await using made = await rig({ acceptDocuments: true });
  const timestamp = Math.floor(made.clock.now() / 1_000);
  const send = async (route?: string) =>
    (await made.hooks.handle(signed({ timestamp, body: '{}' }), route)).status;
  expect([await send('nobody'), await send('app'), await send('app')]).toEqual([404, 202, 401]);
});

test.each([
  ['with polluting keys', '{"config_data":{"__proto__":{"polluted":true}}}'],
  ['with a number beyond all', '{"config_data":{"a":1e400}}'],
  ['that is no object', '{"config_data":[1]}'],
])('a document %s is refused by the engine as any other', async (_, body) => {
  await using made = await rig({ acceptDocuments: true });
  expect(await made.send('/hooks/app', body)).toBe(202);
  expect(made.app.handle.current).toEqual({ of: 'app' });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('unsigned webhooks poke, and nothing else', async () => {
  await using made = await rig({ secrets: [], unsigned: true });
  const body = JSON.stringify({ config_data: { of: 'push' } });
  const request = new Request(`${ORIGIN}/hooks/app`, { method: 'POST', body });
  expect((await made.hooks.handle(request)).status).toBe(202);
  await made.clock.advance(0);
  expect([made.polls(), made.app.handle.current]).toEqual([[1, 0], { of: 'app' }]);
});

test('a webhook puts no polls further apart: its sender may be gone', async () => {
  await using made = await rig();
  const { loads } = made.app.source;
  await made.clock.advance(600_000);
  expect(made.app.source.loads - loads).toBeGreaterThanOrEqual(9);
});

test('what comes while nobody watches is kept as one poke', async () => {
  const { manager, clock } = createTestManager();
  const hooks = webhook({ unsigned: true });
  const source = mockLoader({ value: {} });
  const loader = hooks.watched('app', source);
  for (let n = 0; n < 10; n++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await hooks.handle(new Request(`${ORIGIN}/app`, { method: 'POST' }));
  }
  manager.register('app', { loader });
  await clock.advance(30_000);
  expect(source.loads).toBeLessThanOrEqual(2);
  await manager.close();
});

/** Two loaders under one name, of which the watch of the first has just failed. */
async function failing() {
  const { manager, clock } = createTestManager();
  const hooks = webhook({ unsigned: true });
  const polling = { intervalMs: 600_000, minIntervalMs: 100, strategy: 'fixed' } as const;
  const first = mockLoader({ name: 'first', value: { n: 1 }, watch: true });
  const app = manager.register('app', { loader: hooks.watched('app', first), polling });
  const second = mockLoader({ name: 'second', value: { n: 1 } });
  manager.register('other', { loader: hooks.watched('app', second), polling });
  first.connect();
  await clock.advance(5_000);
  first.disconnect(new Error('reset'), Infinity);
  // the backoff is at its most
  await clock.advance(300_000);
  const poke = () => hooks.handle(new Request(`${ORIGIN}/app`, { method: 'POST' }));
  return { manager, clock, first, second, app, poke };
}

test('a webhook is heard at once while another watch of the loader waits to begin again', async () => {
  const { manager, clock, first, second, app, poke } = await failing();
  const before = [first.loads, second.loads];
  const inForce = async (n: number) => {
    first.next({ n });
    expect((await poke()).status).toBe(202);
    await clock.advance(200);
    expect(app.current).toEqual({ n });
    // the watch may begin in between, or not
    await clock.advance(7_000);
  };
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  for (let n = 2; n < 6; n++) await inForce(n);
  // each was told once to both
  expect([first.loads, second.loads]).toEqual(before.map((loads) => loads + 4));
  await manager.close();
});

describe('after the configs of a name were closed, a webhook', () => {
  /** Two configs of one name, and one of another, which anybody may poke. */
  async function three() {
    const { manager, clock } = createTestManager();
    const hooks = webhook({ unsigned: true });
    const source = mockLoader({ value: { n: 1 } });
    const loaders = ['app', 'app', 'db'].map((name) => hooks.watched(name, source));
    const handles = loaders.map((loader, i) => manager.register(`config-${i}`, { loader }));
    await clock.advance(10_000);
    const statusOf = async (route: string) =>
      (await hooks.handle(new Request(`${ORIGIN}/${route}`, { method: 'POST' }))).status;
    return { manager, clock, loaders, handles, statusOf };
  }

  test('knows the name no more, and all until the last one', async () => {
    const { manager, handles, statusOf } = await three();
    const [first, second, other] = handles;
    await first!.close();
    expect([await statusOf('app'), await statusOf('db'), await statusOf('*')]).toEqual([
      202, 202, 202,
    ]);
    await second!.close();
    expect([await statusOf('app'), await statusOf('db'), await statusOf('*')]).toEqual([
      404, 202, 202,
    ]);
    await other!.close();
    expect([await statusOf('db'), await statusOf('*')]).toEqual([404, 404]);
    await manager.close();
  });

  test('knows it again when a watch of one begins again', async () => {
    const { manager, clock, loaders, handles, statusOf } = await three();
    for (const handle of handles) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await handle.close();
    }
    const app = manager.register('again', { loader: loaders[0]! });
    await clock.advance(10_000);
    expect([await statusOf('app'), await statusOf('db'), await statusOf('*')]).toEqual([
      202, 404, 202,
    ]);
    await app.close();
    expect(await statusOf('app')).toBe(404);
    await manager.close();
  });
});

test.each<[string, unknown, string]>([
  ['secrets', {}, 'one secret or more, unless "unsigned" is true'],
  ['secrets[0]', { secrets: ['whsec_c2hvcnQ='] }, '"whsec_" and base64 of 24 to 64 bytes'],
  [
    'unsigned',
    { secrets: [SECRET, OTHER_SECRET], unsigned: true },
    'false where there are secrets',
  ],
  ['acceptDocuments', { unsigned: true, acceptDocuments: true }, 'false where nothing is signed'],
  ['options', SECRET, 'an object: { secrets }'],
])('webhook() names %s when it is wrong, and shows no secret', (option, options, rule) => {
  const make = () => webhook(options as WebhookOptions);
  expect(make).toThrow(`Cannot use "${option}" of webhook() as it must be ${rule}`);
  expect(make).not.toThrow(/c2hvcnQ|MDEyMzQ1/);
});

test('watched() refuses what is no name and no loader', () => {
  const hooks = webhook({ unsigned: true });
  expect(() => hooks.watched('*', mockLoader())).toThrow('must be the name of one config');
  expect(() => hooks.watched('app', {} as never)).toThrow('"loader" of watched()');
});

test('a document that does not fit is blamed on the webhook', async () => {
  const { manager, clock } = createTestManager();
  const record = recordEvents(manager);
  const hooks = webhook({ secrets: [SECRET], clock, acceptDocuments: true });
  const loader = hooks.watched('app', mockLoader({ value: { n: 1 } }));
  manager.register('app', { loader, schema: z.object({ n: z.number() }) });
  await clock.advance(10_000);
  const timestamp = Math.floor(clock.now() / 1_000);
  await hooks.handle(signed({ timestamp, body: '{"config_data":{"n":true}}' }), 'app');
  await clock.advance(1);
  expect(record.of('document.refused')[0]?.error.message).toMatch(
    /^The document that a webhook pushed does not fit the schema/,
  );
  await manager.close();
});
