import type { JsonValue, Loader } from '@holdfast/core';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { firstOf } from '../first-of.ts';
import { hashed } from '../hashed.ts';
import { hedged } from '../hedged.ts';
import { jws } from '../jws.ts';
import { mapped } from '../mapped.ts';
import { verified } from '../verified.ts';
import { encode, base64url, signer } from '../verified/sign.fixture.ts';

const alice = await signer();
const by = jws({ keys: { alice: alice.publicKey } });

/** A document in a spelling that only its own loader takes. */
const spelled = (mark: string, value: JsonValue): Uint8Array =>
  encode(`${mark}${JSON.stringify(value)}`);

async function signed(mark: string, value: JsonValue): Promise<Uint8Array> {
  const start = `${base64url('{"alg":"EdDSA"}')}.${base64url(spelled(mark, value))}`;
  return new TextEncoder().encode(`${start}.${base64url(await alice.sign(start))}`);
}

/** A loader of documents that begin with its mark. */
function spelling(mark: string) {
  const mock = mockLoader({ name: `mirror ${mark}`, key: mark, watch: true });
  const decode: Loader['decode'] = ({ raw }) => {
    const text = JSON.parse(new TextDecoder().decode(raw as Uint8Array)) as string;
    if (!text.startsWith(mark)) throw new Error(`is not of ${mark}`);
    return JSON.parse(text.slice(mark.length)) as JsonValue;
  };
  return { mock, loader: { ...mock, decode } as Loader };
}

type Wrap = (loader: Loader) => Loader;

const plain: Wrap = (loader) => loader;
const versioned: Wrap = (loader) => verified(loader, { by, version: 'version' });

/** A config over two places that spell documents in their own way, the first of which is down. */
function scene(
  combine: (loaders: readonly Loader[]) => Loader,
  { around = plain, within = plain },
) {
  const [a, b] = [spelling('a:'), spelling('b:')];
  a.mock.fail(Infinity);
  b.mock.connect();
  const { manager, clock } = createTestManager();
  const loader = around(combine([within(a.loader), within(b.loader)]));
  const polling = { intervalMs: 60_000, strategy: 'fixed', minIntervalMs: 1_000 } as const;
  const app = manager.register<{ version: number }>('app', { loader, polling });
  const refresh = async () => {
    const state = { over: false };
    const outcome = app.refresh().finally(() => (state.over = true));
    // WebCrypto takes real time
    for (let turns = 0; turns < 1_000 && !state.over; turns++) await clock.advance(10);
    return outcome;
  };
  return { a: a.mock, b: b.mock, app, manager, clock, refresh };
}

const older = {
  kind: 'failed',
  error: { message: expect.stringContaining('it has version 3, and version 7 is in force') },
};

describe.each([
  ['firstOf()', (loaders: readonly Loader[]) => firstOf(loaders, { returnAfterMs: 1 })],
  ['hedged()', (loaders: readonly Loader[]) => hedged(loaders)],
])('%s', (_, combine) => {
  test.each([
    ['as it is', plain],
    ['under hashed()', hashed],
  ])(
    'decodes what came without a validator by the loader that gave it, %s',
    async (_name, around) => {
      const { b, app, refresh, manager } = scene(combine, { around });
      for (const version of [1, 2]) {
        b.next(spelled('b:', { version }), { validator: false });
        expect((await refresh()).kind).toBe('accepted');
        expect(app.current).toEqual({ version });
      }
      expect((await refresh()).kind).toBe('unchanged');
      await manager.close();
    },
  );

  const places: readonly (readonly [string, { around?: Wrap; within?: Wrap }])[] = [
    ['of verified()', { within: versioned }],
    ['under verified()', { around: versioned }],
  ];

  test.each(places)('%s goes on where another place serves a newer version', async (_name, how) => {
    const { a, b, app, refresh, manager } = scene(combine, how);
    b.next(await signed('b:', { version: 1 }));
    expect((await refresh()).kind).toBe('accepted');
    a.heal();
    b.fail(Infinity);
    for (const version of [2, 3]) {
      a.next(await signed('a:', { version }));
      expect(await refresh()).toMatchObject({ kind: 'accepted' });
      expect(app.current).toEqual({ version });
    }
    await manager.close();
  });

  test.each(places)(
    '%s goes back to no older version, wherever it comes from',
    async (_name, how) => {
      const { a, b, app, refresh, manager } = scene(combine, how);
      b.next(await signed('b:', { version: 7 }));
      await refresh();
      b.next(await signed('b:', { version: 3 }));
      expect(await refresh()).toMatchObject(older);
      a.heal();
      a.next(await signed('a:', { version: 3 }));
      expect(await refresh()).toMatchObject(older);
      expect(app.current).toEqual({ version: 7 });
      await manager.close();
    },
  );

  test('of mapped(verified()) goes on where another place serves a newer version', async () => {
    const within: Wrap = (loader) => mapped(versioned(loader), { pick: ['version'] });
    const { a, b, app, refresh, manager } = scene(combine, { within });
    b.next(await signed('b:', { version: 1 }));
    await refresh();
    a.heal();
    b.fail(Infinity);
    a.next(await signed('a:', { version: 2 }));
    expect((await refresh()).kind).toBe('accepted');
    expect(app.current).toEqual({ version: 2 });
    await manager.close();
  });

  test('under verified() sends the validator of a document that ends one day', async () => {
    const around: Wrap = (loader) => verified(loader, { by, expires: 'expires' });
    const { b, refresh, manager } = scene(combine, { around });
    b.next(await signed('b:', { expires: '2999-01-01T00:00:00Z' }));
    await refresh();
    await refresh();
    expect(b.asked.at(-1)!.known).toMatchObject({ origin: 'mock:b:' });
    await manager.close();
  });

  test('under verified() asks the next one where a document is not trusted', async () => {
    const { a, b, app, refresh, manager } = scene(combine, { around: versioned });
    a.heal();
    a.next(encode('a:{"version":9}'));
    b.next(await signed('b:', { version: 1 }));
    expect((await refresh()).kind).toBe('accepted');
    expect(app.current).toEqual({ version: 1 });
    await manager.close();
  });
});

test('firstOf() decodes what the one that serves pushes without a validator', async () => {
  const { b, app, clock, refresh, manager } = scene((loaders) => firstOf(loaders), {});
  b.next(spelled('b:', { version: 1 }), { validator: false });
  await refresh();
  await clock.advance(2_000); // the engine begins another watch after a backoff
  b.push(spelled('b:', { version: 2 }), { validator: false });
  await clock.advance(0);
  expect(app.current).toEqual({ version: 2 });
  await manager.close();
});
