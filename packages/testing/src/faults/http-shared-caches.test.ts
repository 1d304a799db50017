import { expect, test } from 'vitest';
import { crossed } from './cases.fixture.ts';
import { trial } from './always.fixture.ts';
import { askedWith, fieldIn, LOADERS, type MakeLoader } from './http.fixture.ts';
import { needs } from './needs.fixture.ts';
import { document, notModified, origin, type Play } from './origin.fixture.ts';
import { nginx } from './proxies.fixture.ts';

/** Each client gets the document that its token names; `headers` say what caches may do with it. */
function perClient(revision: () => number, headers: readonly string[]): Play {
  return (socket, head) => {
    const token = fieldIn(head, 'authorization')?.replace('Bearer ', '') ?? 'nobody';
    const tag = `"${token}-${revision()}"`;
    const own = [`ETag: ${tag}`, ...headers];
    if (askedWith(head) === tag) return void socket.write(notModified(...own));
    return void socket.write(document({ for: token, revision: revision() }, ...own));
  };
}

const CACHE = {
  http: 'proxy_cache_path FOLDER/cache keys_zone=k:1m;',
  location: (port: number): string =>
    `proxy_pass http://127.0.0.1:${port}; proxy_cache k; proxy_cache_key same;
     proxy_cache_valid 200 1h; proxy_cache_revalidate on; add_header X-Cache $upstream_cache_status;`,
};

const clientOf = (make: MakeLoader, url: string, token: string) =>
  trial<{ for: string; revision: number }>({
    loader: make({ url, headers: { authorization: `Bearer ${token}` } }),
  });

const HONEST: [string, string[]][] = [
  ['private', ['Cache-Control: private']],
  ['no-store', ['Cache-Control: no-store']],
  ['Vary', ['Cache-Control: public, max-age=3600', 'Vary: Authorization']],
];

test.runIf(needs('nginx')).each(crossed(HONEST, LOADERS))(
  'H24 answers for each client, said to be so (%s), reach their clients alone through a shared cache (%s)',
  async (_, __, make, headers) => {
    let revision = 1;
    await using server = await origin(perClient(() => revision, headers));
    await using proxy = await nginx({ http: CACHE.http, location: CACHE.location(server.port) });
    await using one = clientOf(make, proxy.url, 'one');
    await using two = clientOf(make, proxy.url, 'two');
    for (const [app, name] of [
      [one, 'one'],
      [two, 'two'],
      [one, 'one'],
      [two, 'two'],
    ] as const) {
      await app.poll();
      expect(app.app.current).toEqual({ for: name, revision: 1 });
      // at every poll, with a condition too: a cache cannot tell clients apart by anything else
      const sent = server.requests.map((head) => fieldIn(head, 'authorization'));
      expect(sent).toContain(`Bearer ${name}`);
      expect(sent).not.toContain(undefined);
    }
    if (_ === 'Vary') return; // it is fresh there for an hour
    revision = 2;
    await one.heals({ for: 'one', revision: 2 });
    await two.heals({ for: 'two', revision: 2 });
  },
);

test.runIf(needs('nginx')).each(LOADERS)(
  "H24 answers for each client that are said to be for all are mixed up by a shared cache: a schema refuses another client's (%s)",
  async (_, make) => {
    await using server = await origin(perClient(() => 1, ['Cache-Control: public, max-age=3600']));
    // that of a server on the way: it answers whoever asks, whatever the request says of caches
    await using proxy = await nginx({ http: CACHE.http, location: CACHE.location(server.port) });
    await using one = clientOf(make, proxy.url, 'one');
    await one.holds({ for: 'one', revision: 1 });
    const loader = make({ url: proxy.url, headers: { authorization: 'Bearer two' } });
    const own = { '~standard': { version: 1, vendor: 'test', validate } } as const;
    await using two = trial({ loader, config: { schema: own, defaults: { for: 'two' } } });
    await two.refuses({ says: 'for', code: 'SCHEMA_FAILED' });
    expect(two.app.current).toEqual({ for: 'two' });
    server.play(perClient(() => 1, ['Cache-Control: private']));
    await proxy[Symbol.asyncDispose]();
    await using emptied = await nginx({
      port: proxy.port,
      http: CACHE.http,
      location: CACHE.location(server.port),
    });
    expect(emptied.url).toBe(proxy.url);
    await two.heals({ for: 'two', revision: 1 });
  },
);

/** Takes what is for client two alone. */
function validate(value: unknown) {
  if ((value as { for?: unknown }).for === 'two') return { value };
  return { issues: [{ message: 'is of another client', path: ['for'] }] };
}
