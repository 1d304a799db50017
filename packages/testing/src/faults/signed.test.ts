import { memoryCache } from '@holdfast/core/memory-cache';
import { describe, expect, test } from 'vitest';
import { comesTrue, jwsOf, SCHEMES, signedTrial, signer } from './signed.fixture.ts';

const alice = signer('alice');
const mallory = signer('mallory');
const untrusted = { code: 'UNTRUSTED', says: 'conf: its document is not trusted: ' } as const;
const byName = (wanted: string) => SCHEMES.find(([name]) => name === wanted)![1];

describe.each(SCHEMES)('P18 %s', (_, scheme) => {
  test('of a key that is not trusted is refused, and the right one heals', async () => {
    await using made = await signedTrial(scheme, alice);
    made.serve(scheme.sign({ n: 1 }, alice));
    await made.app.holds({ n: 1 });
    made.serve(scheme.sign({ n: 2 }, mallory));
    await made.app.fails(untrusted);
    // even under the name of a key that is trusted
    made.serve(scheme.sign({ n: 2 }, { ...mallory, id: 'alice' }));
    await made.app.fails(untrusted);
    made.serve(scheme.sign({ n: 2 }, alice));
    await made.app.heals({ n: 2 });
    expect(made.app.record.of('config.changed')).toHaveLength(2);
  });

  test('is refused where it is missing, broken, or of another document', async () => {
    await using made = await signedTrial(scheme, alice);
    const good = scheme.sign({ n: 1 }, alice);
    made.serve(good);
    await made.app.holds({ n: 1 });
    made.serve({ body: Buffer.from('{"n":2}'), headers: {} });
    await made.app.fails(untrusted);
    made.serve({ body: good.body.subarray(1), headers: good.headers });
    await made.app.fails(untrusted);
    const other = scheme.sign({ n: 2 }, alice);
    if (Object.keys(other.headers).length > 0) {
      made.serve({ body: good.body, headers: other.headers });
      await made.app.fails(untrusted);
    }
    made.serve(other);
    await made.app.heals({ n: 2 });
    expect(made.app.record.of('config.changed')).toHaveLength(2);
  });

  test('is refused from a cache when its key is trusted no more', async () => {
    const cache = memoryCache();
    const sent = scheme.sign({ n: 1 }, alice);
    await using first = await signedTrial(scheme, alice, { manager: { cache } });
    first.serve(sent);
    await first.app.holds({ n: 1 });
    await first.app.manager.close();
    const { server } = first;
    await server.fault('refuse');
    await using again = await signedTrial(scheme, alice, { manager: { cache }, server });
    await comesTrue(again, ({ app }) => app.status.version > 0);
    expect(again.app.app.current).toEqual({ n: 1 });
    await using rotated = await signedTrial(scheme, mallory, { manager: { cache }, server });
    await comesTrue(rotated, ({ record }) => record.of('document.refused').length > 0);
    expect(rotated.app.record.of('document.refused')[0]?.error.code).toBe('UNTRUSTED');
    expect(() => rotated.app.app.current).toThrow(expect.objectContaining({ code: 'NO_VALUE' }));
  });

  test('that is made anew of the same document is kept: the cache outlives the old key', async () => {
    const cache = memoryCache();
    const bob = signer('bob');
    await using first = await signedTrial(scheme, alice, { manager: { cache } });
    first.serve(scheme.sign({ n: 1 }, alice));
    await first.app.holds({ n: 1 });
    first.trust(alice, bob);
    first.serve(scheme.sign({ n: 1 }, bob));
    await first.app.heals({ n: 1 });
    await first.app.manager.close();
    const { server } = first;
    await server.fault('refuse');
    await using again = await signedTrial(scheme, bob, { manager: { cache }, server });
    await comesTrue(again, ({ app }) => app.status.version > 0);
    expect(again.app.app.current).toEqual({ n: 1 });
    expect(first.app.app.status.version).toBe(1);
  });

  test('goes on through a rotation of keys', async () => {
    const bob = signer('bob');
    await using made = await signedTrial(scheme, alice);
    made.serve(scheme.sign({ n: 1 }, alice));
    await made.app.holds({ n: 1 });
    made.trust(alice, bob);
    made.serve(scheme.sign({ n: 2 }, bob));
    await made.app.heals({ n: 2 });
    made.trust(bob);
    made.serve(scheme.sign({ n: 3 }, alice));
    await made.app.fails(untrusted);
    made.serve(scheme.sign({ n: 3 }, bob));
    await made.app.heals({ n: 3 });
    expect(made.app.app.status.version).toBe(3);
  });

  test('of a key that was taken away is refused at the next poll, whatever the tag says', async () => {
    const bob = signer('bob');
    await using made = await signedTrial(scheme, alice);
    made.serve(scheme.sign({ n: 1 }, alice), '"1"');
    await made.app.holds({ n: 1 });
    await made.app.heals({ n: 1 });
    made.trust(bob);
    await made.app.fails(untrusted);
    await made.app.fails(untrusted);
    // the same document under the same tag
    made.serve(scheme.sign({ n: 1 }, bob), '"1"');
    await made.app.heals({ n: 1 });
    expect(made.app.app.status.version).toBe(1);
  });
});

