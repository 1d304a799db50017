import { expect, test } from 'vitest';
import { z } from 'zod';
import { crossed } from './cases.fixture.ts';
import { LOADERS, askedWith, fieldIn, inForce, overHttp } from './http.fixture.ts';
import { answer, cut, document, notModified, origin } from './origin.fixture.ts';
import type { Play } from './origin.fixture.ts';

test.each(LOADERS)(
  'H1 304 with nothing cached is a failure, asked again at once and without a condition (%s)',
  async (_, make) => {
    await using server = await origin(notModified('ETag: "1"'));
    await using app = overHttp(make, server.url);
    await app.fails({
      says: [server.hostPort, '304 without a stored document'],
      failure: 'status',
      status: 304,
    });
    expect(server.requests).toHaveLength(2);
    expect(() => app.app.current).toThrow(expect.objectContaining({ code: 'NO_VALUE' }));
    await app.fails({ says: '304 without a stored document', status: 304 });
    expect(server.requests).toHaveLength(3); // after a failure there is no second try
    server.play(document({ n: 1 }, 'ETag: "1"'));
    await app.heals({ n: 1 });
    expect(server.requests.slice(0, 4).map(askedWith)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  },
);

test.each(LOADERS)(
  'H2 304 without an ETag, or with another one, keeps the document and its own validator (%s)',
  async (_, make) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    const { current } = app.app;
    server.play(
      notModified(),
      notModified('ETag: "other"'),
      notModified('ETag: W/"1"', 'Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT'),
      notModified('ETag: "1"', 'Content-Length: 7'), // of the document: no body follows
    );
    for (let n = 0; n < 4; n++) expect((await app.poll()).outcome).toEqual({ kind: 'unchanged' });
    expect(server.requests.slice(1).map(askedWith)).toEqual(['"1"', '"1"', '"1"', '"1"']);
    expect(fieldIn(server.lastRequest, 'if-modified-since')).toBeUndefined();
    expect(app.app.current).toBe(current);
    expect(app.app.status).toMatchObject({ state: 'fresh', version: 1 });
    server.play(document({ n: 2 }, 'ETag: "2"'));
    await app.heals({ n: 2 });
  },
);

test.each(LOADERS)(
  'H5 another ETag on the same content is no change, and the new tag is sent from then on (%s)',
  async (_, make) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    const { current } = app.app;
    server.play(answer(200, ['ETag: "touched"'], '{\n  "n": 1.0\n}'));
    expect((await app.poll()).outcome).toEqual({ kind: 'unchanged' });
    expect(app.app.current).toBe(current);
    expect(app.record.of('config.changed')).toHaveLength(1); // the first document
    server.play(notModified());
    expect((await app.poll()).outcome).toEqual({ kind: 'unchanged' });
    expect(askedWith(server.lastRequest)).toBe('"touched"');
  },
);

/** Answers that bring the tag "2", but no document that could be accepted. */
const unusable: [string, Play, { says: string; code?: 'SCHEMA_FAILED' | 'DECODE_FAILED' }][] = [
  ['the schema refused', document({ n: 'two' }, 'ETag: "2"'), { says: 'n', code: 'SCHEMA_FAILED' }],
  ['is no JSON', answer(200, ['ETag: "2"'], '{"n":2'), { says: 'JSON', code: 'DECODE_FAILED' }],
  [
    'was cut short',
    cut('HTTP/1.1 200 OK\r\nETag: "2"\r\nContent-Length: 9\r\n\r\n{"n"'),
    { says: '' },
  ],
  [
    'is a page',
    answer(200, ['ETag: "2"', 'Content-Type: text/html'], '<p>'),
    { says: 'text/html' },
  ],
  ['came with a 500', answer(500, ['ETag: "2"'], '{"n":2}'), { says: 'status 500' }],
];

test.each(crossed(unusable, LOADERS))(
  'H6 the ETag of a document that %s is never sent (%s)',
  async (_, __, make, bad, expected) => {
    await using server = await origin();
    const schema = z.object({ n: z.number() });
    await using app = await inForce(make, server.url, { config: { schema } });
    // for who asks with the tag of the bad document, nothing ever changes again
    server.play((socket, head) => {
      if (askedWith(head) === '"2"') socket.write(notModified('ETag: "2"'));
      else if (typeof bad === 'function') bad(socket, head);
      else socket.write(bad);
    });
    for (let n = 0; n < 3; n++) {
      await (expected.code ? app.refuses(expected) : app.fails(expected));
      expect(askedWith(server.lastRequest)).toBe('"1"');
    }
    server.play(document({ n: 2 }, 'ETag: "2"')); // mended under the same tag
    await app.heals({ n: 2 });
    expect(askedWith(server.lastRequest)).toBe('"2"');
  },
);
