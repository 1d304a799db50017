import type { LookupFunction, Socket } from 'node:net';
import { Pool } from 'undici';
import { expect, test } from 'vitest';
import { crossed } from './cases.fixture.ts';
import { childServer, turn } from './child-server.fixture.ts';
import { LOADERS, inForce, overHttp, viaHttp } from './http.fixture.ts';
import { needs } from './needs.fixture.ts';
import { cut, document, origin, reset } from './origin.fixture.ts';
import type { Play } from './origin.fixture.ts';

test.each(LOADERS)(
  'N1 connection refused names host and port, backs off and heals (%s)',
  async (_, make) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    await server.stop();
    await app.fails({ says: server.hostPort, failure: 'connect' }); // the connection it had was lost
    for (let n = 0; n < 6; n++) {
      const says = [`no connection to ${server.hostPort}`, 'ECONNREFUSED'];
      await app.fails({ says, failure: 'connect' });
    }
    expect(app.app.status.state).toBe('fallback');
    await server.restart();
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
  },
);

test.each(LOADERS)(
  'N1 connection refused at the very first poll leaves no value, and heals (%s)',
  async (_, make) => {
    await using server = await origin();
    await server.stop();
    await using app = overHttp(make, server.url);
    for (let n = 0; n < 2; n++) await app.fails({ says: [server.hostPort, 'ECONNREFUSED'] });
    expect(() => app.app.current).toThrow(expect.objectContaining({ code: 'NO_VALUE' }));
    await server.restart();
    await app.heals({ n: 1 });
  },
);

test.runIf(needs('/proc'))(
  'N2 a first packet that nobody answers ends at the connect time-out',
  async () => {
    await using server = await childServer();
    const make = viaHttp({ connectTimeoutMs: 100 });
    await using app = overHttp<{ n: number }>(make, server.url);
    await app.holds({ n: 1, fill: '' });
    const { current } = app.app;
    await server.stop();
    await server.fillQueue();
    // the connection that stands hangs
    await app.fails({ says: 'deadlineMs', failure: 'timeout' }, () => app.pollInVain(turn));
    const began = performance.now();
    for (let n = 0; n < 2; n++) {
      await app.fails({
        says: [`127.0.0.1:${server.port}`, 'no connection in time'],
        failure: 'timeout',
      });
    }
    expect(performance.now() - began).toBeLessThan(5_000);
    await server.resume();
    await app.heals({ n: 1, fill: '' });
    expect(app.app.current).toBe(current);
  },
);

test.each(['ENOTFOUND', 'EAI_AGAIN', 'an empty answer'])(
  'N3 a name that DNS does not tell (%s) backs off, and recovers when DNS does',
  async (code) => {
    await using server = await origin();
    let broken = false;
    const lookup: LookupFunction = (host, _, callback) => {
      const error = Object.assign(new Error(`getaddrinfo ${code} ${host}`), { code });
      if (!broken) callback(null, [{ address: '127.0.0.1', family: 4 }]);
      else if (code.startsWith('E')) callback(error, []);
      else callback(null, []);
    };
    const url = `http://config.test:${server.port}/app.json`;
    const dispatcher = new Pool(new URL(url).origin, { connect: { lookup } });
    {
      await using app = await inForce(viaHttp({ dispatcher }), url);
      broken = true;
      server.each((socket) => socket.destroy());
      const says = [`config.test:${server.port}`, code.startsWith('E') ? code : ''];
      for (let n = 0; n < 3; n++) await app.fails({ says });
      expect(server.requests).toHaveLength(1);
      broken = false;
      server.play(document({ n: 2 }));
      await app.heals({ n: 2 });
    }
    await dispatcher.close();
  },
);

const deaths: [string, Play][] = [
  ['RST', reset],
  ['FIN', cut()],
];

test.each(crossed(deaths, LOADERS))(
  'N5 a %s before any byte of an answer costs one more request at once, and no failure (%s)',
  async (_, __, make, death) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    app.record.clear();
    const told = app.lines.length;
    server.play(death, document({ n: 2 }));
    await app.poll();
    expect([app.app.current.n, server.requests.length, server.connections]).toEqual([2, 3, 2]);
    expect(app.record.types).toEqual([
      'poll.started',
      'reload.started',
      'reload.validated',
      'config.changed',
      'reload.completed',
      'poll.finished',
    ]);
    expect(app.lines.slice(told).filter(({ level }) => level === 'warn')).toEqual([]);
  },
);

test.each(crossed(deaths, LOADERS))(
  'N5 a %s before any byte of each answer is tried twice at first, then backs off (%s)',
  async (_, __, make, death) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    server.play(death);
    await app.fails({ says: [server.hostPort, 'connection lost'], failure: 'connect' });
    expect(server.requests).toHaveLength(1 + 2);
    for (let n = 0; n < 3; n++) await app.fails({ says: [server.hostPort, 'connection lost'] });
    expect(server.requests).toHaveLength(1 + 2 + 3); // no second try after a failure
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
  },
);

test.each(crossed([['FIN'], ['RST']], LOADERS))(
  "N6 an idle connection that is closed (%s) as we poll is nobody's failure (%s)",
  async (kind, _, make) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    app.record.clear();
    const told = app.lines.length;
    const close = (socket: Socket): unknown =>
      kind === 'FIN' ? socket.destroy() : socket.resetAndDestroy();
    // in the same turn of the loop, so that the request is written before the news of the end is read
    app.manager.on('poll.started', () => server.each(close));
    for (let n = 0; n < 40; n++) {
      expect((await app.poll()).outcome).toEqual({ kind: 'unchanged' });
    }
    expect(server.connections).toBeGreaterThan(40);
    expect(new Set(app.record.types)).toEqual(new Set(['poll.started', 'poll.finished']));
    expect(app.lines.slice(told).every(({ level }) => level === 'debug')).toBe(true);
    expect(app.app.status).toMatchObject({ state: 'fresh', level: 0 });
    expect(server.requests.length).toBeLessThanOrEqual(1 + 2 * 40);
  },
);
