import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { trial } from './always.fixture.ts';
import { crossed } from './cases.fixture.ts';
import { LOADERS, askedWith, byName, fieldIn, inForce, overHttp } from './http.fixture.ts';
import { needs } from './needs.fixture.ts';
import { document, notModified, origin } from './origin.fixture.ts';
import type { Play } from './origin.fixture.ts';
import { type Proxy, haproxy, nginx } from './proxies.fixture.ts';

const fill = 'x'.repeat(2_000);

/** An origin that compares tags as RFC 9110 §13.1.2 says, or as strings. */
const serves =
  (n: number, weakly: boolean): Play =>
  (socket, head) => {
    const asked = askedWith(head) ?? '';
    const known = (weakly ? asked.replace('W/', '') : asked) === `"${n}"`;
    socket.write(known ? notModified(`ETag: "${n}"`) : document({ n, fill }, `ETag: "${n}"`));
  };

const compressing: [string, (port: number) => Promise<Proxy>][] = [
  [
    'nginx',
    (port) =>
      nginx({
        http: 'gzip on; gzip_types application/json; gzip_proxied any;',
        location: `proxy_pass http://127.0.0.1:${port}; proxy_http_version 1.1;`,
      }),
  ],
  [
    'haproxy',
    (port) => haproxy(port, '  compression algo gzip\n  compression type application/json'),
  ],
];

test.runIf(needs('nginx', 'haproxy')).each(crossed(compressing, LOADERS))(
  'H3 a tag that %s turns weak is sent back as it came, and is never a change (%s)',
  async (_, __, make, proxied) => {
    await using server = await origin(serves(1, true));
    await using proxy = await proxied(server.port);
    await using app = overHttp<{ n: number }>(make, proxy.url);
    await app.holds({ n: 1, fill });
    const { current } = app.app;
    for (let n = 0; n < 3; n++) {
      expect((await app.poll()).outcome).toEqual({ kind: 'unchanged' }); // the 304 says "1" again
      expect(askedWith(server.lastRequest)).toBe('W/"1"');
    }
    server.play(serves(1, false)); // for this one W/"1" is another tag: it sends all of it again
    for (let n = 0; n < 3; n++) expect((await app.poll()).outcome).toEqual({ kind: 'unchanged' });
    expect(app.app.current).toBe(current);
    expect(app.record.of('config.changed')).toHaveLength(1);
    server.play(serves(2, true));
    await app.heals({ n: 2, fill });
  },
);

/** nginx with one file. */
interface Site extends AsyncDisposable {
  readonly url: string;
  /** Writes the file, as if at this time. */
  readonly write: (text: string, at: Date) => Promise<void>;
}

async function site(at: Date): Promise<Site> {
  const proxy = await nginx({ location: 'root FOLDER/files;' });
  const path = join(proxy.folder, 'files', 'app.json');
  const write = async (text: string, when: Date): Promise<void> => {
    await writeFile(path, text);
    await utimes(path, when, when);
  };
  await write('{"n":1}', at);
  return { url: proxy.url, write, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() };
}

const ago = (seconds: number): Date => new Date(Math.floor(Date.now() / 1_000 - seconds) * 1_000);

test.runIf(needs('nginx')).each(LOADERS)(
  'H4 another content under the tag of the same second is found by the next poll (%s)',
  async (_, make) => {
    for (let n = 0; n < 5; n++) {
      // a second ahead, since this machine may be slow, and a tag is young for two seconds
      const now = ago(-1);
      await using files = await site(now);
      await using app = await inForce(make, files.url);
      await files.write('{"n":2}', now); // same size, same second: same tag
      await app.heals({ n: 2 });
      expect(app.app.status.version).toBe(2);
    }
  },
);

test.runIf(needs('nginx')).each(LOADERS)(
  'H4 another content under an old tag is found by the poll that asks without it, once per revalidateMs (%s)',
  async (_, make) => {
    const old = ago(3_600);
    await using files = await site(old);
    const polling = { intervalMs: 60_000, strategy: 'fixed', revalidateMs: 300_000 } as const;
    await using app = await inForce(make, files.url, { config: { polling } });
    await files.write('{"n":2}', old);
    expect((await app.poll()).outcome).toEqual({ kind: 'unchanged' }); // the tag lies
    const began = app.clock.now();
    while (app.app.current.n === 1) await app.poll();
    expect(app.clock.now() - began).toBeLessThanOrEqual(300_000 + 66_000);
    await app.heals({ n: 2 });
  },
);

