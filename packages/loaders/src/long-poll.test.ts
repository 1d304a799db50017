import { mockLoader } from '@holdfast/testing';
import { describe, expect, test, vi } from 'vitest';
import { type Play, rawServer } from './http/raw-server.fixture.ts';
import { longPolling, type LongPollingOptions } from './long-poll.ts';
import { seenIn } from './long-poll/position.ts';
import { watching } from './push/watching.fixture.ts';

const answer = (head: string, body = '{}', status = '200 OK'): string =>
  `HTTP/1.1 ${status}\r\n${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const index = (n: number | string): string => answer(`x-consul-index: ${n}`);
const hang: Play = () => {};

/** A watch of a server that plays this. */
async function poll(plays: readonly Play[], options: Partial<LongPollingOptions> = {}) {
  const server = await rawServer(...plays);
  const loader = longPolling(mockLoader(), { url: `${server.origin}/v1/kv/app?dc=eu`, ...options });
  const watch = watching(loader);
  const paths = () => server.requests.map((head) => head.split(' ')[1]!);
  return {
    ...watch,
    server,
    paths,
    /** So many requests have come; between those that are answered at once time has to pass. */
    async asked(count: number, stepMs = 100): Promise<void> {
      await vi.waitFor(
        async () => {
          // one sleep is for silence, the other between two requests: while one is under way it takes no time
          await watch.clock.advance(watch.sleeping() > 1 ? stepMs : 0);
          expect(server.requests.length).toBeGreaterThanOrEqual(count);
        },
        { timeout: 5_000, interval: 1 },
      );
    },
    async [Symbol.asyncDispose]() {
      watch.controller.abort(new Error('stop'));
      await watch.ended;
      await server[Symbol.asyncDispose]();
    },
  };
}

const W = '/v1/kv/app?dc=eu&wait=60s';

describe('blocking queries, as Consul has them', () => {
  test('the first one asks for the state as it is, the others wait for what comes after', async () => {
    await using made = await poll([index(7), index(8), index(8), hang]);
    await made.asked(4);
    expect(made.paths()).toEqual([
      '/v1/kv/app?dc=eu',
      `${W}&index=7`,
      `${W}&index=8`,
      `${W}&index=8`,
    ]);
    // the same index again: the wait was over, nothing changed
    expect(made.told).toEqual(['connected', 'changed']);
  });

  test('an index that goes backwards is a change, and the next one asks without an index', async () => {
    await using made = await poll([index(900), index(3), index(3), hang]);
    await made.asked(4);
    expect(made.paths()).toEqual([
      '/v1/kv/app?dc=eu',
      `${W}&index=900`,
      '/v1/kv/app?dc=eu',
      `${W}&index=3`,
    ]);
    expect(made.told).toEqual(['connected', 'changed', 'changed']);
  });

  test('an index of 0 counts as 1, or each request would be answered at once', async () => {
    await using made = await poll([index(0), hang]);
    await made.asked(2);
    expect(made.paths()[1]).toBe(`${W}&index=1`);
  });

  test('indexes beyond 2⁵³ are told apart', async () => {
    await using made = await poll([
      index('18446744073709551614'),
      index('18446744073709551615'),
      hang,
    ]);
    await made.asked(3);
    expect(made.paths()[2]).toBe(`${W}&index=18446744073709551615`);
    expect(made.told).toEqual(['connected', 'changed']);
  });

  test('a key that is not there is waited for', async () => {
    const missing = answer('x-consul-index: 5', '', '404 Not Found');
    await using made = await poll([missing, index(6), hang]);
    await made.asked(3);
    expect(made.told).toEqual(['connected', 'changed']);
  });
});

test('watch() by tags asks with If-None-Match, and 304 says that nothing changed', async () => {
  const none = 'HTTP/1.1 304 Not Modified\r\n\r\n';
  const plays = [answer('etag: "a"'), none, answer('etag: W/"b"'), hang];
  await using made = await poll(plays, { by: 'etag', waitMs: 1_500 });
  await made.asked(4);
  const wait = '/v1/kv/app?dc=eu&wait=2s';
  expect(made.paths()).toEqual(['/v1/kv/app?dc=eu', wait, wait, wait]);
  const tags = made.server.requests.map((head) => /if-none-match: (.*)/.exec(head)?.[1]?.trim());
  expect(tags).toEqual([undefined, '"a"', '"a"', 'W/"b"']);
  expect(made.told).toEqual(['connected', 'changed']);
});

test.each<[string, 'index' | 'etag', string]>([
  ['no index', 'index', answer('x: y')],
  ['an index that is none', 'index', index('soon')],
  ['a negative index', 'index', index(-1)],
  ['two indexes', 'index', answer('x-consul-index: 1\r\nx-consul-index: 2')],
  ['404 without an index', 'index', answer('x: y', '', '404 Not Found')],
  ['500', 'index', answer('x-consul-index: 1', '', '500 Oops')],
  ['no tag', 'etag', answer('x: y')],
  ['a tag of *', 'etag', answer('etag: *')],
  ['304 at first', 'etag', 'HTTP/1.1 304 Not Modified\r\n\r\n'],
  ['a redirect', 'etag', answer('location: /x', '', '302 Found')],
  ['no HTTP', 'etag', 'SSH-2.0-x\r\n\r\n'],
])('watch() fails at %s, and tells nothing', async (_, by, play) => {
  await using made = await poll([play], { by });
  const message: unknown = expect.stringMatching(/^Cannot watch /);
  expect(await made.ended).toMatchObject({ name: 'LoadError', message });
  expect(made.told).toEqual([]);
});

test.each([
  ['503 Busy', 'backoff'],
  ['401 Unauthorized', 'slow'],
  ['407 Proxy', 'slow'],
] as const)('watch() says what %s means for the next one', async (status, retry) => {
  await using made = await poll([answer('retry-after: 120', '', status)]);
  expect(await made.ended).toMatchObject({ retry, retryAfterMs: 120_000 });
});

test('S3 a server that never keeps a request waiting is asked less and less often', async () => {
  await using made = await poll([index(1)]);
  await made.asked(9, 500);
  // 2, 4, 8, 16, 32 and twice 60 s lie between them
  expect(made.clock.monotonic()).toBeGreaterThan(150_000);
  expect(made.server.requests.length).toBe(9);
  expect(made.told).toEqual(['connected']);
});

test('S3 one that tells of a change each time may be honest, and is asked every ten seconds', async () => {
  let n = 0;
  await using made = await poll([(socket) => void socket.write(index((n += 1)))]);
  await made.asked(12, 500);
  // 2, 4, 8 and seven times 10 s lie between them
  expect(made.clock.monotonic()).toBeGreaterThan(80_000);
  expect(made.clock.monotonic()).toBeLessThan(110_000);
});

test('watch() gives up an answer that is later than the wait and what servers add to it', async () => {
  await using made = await poll([index(1), hang]);
  await made.asked(2);
  await made.clock.advance(73_000);
  expect(made.told).toEqual(['connected']);
  await made.clock.advance(1_000);
  expect(await made.ended).toMatchObject({
    failure: 'timeout',
    message: expect.stringContaining('(waitMs, a sixteenth of it and 10 s)') as string,
  });
});

test('watch() ends at once, with its connection, when it is ended', async () => {
  const made = await poll([index(1), hang]);
  await made.asked(2);
  made.controller.abort(new Error('stop'));
  expect(await made.ended).toMatchObject({ message: 'stop' });
  await made.server.until(() => made.server.open === 0);
  expect(made.clock.pending).toBe(0);
  await made.server[Symbol.asyncDispose]();
});

test('seenIn() tells the same tag from another, and nothing else', () => {
  const terms = { by: 'etag', name: 'x', now: 0 } as const;
  const given = (etag: string) => ({ status: 200, fields: { etag }, body: undefined });
  expect(seenIn(given('"a"'), '"a"', terms)).toEqual({ position: '"a"', changed: false });
  expect(seenIn(given('"b"'), '"a"', terms)).toEqual({ position: '"b"', changed: true });
});

test.each<[string, object, string]>([
  ['by', { by: 'revision' }, '"index" or "etag"'],
  ['waitMs', { waitMs: 999 }, 'a number from 1000 to 600000'],
])('longPolling() names %s when it is wrong', (option, options, rule) => {
  expect(() => longPolling(mockLoader(), { url: 'https://a.test/', ...options })).toThrow(
    `Cannot use "${option}" of longPolling() as it must be ${rule}`,
  );
});
