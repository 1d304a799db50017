import { mkdtemp, readFile, readdir, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileCache } from '@holdfast/loaders/file-cache';
import { type ManualClock, manualClock } from '@holdfast/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { crossed } from './cases.fixture.ts';
import { LOADERS, SECRET, askedWith, overHttp } from './http.fixture.ts';
import type { MakeLoader } from './http.fixture.ts';
import { answer, document, notModified, origin } from './origin.fixture.ts';
import type { Origin, Play } from './origin.fixture.ts';

let folder: string;
let clock: ManualClock;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-stored-'));
  clock = manualClock();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const records = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.rec')).map((name) => join(folder, name));

/** A process that starts with the cache of the ones before it. */
function started(make: MakeLoader, { url }: Pick<Origin, 'url'>, environment = 'production') {
  const cache = fileCache({ directory: folder, clock });
  return overHttp<{ n: number }>(make, url, { manager: { cache, clock, environment } });
}

/** What happened to the record between two processes. */
const losses: [string, () => Promise<unknown>][] = [
  ['is gone', async () => Promise.all((await records()).map((path) => unlink(path)))],
  ['is empty', async () => Promise.all((await records()).map((path) => writeFile(path, '')))],
  ['was cut', async () => Promise.all((await records()).map((path) => truncate(path, 200)))],
  [
    'has another document',
    async () =>
      Promise.all(
        (await records()).map(async (path) => {
          const text = await readFile(path, 'latin1');
          await writeFile(path, text.replace('{"n":1}', '{"n":7}'), 'latin1');
        }),
      ),
  ],
];

test.each(crossed(losses, LOADERS))(
  'H7 the tag of a document on the disk that %s is not sent (%s)',
  async (_, __, make, lose) => {
    await using server = await origin();
    {
      await using app = started(make, server);
      await app.holds({ n: 1 });
    }
    expect(await records()).not.toEqual([]);
    await lose();
    await using app = started(make, server);
    await app.holds({ n: 1 });
    expect(askedWith(server.lastRequest)).toBeUndefined();
  },
);

test.each(LOADERS)(
  'H7 the tag of a document on the disk that is in force is sent (%s)',
  async (_, make) => {
    await using server = await origin();
    {
      await using app = started(make, server);
      await app.holds({ n: 1 });
    }
    server.play(notModified());
    await using app = started(make, server);
    await app.poll();
    expect(app.app.current).toEqual({ n: 1 });
    expect(askedWith(server.lastRequest)).toBe('"1"');
  },
);

test.each(LOADERS)(
  'H7 the tag of another environment, and of another document of the origin, is not sent (%s)',
  async (_, make) => {
    await using server = await origin();
    {
      await using app = started(make, server);
      await app.holds({ n: 1 });
    }
    const others: [Pick<Origin, 'url'>, string][] = [
      [server, 'staging'],
      [{ url: server.url.replace('app.json', 'other.json') }, 'production'],
    ];
    for (const [other, environment] of others) {
      server.play(document({ n: 5 }, 'ETag: "5"'));
      await using app = started(make, other, environment);
      await app.clock.advance(0);
      expect(app.app.status.version === 0 || app.app.current.n === 5).toBe(true); // not the stored one
      await app.poll();
      expect(server.requests.some((head) => askedWith(head) === '"1"')).toBe(false);
      expect(app.app.current).toEqual({ n: 5 });
    }
  },
);

test.each(LOADERS)(
  'H23 a document with no-store is not written to the disk (%s)',
  async (_, make) => {
    await using server = await origin(document({ n: 1 }, 'ETag: "1"', 'Cache-Control: no-store'));
    await using app = started(make, server);
    await app.holds({ n: 1 });
    await app.poll();
    expect(await readdir(folder).catch(() => [])).toEqual([]);
  },
);

const forbidding: [string, Play][] = [
  ['a newer document', document({ n: 2 }, 'Cache-Control: private, No-Store, max-age=0')],
  ['the same document', document({ n: 1 }, 'ETag: "1"', 'Cache-Control: no-store')],
  ['a 304', notModified('ETag: "1"', 'Cache-Control: no-store')],
];

test.each(crossed(forbidding, LOADERS))(
  'H23 no-store on %s removes what was written before (%s)',
  async (_, __, make, play) => {
    await using server = await origin();
    {
      await using app = started(make, server);
      await app.holds({ n: 1 });
      expect(await records()).not.toEqual([]);
      server.play(play);
      expect((await app.poll()).outcome.kind).not.toBe('failed');
      await app.poll();
    }
    expect(await records()).toEqual([]);
    server.play(answer(500));
    await using next = started(make, server);
    await next.fails({ says: 'status 500' }); // nothing to start with, as the origin wished
    expect(next.app.status.version).toBe(0);
  },
);

test.each(LOADERS)(
  'H23 what is written holds no credential of the transport (%s)',
  async (_, make) => {
    await using server = await origin(document({ n: 1 }, 'ETag: "1"', `Set-Cookie: a=${SECRET}`));
    await using app = started(make, server);
    await app.holds({ n: 1 });
    const paths = await records();
    expect(paths).not.toEqual([]);
    for (const path of paths) expect(path + (await readFile(path, 'latin1'))).not.toContain(SECRET);
  },
);
