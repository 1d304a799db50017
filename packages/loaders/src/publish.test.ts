import { inspect } from 'node:util';
import { createConfigManager, isHoldfastError, isLoadError } from '@holdfast/core';
import { manualClock } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { httpLoader } from './http.ts';
import {
  httpPublisher,
  type HttpPublisherOptions,
  PublishError,
  type Publisher,
} from './publish.ts';
import { configStore, type ConfigStore } from './publish/config-store.fixture.ts';

const DOCUMENT = { pool: { size: 4 }, password: 'old-secret' };

interface Made extends AsyncDisposable {
  readonly store: ConfigStore;
  readonly origin: Publisher;
}

async function made(
  options: Partial<HttpPublisherOptions> = {},
  first: typeof DOCUMENT | null = DOCUMENT,
): Promise<Made> {
  const store = await configStore(first ?? undefined);
  const origin = httpPublisher({
    url: store.url,
    name: 'conf',
    proxyFromEnvironment: false,
    ...options,
  });
  return {
    store,
    origin,
    async [Symbol.asyncDispose]() {
      await origin.close();
      await store[Symbol.asyncDispose]();
    },
  };
}

async function failure(work: Promise<unknown>): Promise<PublishError> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof PublishError))
    throw new Error('expected a PublishError', { cause: error });
  expect(isHoldfastError(error)).toBe(true);
  return error;
}

test('publish() puts the document in the place of the one that was read', async () => {
  await using at = await made({ bearerToken: 'swordfish' });
  const { store, origin } = at;
  const { document, etag } = await origin.read();
  expect(document).toEqual(DOCUMENT);
  const published = await origin.publish({ pool: { size: 8 } }, { ifMatch: etag! });
  expect(published).toEqual({ status: 204, etag: store.etag });
  expect(store.body).toBe('{"pool":{"size":8}}');
  expect(store.asked.at(-1)).toMatchObject({
    method: 'PUT',
    headers: {
      'if-match': etag,
      'content-type': 'application/json',
      authorization: 'Bearer swordfish',
      'content-length': '19',
    },
  });
});

test('publish() sends bytes as they are, for what is signed', async () => {
  await using at = await made();
  const text = '{ "pool" : {} }\n';
  await at.origin.publish(new TextEncoder().encode(text), { ifMatch: '*' });
  expect(at.store.body).toBe(text);
});

test('publish() creates a document only where there is none', async () => {
  await using at = await made({}, null);
  const { store, origin } = at;
  expect(await origin.read()).toEqual({ document: undefined, etag: undefined });
  expect(await origin.publish({ n: 1 }, { ifNoneMatch: '*' })).toMatchObject({ status: 201 });
  const error = await failure(origin.publish({ n: 2 }, { ifNoneMatch: '*' }));
  expect(error).toMatchObject({ code: 'CONFLICT', status: 412 });
  expect(error.message).toContain('has a document already');
  expect(store.body).toBe('{"n":1}');
});

test('patch() sends a merge patch', async () => {
  await using at = await made();
  const { store, origin } = at;
  await origin.patch({ pool: { size: 9 }, password: null }, { ifMatch: store.etag! });
  expect(store.body).toBe('{"pool":{"size":9}}');
  expect(store.asked.at(-1)).toMatchObject({
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
  });
});