test.each([
  ['alg none', { alg: 'none', kid: 'alice' }],
  ['alg HS256 over a public key', { alg: 'HS256', kid: 'alice' }],
  ['no alg', { kid: 'alice' }],
  ['a key id that is unknown', { alg: 'EdDSA', kid: 'bob' }],
  ['a key that it brings itself', { alg: 'EdDSA', kid: 'bob', jwk: mallory.publicKey }],
  ['an extension that nobody knows', { alg: 'EdDSA', kid: 'alice', crit: ['x'], x: 1 }],
])('P18 a JWS with %s is refused', async (_, header) => {
  const scheme = byName('a JWS');
  await using made = await signedTrial(scheme, alice);
  made.serve(scheme.sign({ n: 1 }, alice));
  await made.app.holds({ n: 1 });
  const body = Buffer.from(jwsOf(header as never, Buffer.from('{"n":2}'), alice));
  made.serve({ body, headers: {} });
  await made.app.fails(untrusted);
  expect(made.app.app.current).toEqual({ n: 1 });
});

describe.each(SCHEMES)('P19 %s', (_, scheme) => {
  const terms = { version: 'v', expires: 'until' };
  const until = '2999-01-01T00:00:00Z';
  const at = (v: number, n = v) => ({ v, n, until });

  test('of an older version is refused, also when the whole document was asked for', async () => {
    await using made = await signedTrial(scheme, alice, { terms });
    made.serve(scheme.sign(at(2), alice), '"2"');
    await made.app.holds(at(2));
    made.serve(scheme.sign(at(1), alice), '"1"');
    await made.app.fails({ ...untrusted, says: 'version 1, and version 2 is in force already' });
    // an hour later the poll goes without a validator
    await made.app.clock.advance(3_700_000);
    await made.app.fails({ ...untrusted, says: 'version 1, and version 2 is in force already' });
    expect(made.app.app.current).toEqual(at(2));
    made.serve(scheme.sign(at(3), alice), '"3"');
    await made.app.heals(at(3));
  });

  test('of an older version is refused after a restart, by what the cache has', async () => {
    const cache = memoryCache();
    await using first = await signedTrial(scheme, alice, { terms, manager: { cache } });
    first.serve(scheme.sign(at(2), alice));
    await first.app.holds(at(2));
    await first.app.manager.close();
    const { server } = first;
    first.serve(scheme.sign(at(1), alice));
    await using again = await signedTrial(scheme, alice, { terms, manager: { cache }, server });
    await comesTrue(again, ({ app }) => app.status.version > 0);
    await again.app.fails({ ...untrusted, says: 'version 2 is in force already' });
    expect(again.app.app.current).toEqual(at(2));
  });

  test('of the same version is unchanged with the same content, and refused with another', async () => {
    await using made = await signedTrial(scheme, alice, { terms });
    made.serve(scheme.sign(at(2), alice));
    await made.app.holds(at(2));
    made.serve(scheme.sign({ until, n: 2, v: 2 }, alice));
    await made.app.heals(at(2));
    made.serve(scheme.sign(at(2, 7), alice));
    await made.app.fails({ ...untrusted, says: 'another document of version 2' });
    expect(made.app.app.status.version).toBe(1);
  });

  test('a version that nothing can follow is refused, and a new key recovers from one near it', async () => {
    const bob = signer('bob');
    await using made = await signedTrial(scheme, alice, { terms });
    made.serve(scheme.sign(at(1), alice));
    await made.app.holds(at(1));
    for (const v of [2 ** 53, Number.MAX_SAFE_INTEGER]) {
      made.serve(scheme.sign(at(v), alice));
      // oxlint-disable-next-line no-await-in-loop -- one poll after the other
      await made.app.fails({ ...untrusted, says: 'not a whole number' });
    }
    const far = at(Number.MAX_SAFE_INTEGER - 1);
    made.serve(scheme.sign(far, alice));
    await made.app.heals(far);
    made.serve(scheme.sign(at(2), alice));
    await made.app.fails(untrusted);
    made.trust(bob);
    made.serve(scheme.sign(at(2), bob));
    await made.app.heals(at(2));
    expect(made.app.app.status.version).toBe(3);
  });

  test.each(['with an answer each time', 'with 304'])(
    'that has expired is told of, %s, and the last one stays in force',
    async (how) => {
      const etag = how === 'with 304' ? '"1"' : undefined;
      await using made = await signedTrial(scheme, alice, { terms });
      const ends = (ms: number) => new Date(made.app.clock.now() + ms).toISOString();
      const first = { v: 1, until: ends(600_000) };
      made.serve(scheme.sign(first, alice), etag);
      await made.app.holds(first);
      await made.app.heals(first);
      await made.app.clock.advance(600_000);
      await made.app.fails({ ...untrusted, says: 'it expired at' });
      expect(made.app.app.current).toEqual(first);
      const next = { v: 2, until: ends(86_400_000) };
      made.serve(scheme.sign(next, alice), etag === undefined ? undefined : '"2"');
      await made.app.heals(next);
      made.serve(scheme.sign({ v: 3, until: ends(0) }, alice), etag && '"3"');
      await made.app.fails({ ...untrusted, says: 'it expired at' });
    },
  );
});
