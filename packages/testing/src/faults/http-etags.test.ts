import { expect, test } from 'vitest';
import { crossed } from './cases.fixture.ts';
import { LOADERS, askedWith, inForce } from './http.fixture.ts';
import { document, notModified, origin } from './origin.fixture.ts';

/** ETag fields, and what the next request says. */
const odd: [string, readonly string[], string | undefined][] = [
  ['weak', ['ETag: W/"1"'], 'W/"1"'],
  ['unquoted', ['ETag: abc'], 'abc'],
  ['weak and unquoted', ['ETag: w/abc'], 'w/abc'],
  ['half quoted', ['ETag: "abc'], '"abc'],
  ['with blanks and commas inside', ['ETag: "a, b c"'], '"a, b c"'],
  ['with Latin-1 letters', ['ETag: "\u00e9\u00ff"'], '"\u00e9\u00ff"'],
  ['an empty one in quotes', ['ETag: ""'], '""'],
  ['8 KiB', [`ETag: "${'x'.repeat(8_190)}"`], `"${'x'.repeat(8_190)}"`],
  ['9 KB', [`ETag: "${'x'.repeat(9_000)}"`], undefined],
  ['"*"', ['ETag: *'], undefined],
  ['nothing at all', ['ETag: '], undefined],
];

test.each(crossed(odd, LOADERS))(
  'H8 an odd ETag (%s) is echoed byte for byte or left out, and harms nothing (%s)',
  async (_, __, make, fields, echoed) => {
    await using server = await origin(document({ n: 1 }, ...fields));
    await using app = await inForce(make, server.url);
    server.play((socket, head) => {
      const known = askedWith(head) !== undefined && askedWith(head) === echoed;
      socket.write(known ? notModified(...fields) : document({ n: 1 }, ...fields));
    });
    expect((await app.poll()).outcome).toEqual({ kind: 'unchanged' });
    expect(askedWith(server.lastRequest)).toBe(echoed);
    server.play(document({ n: 2 }, ...fields)); // an equal tag proves nothing
    await app.heals({ n: 2 });
  },
);

test.each(LOADERS)('H8 two ETag fields are sent back legally or left out (%s)', async (_, make) => {
  for (const second of ['"a"', '"b"']) {
    const fields = ['ETag: "a"', `ETag: ${second}`];
    await using server = await origin(document({ n: 1 }, ...fields));
    await using app = await inForce(make, server.url);
    expect((await app.poll()).outcome).toEqual({ kind: 'unchanged' });
    // `fetch` joins them, and If-None-Match may hold a list
    expect([undefined, `"a", ${second}`]).toContain(askedWith(server.lastRequest));
    server.play(document({ n: 2 }, ...fields));
    await app.heals({ n: 2 });
  }
});

const control = ['\u0000', '\u0001', '\u007f', '\u001b[2J', '\r', '\n'].map(
  (bytes): [string, string] => [JSON.stringify(bytes), bytes],
);

test.each(crossed(control, LOADERS))(
  'H8 an odd ETag with the control bytes %s never reaches a request (%s)',
  async (_, __, make, byte) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    server.play(document({ n: 2 }, `ETag: "a${byte}b"`));
    const { outcome } = await app.poll();
    // refused as broken HTTP, or taken without the tag
    expect(['failed', 'accepted']).toContain(outcome.kind);
    expect(app.app.current.n).toBe(outcome.kind === 'failed' ? 1 : 2);
    server.play(document({ n: 3 }, 'ETag: "3"'));
    await app.heals({ n: 3 });
    const kept = outcome.kind === 'failed' ? '"1"' : undefined;
    expect(server.requests.slice(1, 3).map(askedWith)).toEqual(['"1"', kept]);
  },
);