test.each([
  ['publish', { pool: { size: 8 }, password: 'new-secret' }],
  ['patch', { pool: { size: 8 }, password: 'new-secret' }],
] as const)(
  '%s() tells of a conflict what it would change in the newer version',
  async (method, ours) => {
    await using at = await made({ secrets: ['password'] });
    const { store, origin } = at;
    const { etag } = await origin.read();
    store.body = '{"pool":{"size":6},"password":"old-secret","level":"info"}';
    const error = await failure(origin[method](ours, { ifMatch: etag! }));
    expect(error).toMatchObject({
      code: 'CONFLICT',
      status: 412,
      etag: store.etag,
      mayHaveWorked: false,
    });
    expect(error.message).toMatch(
      `Cannot publish to conf: ${store.hostPort} has another version than the one in ifMatch (status 412); publishing would change `,
    );
    const hidden = '[secret]';
    expect(error.changes).toEqual(
      expect.arrayContaining([
        { path: ['pool', 'size'], kind: 'changed', before: 6, after: 8 },
        { path: ['password'], kind: 'changed', before: hidden, after: hidden },
      ]),
    );
    expect(error.changes).toHaveLength(method === 'publish' ? 3 : 2);
    expect(inspect(error, { depth: 9 })).not.toMatch(/(?:old|new)-secret/);
    expect(store.body).toContain('"size":6');
  },
);

test('publish() shows no value of a conflict unless it is told what is secret', async () => {
  await using at = await made();
  const error = await failure(at.origin.publish({ pool: { size: 8 } }, { ifMatch: '"other"' }));
  expect(error.message).toContain('pool.size');
  expect(error.changes).toContainEqual({
    path: ['pool', 'size'],
    kind: 'changed',
    before: '[secret]',
    after: '[secret]',
  });
  expect(inspect(error, { depth: 9 })).not.toContain('old-secret');
});

test('publish() says that what is there is the same already, as after an answer that was lost', async () => {
  await using at = await made();
  const error = await failure(at.origin.publish(DOCUMENT, { ifMatch: '"before"' }));
  expect(error.changes).toEqual([]);
  expect(error.message).toContain('the same already');
});

test('publish() tells of a conflict also where the newer version cannot be read', async () => {
  await using at = await made();
  at.store.instead(
    (response) => response.writeHead(412).end(),
    (response) => response.writeHead(500).end(),
  );
  const error = await failure(at.origin.publish({}, { ifMatch: '"v1"' }));
  expect(error).toMatchObject({ code: 'CONFLICT', changes: undefined });
  expect(error.message).toContain('which could not be read');
});

describe('of what is no JSON, such as a compact JWS', () => {
  const JWS = 'eyJhbGciOiJFZERTQSJ9.e30.c2lnbmVk';
  const ours = new TextEncoder().encode('eyJhbGciOiJFZERTQSJ9.e30.b3Vycw');
  const apart = 'what publishing would change can be told of JSON only';

  test('readBytes() gives the bytes and the tag, and read() says what to call', async () => {
    await using at = await made();
    const { store, origin } = at;
    store.body = JWS;
    const { bytes, etag } = await origin.readBytes();
    expect([new TextDecoder().decode(bytes), etag]).toEqual([JWS, store.etag]);
    const error: unknown = await origin.read().catch((thrown: unknown) => thrown);
    expect(isLoadError(error)).toBe(true);
    expect(String(error)).toMatch(
      /^LoadError: Cannot load conf: its document is not valid JSON .*; readBytes\(\) gives it as it is$/,
    );
    await origin.publish(ours, { ifMatch: etag! });
    expect(store.body).toBe(new TextDecoder().decode(ours));
  });

  test.each([
    ['over JSON', '{"n":1}'],
    ['over another one', JWS],
  ])('publish() tells of a conflict %s with the tag that is there', async (_, there) => {
    await using at = await made();
    at.store.body = there;
    const error = await failure(at.origin.publish(ours, { ifMatch: '"other"' }));
    expect(error).toMatchObject({ code: 'CONFLICT', changes: undefined, etag: at.store.etag });
    expect(error.message).toContain(`than the one in ifMatch (status 412); ${apart}`);
  });

  test('publish() and patch() with JSON tell of a conflict with it, too', async () => {
    await using at = await made();
    const { store, origin } = at;
    store.body = JWS;
    for (const method of ['publish', 'patch'] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const error = await failure(origin[method]({ n: 1 }, { ifMatch: '"other"' }));
      expect(error).toMatchObject({ code: 'CONFLICT', changes: undefined, etag: store.etag });
      expect(error.message).toContain(apart);
    }
  });

  test('publish() says that what is there is the same already', async () => {
    await using at = await made();
    at.store.body = new TextDecoder().decode(ours);
    const error = await failure(at.origin.publish(ours, { ifMatch: '"before"' }));
    expect(error).toMatchObject({ code: 'CONFLICT', changes: [], etag: at.store.etag });
  });
});

