import { createConfigManager } from '@holdfast/core';
import { Pool } from 'undici';
import { expect, test } from 'vitest';
import { crossed } from './cases.fixture.ts';
import { childServer, turn } from './child-server.fixture.ts';
import { LOADERS, inForce, overHttp, viaHttp } from './http.fixture.ts';
import { needs } from './needs.fixture.ts';
import { answer, document, hang, origin } from './origin.fixture.ts';
import type { Play } from './origin.fixture.ts';

const WHOLE = Buffer.from(document({ n: 2, fill: 'x'.repeat(1_000) }, 'ETag: "2"'));
const BODY_AT = WHOLE.indexOf('\r\n\r\n') + 4;

const silences: [string, Play][] = [
  ['no byte', hang],
  ['half of the head', (socket) => void socket.write(WHOLE.subarray(0, 40))],
  ['the head', (socket) => void socket.write(WHOLE.subarray(0, BODY_AT))],
  ['half of the body', (socket) => void socket.write(WHOLE.subarray(0, BODY_AT + 500))],
  ['all but the last byte', (socket) => void socket.write(WHOLE.subarray(0, -1))],
];

test.each(crossed(silences, LOADERS))(
  'N7 %s and then silence ends at the deadline of the whole, with its connection (%s)',
  async (_, __, make, play) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    for (let n = 0; n < 2; n++) {
      server.play(play);
      const asked = server.requests.length;
      const stuck = (): Promise<void> => server.until(() => server.requests.length > asked);
      await app.fails({ says: '2000 ms (polling.deadlineMs)', failure: 'timeout' }, () =>
        app.pollInVain(stuck),
      );
      await server.until(() => server.open === 0);
    }
    server.play(WHOLE);
    await app.heals({ n: 2, fill: 'x'.repeat(1_000) });
    expect(server.requests).toHaveLength(1 + 2 + 2);
    expect(server.connections).toBeGreaterThanOrEqual(3); // none is used after a failure
  },
);

/** Sends a whole answer byte by byte, and tells how many went. */
function drip(whole: Uint8Array, everyMs: number, from = 0): { play: Play; sent: () => number } {
  let sent = from;
  const play: Play = (socket) => {
    socket.write(whole.subarray(0, from));
    const timer = setInterval(() => {
      socket.write(whole.subarray(sent, sent + 1));
      sent += 1;
    }, everyMs);
    socket.once('close', () => clearInterval(timer));
  };
  return { play, sent: () => sent };
}

test.each(
  crossed(
    [
      ['head', 0],
      ['body', BODY_AT],
    ],
    LOADERS,
  ),
)(
  'N8 a %s that drips ends at the deadline of the whole, though each byte is in time (%s)',
  async (_, __, make, from) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    const { play, sent } = drip(WHOLE, 1, from);
    server.play(play);
    const stuck = async (): Promise<void> => {
      while (sent() < from + 20) await turn();
    };
    await app.fails({ says: '2000 ms (polling.deadlineMs)', failure: 'timeout' }, () =>
      app.pollInVain(stuck),
    );
    await server.until(() => server.open === 0);
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
    expect(server.requests).toHaveLength(1 + 1 + 2);
  },
);

test.each(LOADERS)(
  'N8 a drip ends at the deadline by the system clock, too (%s)',
  async (_, make) => {
    await using server = await origin();
    server.play(drip(WHOLE, 20).play);
    const manager = createConfigManager();
    const loader = make({ url: server.url, headers: {} });
    const began = performance.now();
    const app = manager.register('app', { loader, polling: { deadlineMs: 250 } });
    const outcome = await app.refresh();
    const tookMs = performance.now() - began;
    await manager.close();
    expect(outcome).toMatchObject({ kind: 'failed', error: { failure: 'timeout' } });
    expect(tookMs).toBeGreaterThan(240);
    expect(tookMs).toBeLessThan(2_000);
  },
);

test.runIf(needs('/proc')).each(LOADERS)(
  'N9 a server that was stopped (SIGSTOP) is left at the deadline, and asked anew on another connection (%s)',
  async (_, make) => {
    await using server = await childServer();
    await using app = overHttp(make, server.url);
    await app.holds({ n: 1, fill: '' });
    await server.stop();
    for (let n = 0; n < 3; n++) {
      await app.fails({ says: 'deadlineMs', failure: 'timeout' }, () => app.pollInVain(turn));
    }
    expect(app.app.status).toMatchObject({ state: 'stale', version: 1 });
    await server.resume();
    await app.heals({ n: 1, fill: '' });
  },
);

const CHUNKED = 'Transfer-Encoding: chunked';
const huge = 'e'.repeat(300_000);

/** Bodies of an error, and whether reading them is cheaper than another connection. */
const errorBodies: [string, Play, boolean][] = [
  ['short', answer(500, [], 'no'), true],
  ['60 KB', answer(503, [], huge.slice(0, 60_000)), true],
  ['300 KB', answer(503, [], huge), false],
  [
    '300 KB in chunks',
    `HTTP/1.1 404 X\r\n${CHUNKED}\r\n\r\n${huge.length.toString(16)}\r\n${huge}\r\n0\r\n\r\n`,
    false,
  ],
  [
    'endless',
    (socket) => {
      const more = (): void => {
        while (socket.writable && socket.write(`4000\r\n${'e'.repeat(0x4000)}\r\n`));
      };
      socket.write(`HTTP/1.1 502 X\r\n${CHUNKED}\r\n\r\n`);
      socket.on('drain', more);
      more();
    },
    false,
  ],
];
const ONE = ['httpLoader, one connection', undefined] as const;

test.each(crossed(errorBodies, [...LOADERS, ONE]))(
  'N15 the body of an error (%s) is read or its connection given up: the next poll is not stuck (%s)',
  async (_, __, make, play, kept) => {
    await using server = await origin();
    const pool = new Pool(new URL(server.url).origin, { connections: 1, pipelining: 1 });
    {
      await using app = await inForce(make ?? viaHttp({ dispatcher: pool }), server.url);
      server.play(play);
      for (let n = 0; n < 5; n++) {
        const { outcome } = await app.poll();
        expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'LOAD_FAILED' } });
      }
      expect(server.requests).toHaveLength(6);
      expect(kept ? server.connections : 1).toBe(1);
      server.play(document({ n: 2 }));
      await app.heals({ n: 2 });
      expect(server.open).toBe(1);
    }
    await pool.close();
  },
);
