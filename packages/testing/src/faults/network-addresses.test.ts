import type { LookupFunction } from 'node:net';
import { expect, test } from 'vitest';
import { childServer, turn } from './child-server.fixture.ts';
import { type MakeLoader, inForce, overHttp, viaHttp } from './http.fixture.ts';
import { needs } from './needs.fixture.ts';
import { document, hang, notModified, type Origin, origin } from './origin.fixture.ts';

/** A DNS of one name, whose addresses change; it counts how often it was asked. */
function dns(...first: readonly string[]) {
  const names = {
    addresses: first,
    asked: 0,
    lookup: ((_, options, callback) => {
      names.asked += 1;
      const all = names.addresses.map((address) => ({
        address,
        family: address.includes(':') ? 6 : 4,
      }));
      if (options.all) callback(null, all);
      else callback(null, all[0]!.address, all[0]!.family);
    }) satisfies LookupFunction,
  };
  return names;
}

const named = (port: number): string => `http://config.test:${port}/app.json`;

/** Two machines behind one name, on one port: the old one is known, and DNS names the new one from now on. */
async function moved(options: { readonly maxConnectionAgeMs?: number } = {}) {
  const old = await origin();
  const next = await origin(document({ n: 2 }), { at: { host: '127.0.0.2', port: old.port } });
  const names = dns('127.0.0.1');
  const make: MakeLoader = viaHttp({ lookup: names.lookup, ...options });
  const app = await inForce(make, named(old.port));
  names.addresses = ['127.0.0.2'];
  return {
    old,
    next,
    names,
    app,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await Promise.all([old.stop(), next.stop()]);
    },
  };
}

// all of 127.0.0.0/8 is loopback on Linux alone
test.runIf(needs('/proc'))(
  'N4 an address that changed is looked up again as soon as the old one ends its connection',
  async () => {
    await using scene = await moved();
    const { old, next, app, names } = scene;
    await old.stop();
    await app.heals({ n: 2 });
    expect([next.requests.length, names.asked]).toEqual([2, 2]);
  },
);

test.runIf(needs('/proc'))(
  'N4 an address that changed is looked up again after the deadline of the old one, which is silent',
  async () => {
    await using scene = await moved();
    const { old, app } = scene;
    old.play(hang);
    const silent = (): Promise<void> => old.until(() => old.requests.length === 2);
    await app.fails({ says: 'deadlineMs', failure: 'timeout' }, () => app.pollInVain(silent));
    await app.heals({ n: 2 });
    expect(old.open).toBe(0);
  },
);

test.runIf(needs('/proc'))(
  'N4 an address that changed while the old one goes on to answer is followed at the age of the connection',
  async () => {
    await using scene = await moved({ maxConnectionAgeMs: 150_000 });
    const { old, next, app } = scene;
    old.play(notModified('ETag: "1"'));
    const began = app.clock.monotonic();
    while (app.app.current.n === 1) expect((await app.poll()).outcome.kind).toMatch(/unch|acc/);
    expect(app.clock.monotonic() - began).toBeGreaterThan(100_000);
    expect(app.clock.monotonic() - began).toBeLessThan(150_000 + 2 * 66_000);
    expect([old.open, old.connections, next.connections]).toEqual([0, 1, 1]);
    await app.heals({ n: 2 });
  },
);

test.runIf(needs('/proc'))(
  'N4 without an age the old connection is kept for as long as it answers',
  async () => {
    await using scene = await moved();
    const { old, next, app } = scene;
    old.play(notModified('ETag: "1"'));
    for (let n = 0; n < 5; n++) expect((await app.poll()).outcome.kind).toBe('unchanged');
    expect([old.connections, next.connections]).toEqual([1, 0]);
  },
);

const V6 = '::1';
const V4 = '127.0.0.1';
const at = (host: string, port = 0): Promise<Origin> =>
  origin(document({ n: 1 }, 'ETag: "1"'), { at: { host, port } });

test.runIf(needs('/proc/net/if_inet6')).each([
  ['IPv6', V6, [V6, V4]],
  ['IPv6, named last', V6, [V4, V6]],
  ['IPv4', V4, [V6, V4]],
  ['IPv4, named first', V4, [V4, V6]],
  ['IPv6, the only address', V6, [V6]],
])(
  'N14 a server on %s alone is found among the addresses of its name',
  async (_, host, addresses) => {
    await using server = await at(host);
    const { lookup } = dns(...addresses);
    await using app = await inForce(viaHttp({ lookup }), named(server.port));
    await server.stop();
    await app.fails({ says: `config.test:${server.port}`, failure: 'connect' });
    await app.fails({ says: [`config.test:${server.port}`, 'ECONNREFUSED'], failure: 'connect' });
    await server.restart();
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
    expect(server.requests).toHaveLength(3);
  },
);

test.runIf(needs('/proc/net/if_inet6'))(
  'N14 an address that never answers holds up the next one for a moment only',
  async () => {
    await using stuck = await childServer();
    await using server = await at(V6, stuck.port);
    await stuck.stop();
    await stuck.fillQueue();
    const { lookup } = dns(V4, V6);
    const began = performance.now();
    await using app = await inForce(viaHttp({ lookup }), named(server.port));
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(app.app.status.state).toBe('fresh');
    await turn();
  },
);

test.runIf(needs('/proc/net/if_inet6'))('N14 an address in the URL may be IPv6', async () => {
  await using server = await at(V6);
  await using app = overHttp(viaHttp(), `http://[::1]:${server.port}/app.json`);
  await app.holds({ n: 1 });
  await server.stop();
  await app.fails({ says: `[::1]:${server.port}`, failure: 'connect' });
  await server.restart();
  await app.heals({ n: 1 });
  expect(server.requests).toHaveLength(3);
});