test('readBytes() tells that there is no document', async () => {
  await using at = await made({}, null);
  expect(await at.origin.readBytes()).toEqual({ bytes: undefined, etag: undefined });
});

test('read() opens the connection again after close(), as loaders do', async () => {
  await using at = await made();
  await at.origin.close();
  expect(await at.origin.read()).toMatchObject({ document: DOCUMENT });
});

test.each([200, 201, 203, 204, 205])('publish() takes status %i for done', async (status) => {
  await using at = await made();
  at.store.instead((response) => response.writeHead(status, { etag: '"v2"' }).end());
  const published = await at.origin.publish({}, { ifMatch: '"v1"' });
  expect(published).toEqual({ status, etag: '"v2"' });
});

test.each([
  [202, 'accepted the document', true],
  [206, 'which says nothing of what is written', true],
  [207, 'which says nothing of what is written', true],
  [401, 'other credentials', false],
  [403, 'may not write', false],
  [404, 'no such place', false],
  [405, 'does not take this method', false],
  [408, 'did not take', true],
  [409, 'conflicts with what it has', false],
  [413, 'too long', false],
  [428, 'wants another condition', false],
  [304, 'an answer that no write can have', false],
  [307, 'a redirect, which is never followed', false],
  [418, 'did not take the document', false],
  [500, 'it failed', true],
  [503, 'it failed', true],
])('publish() says what status %i means', async (status, why, mayHaveWorked) => {
  await using at = await made({ bearerToken: 'swordfish' });
  at.store.instead((response) =>
    response.writeHead(status, { location: '/elsewhere' }).end('echo: swordfish'),
  );
  const error = await failure(at.origin.publish({}, { ifMatch: '"v1"' }));
  expect(error).toMatchObject({ code: 'PUBLISH_FAILED', status, mayHaveWorked });
  expect(error.message).toContain(`conf: ${at.store.hostPort} answered status ${status}: `);
  expect(error.message).toContain(why);
  expect(inspect(error)).not.toContain('swordfish');
  expect(at.store.asked).toHaveLength(1);
});

test('publish() gives up at its time-out, and says that it may have worked', async () => {
  const clock = manualClock();
  await using at = await made({ clock, timeoutMs: 2_000 });
  at.store.instead(() => {});
  const work = failure(at.origin.publish({}, { ifMatch: '"v1"' }));
  await at.store.until(1);
  await clock.advance(2_000);
  const error = await work;
  expect(error).toMatchObject({ code: 'PUBLISH_FAILED', mayHaveWorked: true });
  expect(error.message).toContain(
    'no whole answer within 2000 ms (timeoutMs); it may have been published',
  );
  expect(clock.pending).toBe(0);
});

test('publish() reads what is there at a conflict within the same time-out', async () => {
  const clock = manualClock();
  await using at = await made({ clock, timeoutMs: 2_000 });
  let refuse = (): void => {};
  at.store.instead(
    (response) => (refuse = () => response.writeHead(412).end()),
    () => {},
  );
  const work = failure(at.origin.publish({}, { ifMatch: '"v0"' }));
  await at.store.until(1);
  await clock.advance(1_200);
  refuse();
  await at.store.until(2);
  await clock.advance(800);
  const error = await work;
  expect(error).toMatchObject({ code: 'CONFLICT', status: 412 });
  expect(error.message).toContain('(status 412), which could not be read');
  expect(String(error.cause)).toContain('no whole answer within 2000 ms (timeoutMs)');
  expect(clock.pending).toBe(0);
});

