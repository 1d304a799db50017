import { setTimeout as pause } from 'node:timers/promises';
import { httpLoader } from '@holdfast/loaders/http';
import { createTestManager } from '@holdfast/testing';
import { configServer } from '@holdfast/testing/config-server';
import type { ConfigServer, ConfigServerFault, PlainFault } from '@holdfast/testing/config-server';
import { afterEach, beforeEach, expect, test } from 'vitest';

const DEADLINE_MS = 2_000;
let server: ConfigServer;

beforeEach(async () => {
  server = await configServer({ documents: { '/app.json': { n: 1, fill: 'x'.repeat(1_000) } } });
});
afterEach(() => server.close());

/** A config of the real server on a manual clock, that holds its first document. */
async function started() {
  const { manager, clock } = createTestManager();
  const loader = httpLoader({ url: server.url('/app.json'), proxyFromEnvironment: false });
  const polling = { intervalMs: 60_000, deadlineMs: DEADLINE_MS };
  const app = manager.register<{ n: number }>('app', { loader, polling });
  const refresh = () => clock.track(app.refresh());
  expect((await refresh()).kind).toBe('accepted');
  return { manager, clock, app, refresh };
}

const answers: [string, ConfigServerFault | PlainFault, RegExp][] = [
  ['a dead process', 'refuse', /no connection to|connection lost/],
  ['a reset', 'reset', /connection lost/],
  ['a body cut short', 'cut', /broken answer/],
  ['a page of HTML', 'wrong-type', /text\/html/],
  ['a bomb', { kind: 'bomb', bytes: 40 * 2 ** 20 }, /maxBytes|more than|bytes/],
  ['a redirect', { kind: 'redirect', to: '/elsewhere.json' }, /redirect/],
  ['401', { kind: 'status', status: 401 }, /status 401/],
  ['403', { kind: 'status', status: 403 }, /status 403/],
  ['404', { kind: 'status', status: 404 }, /no such document/],
  ['410', { kind: 'status', status: 410 }, /no such document/],
  ['429', { kind: 'status', status: 429, retryAfter: 7 }, /status 429/],
  ['500', { kind: 'status', status: 500 }, /status 500/],
  ['503 for ever', { kind: 'status', status: 503, retryAfter: 99_999_999_999 }, /status 503/],
  ['an empty 200', { kind: 'status', status: 200, body: '' }, /empty/],
  ['204', { kind: 'status', status: 204, body: '' }, /status 204/],
  ['206', { kind: 'status', status: 206, body: '{}' }, /status 206/],
];

test.each(answers)(
  'promise 4: over HTTP, after %s the old value serves, the next poll is scheduled, and it heals',
  async (_, fault, message) => {
    const { manager, clock, app, refresh } = await started();
    const { current } = app;
    await server.fault(fault);
    for (let n = 1; n <= 3; n++) {
      const outcome = await refresh();
      expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'LOAD_FAILED' } });
      expect((outcome as { error: Error }).error.message).toMatch(message);
      expect((outcome as { error: Error }).error.message).toContain(`127.0.0.1:${server.port}`);
      const { next, state } = app.status;
      expect(state).toBe('stale');
      expect(next!.at - clock.now()).toBeGreaterThanOrEqual(0);
      expect(next!.at - clock.now()).toBeLessThanOrEqual(300_000);
      expect(app.current).toBe(current);
    }
    await server.heal();
    expect(await refresh()).toEqual({ kind: 'unchanged' }); // asked with the tag of what it holds
    expect(server.requests.at(-1)).toMatchObject({ status: 304 });
    server.set('/app.json', { n: 2 });
    expect(await refresh()).toMatchObject({ kind: 'accepted' });
    expect([app.current.n, app.status.state]).toEqual([2, 'fresh']);
    await manager.close();
    await expect.poll(() => server.connections).toBe(0); // no socket is left behind
  },
);

test.each([
  ['says nothing', { kind: 'hang', after: 'request' }],
  ['stops after its headers', { kind: 'hang', after: 'headers' }],
  ['stops in the middle of the body', { kind: 'hang', after: 'half' }],
  ['drips', { kind: 'drip', everyMs: 50 }],
] as const)('promise 4: over HTTP, a server that %s is left at the deadline', async (_, fault) => {
  const { manager, clock, app, refresh } = await started();
  server.set('/app.json', { n: 2, fill: 'y'.repeat(1_000) });
  await server.fault(fault, { times: 1 });
  const refreshed = app.refresh();
  await expect.poll(() => server.requests.at(-1)!.fault).toBe(fault.kind);
  await clock.advance(DEADLINE_MS + 10);
  expect(await refreshed).toMatchObject({ kind: 'failed', error: { failure: 'timeout' } });
  expect(app.current.n).toBe(1);
  expect(await refresh()).toMatchObject({ kind: 'accepted' }); // on another connection
  expect(app.current.n).toBe(2);
  await manager.close();
  await expect.poll(() => server.connections).toBe(0);
});

test('promise 4: over HTTP, a 304 that nobody asked for is followed by the whole document', async () => {
  const { manager, app, refresh } = await started();
  server.set('/app.json', { n: 2 }, { etag: false });
  expect((await refresh()).kind).toBe('accepted'); // no tag from here on
  server.set('/app.json', { n: 3 }, { etag: false });
  await server.fault('not-modified', { times: 1 });
  expect((await refresh()).kind).toBe('accepted');
  expect(app.current.n).toBe(3);
  expect(server.requests.slice(-2).map(({ status }) => status)).toEqual([304, 200]);
  await manager.close();
});

test('promise 4: over HTTP, a connection that died while idle costs no failure', async () => {
  await using short = await configServer({
    documents: { '/app.json': { n: 1 } },
    keepAliveTimeoutMs: 1,
  });
  const { manager, clock } = createTestManager();
  const loader = httpLoader({ url: short.url('/app.json'), proxyFromEnvironment: false });
  const app = manager.register('app', { loader });
  for (let n = 0; n < 20; n++) {
    await pause(n % 5); // about as long as the server keeps the connection
    expect(['accepted', 'unchanged']).toContain((await clock.track(app.refresh())).kind);
  }
  expect(app.status).toMatchObject({ state: 'fresh', level: 0 });
  await manager.close();
});

test('promise 5: over HTTP, refresh() after a publish sees it, however often both happen', async () => {
  const { manager, clock, app } = await started();
  for (let n = 2; n < 30; n++) {
    const early = app.refresh();
    server.set('/app.json', { n });
    await clock.track(app.refresh());
    expect([app.current.n, app.source().document()]).toEqual(
      n <= 10 ? [n, { n }] : [10, { n: 10 }], // the limit of updates holds back the rest
    );
    await early;
  }
  await manager.close();
});

test('promise 6: over HTTP, max-age less Age lengthens the wait, taken off once', async () => {
  const { manager, clock, app, refresh } = await started();
  const headers = { 'cache-control': 'max-age=250', age: '50' };
  server.set('/app.json', { n: 2 }, { headers });
  await refresh();
  const { next } = app.status;
  expect(next!.because).toBe('max-age');
  expect(next!.at - clock.now()).toBeGreaterThanOrEqual(200_000);
  expect(next!.at - clock.now()).toBeLessThanOrEqual(220_000);
  await manager.close();
});