test.runIf(needs('nginx')).each(LOADERS)(
  'H5 a file that was only touched is no change (%s)',
  async (_, make) => {
    await using files = await site(ago(100));
    await using app = await inForce(make, files.url);
    const { current } = app.app;
    for (let n = 90; n > 80; n--) {
      await files.write('{"n":1}', ago(n));
      expect((await app.poll()).outcome).toEqual({ kind: 'unchanged' });
    }
    expect(app.app.current).toBe(current);
    expect(app.record.of('config.changed')).toHaveLength(1);
    await files.write('{"n":2}', ago(50));
    await app.heals({ n: 2 });
  },
);

test.runIf(needs('nginx')).each(crossed([[503], [429]], LOADERS))(
  'H15 %i with a page and without Retry-After, as limit_req sends it, is the normal backoff (%s)',
  async (status, _, make) => {
    await using server = await origin();
    const location = `proxy_pass http://127.0.0.1:${server.port};`;
    await using limited = await nginx({
      http: `limit_req_zone all zone=z:1m rate=1r/m; limit_req_status ${status};`,
      location: `limit_req zone=z; ${location}`,
    });
    await using app = await inForce(make, limited.url);
    for (let n = 0; n < 4; n++) {
      const error = await app.fails({ says: [limited.hostPort, `status ${status}`], status });
      expect(error.message).not.toContain('<');
    }
    expect(server.requests).toHaveLength(1);
    await limited[Symbol.asyncDispose]();
    await using raised = await nginx({ port: limited.port, location });
    expect(raised.url).toBe(limited.url);
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
  },
);

/** Asks past the config, until an answer is so. */
async function until(url: string, holds: (headers: Headers) => boolean): Promise<void> {
  while (!holds((await fetch(url)).headers)) await pass(20);
}

test.runIf(needs('nginx')).each(LOADERS)(
  'H22 a stale 200 of nginx, whose origin is dead, harms nothing and shows the age that it tells (%s)',
  async (_, make) => {
    await using server = await origin(document({ n: 1 }, 'ETag: "1"', 'Age: 7200'));
    await using proxy = await nginx({
      http: 'proxy_cache_path FOLDER/cache keys_zone=k:1m;',
      location: `proxy_pass http://127.0.0.1:${server.port}; proxy_cache k; proxy_cache_key same;
        proxy_cache_valid 200 1s; proxy_cache_use_stale error timeout; add_header X-Cache $upstream_cache_status;`,
    });
    await using app = await inForce(make, proxy.url);
    await server.stop();
    await until(proxy.url, (headers) => headers.get('x-cache') === 'STALE');
    for (let n = 0; n < 3; n++) expect((await app.poll()).outcome).toEqual({ kind: 'unchanged' });
    expect(app.app.status).toMatchObject({ state: 'fresh', version: 1, ageMs: 7_200_000 });
    await server.restart();
    server.play(document({ n: 2 }));
    await until(proxy.url, (headers) => !headers.has('age'));
    await app.heals({ n: 2 });
    expect(app.app.status.ageMs).toBe(0);
  },
);

test.runIf(needs('haproxy'))(
  'H22 a cached 200 of haproxy, whose origin is dead, is expired by its age (httpLoader)',
  async () => {
    await using server = await origin(
      document({ n: 1 }, 'ETag: "1"', 'Cache-Control: public, max-age=60'),
    );
    const caching = '  http-request cache-use own\n  http-response cache-store own';
    await using cached = await haproxy(server.port, caching);
    // shared caches keep no answer for who sends a credential
    const loader = byName('httpLoader')({ url: cached.url, headers: {} });
    await using app = trial<{ n: number }>({ loader, config: { maxStaleMs: 1_500 } });
    await app.holds({ n: 1 });
    await server.stop();
    await until(cached.url, (headers) => Number(headers.get('age')) >= 2);
    expect((await app.poll()).outcome).toEqual({ kind: 'unchanged' });
    expect(app.app.status).toMatchObject({ state: 'expired', version: 1, lastFailure: undefined });
    expect(app.app.status.ageMs).toBeGreaterThanOrEqual(2_000);
    expect(app.app.current.n).toBe(1);
    await cached[Symbol.asyncDispose]();
    await server.restart();
    await using emptied = await haproxy(server.port, caching, cached.port);
    expect(emptied.url).toBe(cached.url);
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
  },
);

test.runIf(needs('haproxy'))(
  'H22 no cache answers for a dead origin where requests ask past caches (fetchLoader)',
  async () => {
    await using server = await origin(document({ n: 1 }, 'Cache-Control: public, max-age=60'));
    const caching = '  http-request cache-use own\n  http-response cache-store own';
    await using cached = await haproxy(server.port, caching);
    const loader = byName('fetchLoader')({ url: cached.url, headers: {} });
    await using app = trial<{ n: number }>({ loader });
    await app.holds({ n: 1 });
    expect(fieldIn(server.lastRequest, 'cache-control')).toBe('no-cache');
    await server.stop();
    await app.fails({ says: [cached.hostPort, 'status 503'], status: 503 });
    await server.restart();
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
  },
);