test('publish() says whether it may have worked when the connection fails', async () => {
  await using at = await made();
  at.store.instead((response) => response.destroy());
  const lost = await failure(at.origin.publish({}, { ifMatch: '"v1"' }));
  expect(lost).toMatchObject({ code: 'PUBLISH_FAILED', mayHaveWorked: true });
  const nobody = httpPublisher({
    url: 'http://127.0.0.1:9/',
    name: 'conf',
    proxyFromEnvironment: false,
  });
  const refused = await failure(nobody.publish({}, { ifMatch: '"v1"' }));
  expect(refused).toMatchObject({ code: 'PUBLISH_FAILED', mayHaveWorked: false });
  expect(refused.message).toMatch('Cannot publish to conf: no connection to 127.0.0.1:9');
  await nobody.close();
});

test('publish() says that it has not worked where the time-out comes before a connection stands', async () => {
  const clock = manualClock();
  let dispatched = (): void => {};
  const waits = new Promise<void>((resolve) => (dispatched = resolve));
  const dispatcher = { dispatch: () => (dispatched(), true) } as never;
  await using at = await made({ clock, timeoutMs: 2_000, dispatcher });
  const work = failure(at.origin.publish({}, { ifMatch: '"v1"' }));
  await waits;
  await clock.advance(2_000);
  const error = await work;
  expect(error).toMatchObject({ code: 'PUBLISH_FAILED', mayHaveWorked: false });
  expect(error.message).toMatch(/\(timeoutMs\)$/);
});

test('publish() fails before it sends anything where a credential cannot be had', async () => {
  await using at = await made({ bearerToken: () => Promise.reject(new Error('vault is down')) });
  const error = await failure(at.origin.publish({}, { ifMatch: '"v1"' }));
  expect(error).toMatchObject({ code: 'PUBLISH_FAILED', mayHaveWorked: false });
  expect(at.store.asked).toEqual([]);
});

test.each([
  [{}, '"ifMatch"'],
  [{ ifMatch: 'W/"v1"' }, 'a weak one never matches'],
  [{ ifMatch: 'v1' }, 'a strong entity tag in its quotes'],
  [{ ifMatch: '"v1"\r\nx: y' }, '"ifMatch"'],
  [{ ifMatch: '"v1"', ifNoneMatch: '*' }, '"ifMatch"'],
  [{ ifNoneMatch: '"v1"' }, '"ifNoneMatch"'],
  [{ ifmatch: '"v1"' }, 'did you mean "ifMatch"'],
  [undefined, '"options"'],
])('publish() refuses the condition %j', async (condition, message) => {
  await using at = await made();
  await expect(at.origin.publish({}, condition as never)).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining(message) as string,
  });
});

test('publish() refuses a text: it would be published in quotes', async () => {
  await using at = await made();
  await expect(at.origin.publish('{"a":1}' as never, { ifMatch: '*' })).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining('a JSON value that is no text, or bytes') as string,
  });
  expect(at.store.asked).toEqual([]);
});

test.each([[undefined], [() => 1], [{ at: new Date(0) }], [Number.NaN], [[1n]]])(
  'publish() and patch() refuse what is no JSON: %s',
  async (value) => {
    await using at = await made();
    const code = 'INVALID_OPTIONS';
    await expect(at.origin.publish(value as never, { ifMatch: '*' })).rejects.toMatchObject({
      code,
    });
    await expect(at.origin.patch(value as never, { ifMatch: '*' })).rejects.toMatchObject({ code });
    expect(at.store.asked).toEqual([]);
  },
);

test('a refresh after publish() shows what was published', async () => {
  await using at = await made();
  await using manager = createConfigManager();
  const loader = httpLoader({ url: at.store.url, proxyFromEnvironment: false });
  const app = manager.register('app', { loader });
  await app.ready();
  const { etag } = await at.origin.read();
  await at.origin.publish({ pool: { size: 16 } }, { ifMatch: etag! });
  expect(await app.refresh()).toMatchObject({ kind: 'accepted' });
  expect(app.current).toEqual({ pool: { size: 16 } });
});
