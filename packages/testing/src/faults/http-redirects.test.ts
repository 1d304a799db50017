import { fetchLoader } from '@holdfast/loaders/fetch';
import { Pool } from 'undici';
import { expect, test } from 'vitest';
import { crossed } from './cases.fixture.ts';
import { authority } from './certificates.fixture.ts';
import { LOADERS, SECRET, askedWith, inForce, overHttp, viaHttp } from './http.fixture.ts';
import type { MakeLoader } from './http.fixture.ts';
import { needs } from './needs.fixture.ts';
import { answer, document, notModified, origin, secureOrigin } from './origin.fixture.ts';

const REDIRECTS = [301, 302, 303, 307, 308] as const;
const FOLLOWING: readonly (readonly [string, MakeLoader])[] = [
  ['httpLoader, same-origin', viaHttp({ redirects: 'same-origin' })],
  ['fetchLoader, same-origin', (common) => fetchLoader({ ...common, redirects: 'same-origin' })],
];

const to = (location: string, status = 302): Uint8Array =>
  answer(status, [`Location: ${location}`, `Set-Cookie: a=${SECRET}`], '{"n":666}');

test.each(
  crossed(
    REDIRECTS.map((status) => [status] as const),
    LOADERS,
  ),
)('H12 a %i within the origin is refused by default (%s)', async (status, _, make) => {
  await using server = await origin();
  await using app = await inForce(make, server.url);
  server.play(to(`/other.json?token=${SECRET}`, status));
  const error = await app.fails({ says: [server.hostPort, 'redirect'], failure: 'status' });
  expect(error.message).not.toContain('other.json');
  expect(server.requests).toHaveLength(2);
  server.play(document({ n: 2 }));
  await app.heals({ n: 2 });
});

test.each([...LOADERS, ...FOLLOWING])(
  'H12 a redirect to another origin is refused, whatever is allowed (%s)',
  async (_, make) => {
    await using other = await origin(document({ n: 666 }));
    await using server = await origin();
    await using app = await inForce(make, server.url);
    for (const status of REDIRECTS) {
      server.play(to(other.url, status));
      await app.fails({ says: [server.hostPort, 'redirect'], failure: 'status' });
    }
    expect(other.connections).toBe(0);
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
  },
);

test.each([...LOADERS, ...FOLLOWING])(
  'H12 a redirect without a Location, or with nonsense in it, is refused (%s)',
  async (_, make) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    const nonsense = ['http://', 'http://[', 'file:///etc/passwd', 'data:,{"n":2}', 'javascript:1'];
    for (const location of nonsense) {
      server.play(to(location));
      await app.fails({ says: [server.hostPort, 'redirect'], failure: 'status' });
    }
    server.play(answer(302));
    await app.fails({ says: [server.hostPort, 'redirect'], failure: 'status' });
    expect(server.requests).toHaveLength(nonsense.length + 2);
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
  },
);

test.each(FOLLOWING)('H12 a redirect loop ends after five (%s)', async (_, make) => {
  await using server = await origin();
  await using app = await inForce(make, server.url);
  server.play(to('/app.json'));
  await app.fails({ says: [server.hostPort, 'a redirect after 5 others'], status: 302 });
  expect(server.requests).toHaveLength(1 + 6);
  server.play(to('/a.json'), to('b.json'), document({ n: 2 }, 'ETag: "2"'));
  await app.heals({ n: 2 });
});

test.each(FOLLOWING)(
  'H7 the tag of where a redirect led is sent only there, not to where it leads next (%s)',
  async (_, make) => {
    await using server = await origin();
    let leadsTo = '/b';
    server.play((socket, head) => {
      const path = head.split(' ')[1]!.split('?')[0]!;
      if (path === '/app.json') socket.write(to(leadsTo));
      // the same tag for another document
      else if (askedWith(head) === '"same"') socket.write(notModified());
      else socket.write(document({ n: path === '/b' ? 1 : 2 }, 'ETag: "same"'));
    });
    await using app = await inForce(make, server.url);
    expect((await app.poll()).outcome).toEqual({ kind: 'unchanged' });
    expect(askedWith(server.lastRequest)).toBe('"same"');
    leadsTo = '/c';
    await app.heals({ n: 2 });
  },
);

test.runIf(needs('openssl'))('H12 a redirect from https to http is never followed', async () => {
  await using ca = await authority();
  await using plain = await origin(document({ n: 666 }));
  await using server = await secureOrigin(await ca.issue());
  const dispatcher = new Pool(new URL(server.url).origin, { connect: { ca: ca.cert } });
  {
    await using app = await inForce(viaHttp({ dispatcher, redirects: 'same-origin' }), server.url);
    // the same host and port but for the scheme, and a port that speaks http
    for (const location of [server.url.replace('https:', 'http:'), plain.url]) {
      server.play(to(location));
      await app.fails({ says: ['a redirect to another origin', 'http://'], failure: 'status' });
    }
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
  }
  expect(plain.connections).toBe(0);
  await dispatcher.close();
});

test.each([...LOADERS, ...FOLLOWING])(
  'H13 a redirect to another origin carries no credential there (%s)',
  async (_, make) => {
    await using other = await origin(document({ n: 666 }));
    await using server = await origin(
      to(`http://user:${SECRET}@127.0.0.1:${other.port}/${SECRET}?t=${SECRET}`),
    );
    await using app = overHttp(make, server.url);
    await app.fails({ says: [server.hostPort, 'redirect'], failure: 'status' });
    // they were sent to where they belong
    expect(server.lastRequest).toMatch(/^authorization: Basic /im);
    expect(server.lastRequest).toMatch(new RegExp(`^x-api-key: ${SECRET}`, 'im'));
    expect(server.lastRequest).toContain(`?token=${SECRET}`);
    // another name of the same machine, and another port, are other origins
    for (const url of [
      other.url,
      other.url.replace('127.0.0.1', 'localhost'),
      `//localhost:${server.port}/app.json`,
    ]) {
      server.play(to(url));
      await app.fails({ says: [server.hostPort, 'redirect'] });
    }
    expect([other.connections, other.requests]).toEqual([0, []]);
    server.play(document({ n: 1 }));
    await app.heals({ n: 1 });
    expect(server.requests.some((head) => /^cookie:/im.test(head))).toBe(false);
  },
);
