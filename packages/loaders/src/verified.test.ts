import { generateKeyPairSync } from 'node:crypto';
import {
  type Held,
  isHoldfastError,
  type Loaded,
  type Loader,
  type LoadResult,
  type WatchRequest,
} from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { loadRequest, NOW } from './http/load.fixture.ts';
import { jws } from './jws.ts';
import { watching } from './push/watching.fixture.ts';
import { detached, type Proof, verified, type VerifiedOptions } from './verified.ts';
import {
  base64,
  compactJws,
  encode,
  flipped,
  loaderOf,
  type Signer,
  signer,
} from './verified/sign.fixture.ts';

const alice = await signer();
const bob = await signer();

const HEADER = 'x-signature';
const proof = (keys = { alice: alice.publicKey }) =>
  detached({ keys, signature: { header: HEADER } });

async function signed(value: Parameters<typeof encode>[0], by: Signer = alice): Promise<Loaded> {
  const raw = encode(value);
  const headers = { [HEADER]: base64(await by.sign(raw)) };
  return { raw, evidence: { url: 'https://conf.test/app.json', status: 200, headers } };
}

const held = ({ raw, evidence }: Loaded): Held => ({ bytes: raw as Uint8Array, evidence });

/** How a load of it ends: the kind of its answer, or the message of an untrusted one. */
async function load(
  loaded: Loaded | 'unchanged' | 'absent',
  {
    held: has,
    at = NOW,
    ...options
  }: Partial<VerifiedOptions> & { held?: Loaded; at?: number } = {},
): Promise<string> {
  const loader = verified(loaderOf({ loaded }), { by: proof(), ...options });
  const time = { now: () => at, monotonic: () => 0, sleep: async () => {} };
  return outcome(loader.load(loadRequest({ time, ...(has && { held: held(has) }) })));
}

const outcome = (work: Promise<LoadResult>): Promise<string> => work.then(({ kind }) => kind, told);

function told(error: unknown): string {
  if (!isHoldfastError(error) || error.code !== 'UNTRUSTED') throw error;
  return error.message;
}

/** What the engine would make of it when it proposes it, or finds it in a cache. */
async function decode(loaded: Loaded, options: Partial<VerifiedOptions> = {}, has?: Loaded) {
  const loader = verified(loaderOf({ loaded }), { by: proof(), ...options });
  return loader.decode!(loaded, loadRequest().limits, has && held(has));
}

test('verified() takes what is signed by a trusted key, and gives what was signed', async () => {
  const loaded = await signed({ n: 1 });
  expect(await load(loaded)).toBe('loaded');
  expect(await decode(loaded)).toEqual({ n: 1 });
  expect(await load('absent')).toBe('absent');
  expect(await load('unchanged')).toBe('unchanged');
});

test('verified() refuses the signature of another key, when it is loaded and from a cache', async () => {
  const loaded = await signed({ n: 1 }, bob);
  expect(await load(loaded)).toMatch(
    /^Cannot load conf: its document is not trusted: its signature/,
  );
  await expect(decode(loaded)).rejects.toMatchObject({ code: 'UNTRUSTED' });
});

test.each<[string, Loaded]>([
  ['without evidence', { raw: encode({ n: 1 }) }],
  ['that is a value', { raw: { n: 1 } }],
  [
    'with an empty signature',
    { raw: encode({ n: 1 }), evidence: { url: '', status: 200, headers: { [HEADER]: '' } } },
  ],
])('verified() refuses a document %s', async (_, loaded) => {
  expect(await load(loaded)).toContain('is not trusted');
  await expect(decode(loaded)).rejects.toMatchObject({ code: 'UNTRUSTED' });
});

test('verified() refuses whatever bit is turned, of the document or of its signature', async () => {
  const { raw, evidence } = await signed({ pool: { size: 4 }, name: 'x' });
  const bytes = raw as Uint8Array;
  const signature = Uint8Array.from(atob(evidence!.headers[HEADER]!), (c) => c.charCodeAt(0));
  const bits = (bytes.length + signature.length) * 8;
  await fc.assert(
    fc.asyncProperty(fc.nat(bits - 1), async (bit) => {
      const inDocument = bit < bytes.length * 8;
      const document = inDocument ? flipped(bytes, bit) : bytes;
      const proven = inDocument ? signature : flipped(signature, bit - bytes.length * 8);
      const headers = { [HEADER]: base64(proven) };
      const loaded = { raw: document, evidence: { ...evidence!, headers } };
      expect(await load(loaded)).toContain('is not trusted');
      await expect(decode(loaded)).rejects.toMatchObject({ code: 'UNTRUSTED' });
    }),
  );
});

test('verified() refuses whatever bit is turned of a signature in base64', async () => {
  const { raw, evidence } = await signed({ n: 1 });
  const text = new TextEncoder().encode(evidence!.headers[HEADER]);
  for (let bit = 0; bit < (text.length - 2) * 8; bit++) {
    const headers = { [HEADER]: String.fromCharCode(...flipped(text, bit)) };
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await load({ raw, evidence: { ...evidence!, headers } })).toContain('is not trusted');
  }
});

test('verified() asks a function for the keys at each document', async () => {
  let keys = { alice: alice.publicKey };
  const by = detached({ keys: async () => keys, signature: { header: HEADER } });
  const loaded = await signed({ n: 1 });
  expect(await load(loaded, { by })).toBe('loaded');
  keys = { alice: bob.publicKey };
  expect(await load(loaded, { by })).toContain('is not trusted');
});

test('verified() asks for the whole document where the key of the one in force is trusted no more', async () => {
  const loaded = await signed({ n: 1 });
  const known = { origin: 'conf', etag: '"1"' };
  const asked: unknown[] = [];
  const conf = loaderOf({ loaded: 'unchanged' });
  const inner: Loader = {
    ...conf,
    load: (request) => (asked.push(request.known), conf.load(request)),
  };
  let trusted = { a: alice.publicKey };
  const by = detached({ keys: () => trusted, signature: { header: HEADER } });
  const loader = verified(inner, { by });
  const poll = () => outcome(loader.load(loadRequest({ known, held: held(loaded) })));
  expect([await poll(), await poll()]).toEqual(['unchanged', 'unchanged']);
  trusted = { a: bob.publicKey };
  expect(await poll()).toContain('is not trusted');
  trusted = { a: alice.publicKey };
  expect(await poll()).toBe('unchanged');
  expect(asked).toEqual([known, known, undefined, known]);
});

test('verified() fails, and does not refuse, where the keys cannot be had', async () => {
  const by = detached({
    keys: () => {
      throw new TypeError('swordfish');
    },
    signature: { header: HEADER },
  });
  const error: unknown = await load(await signed({ n: 1 }), { by }).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'LOAD_FAILED' });
  expect(String(error)).toContain('"keys" failed with TypeError');
  expect(String(error)).not.toContain('swordfish');
});

test('verified() fails where its proof breaks, and lets go of no version', async () => {
  const prove: Proof['prove'] = async ({ raw }) => {
    const bytes = raw as Uint8Array;
    if (new TextDecoder().decode(bytes).includes('broken')) throw new TypeError('swordfish');
    return { bytes };
  };
  const [one, two] = [{ raw: encode({ v: 1 }) }, { raw: encode({ v: 2, of: 'broken' }) }];
  for (const work of [
    load(two, { by: { prove } }),
    load(one, { by: { prove }, version: 'v', held: two }),
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const error: unknown = await work.catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'LOAD_FAILED' });
    expect(String(error)).toContain('cannot be judged: its proof failed with TypeError');
    expect(String(error)).not.toContain('swordfish');
  }
});

describe('with a version, verified()', () => {
  const options = { version: 'meta.v' };
  const at = (v: unknown, n = 1) => signed({ meta: { v: v as number }, n });

  test('takes a newer one, and the same one again', async () => {
    expect(await load(await at(2), { ...options, held: await at(1) })).toBe('loaded');
    expect(await load(await at(2), { ...options, held: await at(2) })).toBe('loaded');
    const spelled = new TextEncoder().encode('{ "n": 1.0, "meta": {"v": 2} }');
    const headers = { [HEADER]: base64(await alice.sign(spelled)) };
    const again = { raw: spelled, evidence: { url: '', status: 200, headers } };
    expect(await load(again, { ...options, held: await at(2) })).toBe('loaded');
  });

  test('refuses an older one', async () => {
    const message = 'it has version 1, and version 2 is in force already';
    expect(await load(await at(1), { ...options, held: await at(2) })).toContain(message);
    await expect(decode(await at(1), options, await at(2))).rejects.toThrow(message);
  });

  test('refuses another document of the same version', async () => {
    const refused = await load(await at(2, 5), { ...options, held: await at(2) });
    expect(refused).toContain('it is another document of version 2');
  });

  test.each([null, '2', 1.5, -1, 2 ** 53, 2 ** 53 - 1, [2]])(
    'refuses the version %j',
    async (v) => {
      const message = 'its version, at meta.v, is not a whole number';
      expect(await load(await signed({ meta: { v } }), options)).toContain(message);
    },
  );

  test('says of a document without one where it should be', async () => {
    const message = 'its version, at meta.v, is missing';
    expect(await load(await signed({ meta: {} }), options)).toContain(message);
  });

  test('lets go of a version whose key is trusted no more: that recovers from a fast-forward', async () => {
    const far = await signed({ meta: { v: 2 ** 53 - 2 }, n: 1 }, bob);
    const next = await at(7);
    const both = proof({ alice: alice.publicKey, bob: bob.publicKey } as never);
    expect(await load(next, { ...options, by: both, held: far })).toContain('is in force already');
    expect(await load(next, { ...options, held: far })).toBe('loaded');
  });

  test('takes one with a version after one that had none', async () => {
    expect(await load(await at(1), { ...options, held: await signed({ n: 1 }) })).toBe('loaded');
  });
});

describe('with an expiry, verified()', () => {
  const options = { expires: ['until'] };
  const ends = (until: unknown) => signed({ until: until as string });
  const END = '2026-01-01T00:00:00Z';

  test.each([
    ['a date and time', END],
    ['with an offset', '2026-01-01T01:00:00+01:00'],
    ['seconds since 1970', NOW / 1000],
  ])(
    'takes a document before its end, given as %s, and refuses it from then on',
    async (_, until) => {
      expect(await load(await ends(until), { ...options, at: NOW - 1 })).toBe('loaded');
      expect(await load(await ends(until), { ...options, at: NOW })).toContain(
        'it expired at 2026-01-01T00:00:00.000Z, and no newer one came',
      );
    },
  );

  test.each([null, true, '', 'tomorrow', '2026-01-01', '2026-13-01T00:00:00Z', [1]])(
    'refuses the end %j',
    async (until) => {
      const message = 'its expiry, at until, is neither';
      expect(await load(await ends(until), options)).toContain(message);
    },
  );

  test('says of a document without one where it should be', async () => {
    expect(await load(await signed({}), options)).toContain('its expiry, at until, is missing');
  });

  test('refuses that the one in force is still the one when it is over', async () => {
    const one = await ends(END);
    expect(await load('unchanged', { ...options, held: one, at: NOW - 1 })).toBe('unchanged');
    const refused = await load('unchanged', { ...options, held: one, at: NOW });
    expect(refused).toContain('it expired at 2026-01-01T00:00:00.000Z');
    expect(await load(one, { ...options, held: one, at: NOW })).toBe(refused);
  });

  test('judges by the time at which the load began', async () => {
    let now = NOW - 1;
    const inner = loaderOf({ loaded: await ends(END) });
    const slow: Loader = { ...inner, load: (request) => ((now = NOW + 1), inner.load(request)) };
    const time = { now: () => now, monotonic: () => 0, sleep: async () => {} };
    const loader = verified(slow, { by: proof(), ...options });
    expect(await outcome(loader.load(loadRequest({ time })))).toBe('loaded');
  });

  test('goes by what a JWS claims, too', async () => {
    const claims = await compactJws({ exp: NOW / 1_000 }, alice);
    const by = { by: jws({ keys: { alice: alice.publicKey } }), expires: 'exp' };
    expect(await load(claims, { ...by, at: NOW - 1 })).toBe('loaded');
    expect(await load(claims, { ...by, at: NOW })).toContain(
      'it expired at 2026-01-01T00:00:00.000Z',
    );
    expect(await load('unchanged', { ...by, held: claims, at: NOW })).toContain('it expired at');
  });

  test('goes by the end that its proof has itself, beside that of the document', async () => {
    const later = await ends('2030-01-01T00:00:00Z');
    const until = (expiresAt: number) => ({
      by: { prove: async () => ({ bytes: later.raw as Uint8Array, expiresAt }) },
    });
    expect(await load(later, { ...options, ...until(NOW + 1) })).toBe('loaded');
    const over = 'it expired at 2026-01-01T00:00:00.000Z';
    expect(await load(later, { ...options, ...until(NOW) })).toContain(over);
    expect(await load('unchanged', { ...options, ...until(NOW), held: later })).toContain(over);
  });

  test('gives one from a cache although it is over: the next poll says so', async () => {
    expect(await decode(await ends('2020-01-01T00:00:00Z'), options)).toEqual({
      until: '2020-01-01T00:00:00Z',
    });
  });
});

describe('verified() of a loader that watches', () => {
  /** Where documents are offered, and what the engine hears of them, in order. */
  async function offering(by: Proof) {
    const calls: string[] = [];
    let asked: WatchRequest | undefined;
    const watch = async (request: WatchRequest): Promise<void> => void (asked = request);
    const inner: Loader = { ...loaderOf({ loaded: 'absent' }), watch };
    const { signal, limits, ...rest } = loadRequest();
    const time = { ...rest.time, sleep: () => new Promise<never>(() => {}) };
    await verified(inner, { by, expires: 'until' }).watch!({
      signal,
      time,
      limits,
      known: () => undefined,
      connected: () => {},
      changed: () => calls.push('changed'),
      offer: ({ raw }) => calls.push(JSON.stringify(jwsPayload(raw as Uint8Array))),
    });
    const heard = (times: number) => vi.waitFor(() => expect(calls).toHaveLength(times));
    return { calls, heard, offer: (loaded: Loaded) => asked!.offer(loaded) };
  }

  const keys = { alice: alice.publicKey };
  const jwsPayload = (raw: Uint8Array): unknown =>
    JSON.parse(atob(new TextDecoder().decode(raw).split('.')[1]!));

  test('passes on what is signed, in order, and of the rest only that something happened', async () => {
    const { calls, heard, offer } = await offering(jws({ keys }));
    offer(await compactJws({ until: '2027-01-01T00:00:00Z' }, alice));
    await heard(1);
    offer(await compactJws({ until: '2027-01-01T00:00:00Z' }, bob));
    await heard(2);
    offer(await compactJws({ until: '2025-01-01T00:00:00Z' }, alice));
    await heard(3);
    offer(await compactJws({ until: '2028-01-01T00:00:00Z' }, alice));
    await heard(4);
    const [first, last] = ['{"until":"2027-01-01T00:00:00Z"}', '{"until":"2028-01-01T00:00:00Z"}'];
    expect(calls).toEqual([first, 'changed', 'changed', last]);
  });

  test('passes on none whose signature is over', async () => {
    const until = { bytes: encode({ until: '2027-01-01T00:00:00Z' }), expiresAt: NOW };
    const { calls, heard, offer } = await offering({ prove: async () => until });
    offer(await compactJws({ until: '2027-01-01T00:00:00Z' }, alice));
    await heard(1);
    expect(calls).toEqual(['changed']);
  });

  test('judges only the newest of those that come while one is judged', async () => {
    const { calls, heard, offer } = await offering(jws({ keys }));
    const years = Array.from({ length: 50 }, (_, i) => ({ until: `${2030 + i}-01-01T00:00:00Z` }));
    const documents = await Promise.all(years.map((value) => compactJws(value, alice)));
    for (const document of documents) offer(document);
    await heard(2);
    expect(calls).toEqual([years[0], years[49]].map((value) => JSON.stringify(value)));
  });

  test('waits for no proof that hangs: it has the origin polled, and judges what came meanwhile', async () => {
    const prove: Proof['prove'] = ({ raw }) => {
      const bytes = raw as Uint8Array;
      const hangs = new TextDecoder().decode(bytes).includes('hangs');
      return hangs ? new Promise<never>(() => {}) : Promise.resolve({ bytes });
    };
    let asked: WatchRequest | undefined;
    const watch = (request: WatchRequest): Promise<void> => (
      (asked = request),
      new Promise(() => {})
    );
    const loader = verified({ ...loaderOf({ loaded: 'absent' }), watch }, { by: { prove } });
    const heard = watching(loader);
    const offer = (of: string): void => asked!.offer({ raw: encode({ of }) });
    offer('hangs');
    offer('first');
    offer('last');
    await heard.clock.advance(9_999);
    expect(heard.told).toEqual([]);
    await heard.clock.advance(1);
    expect(heard.told).toEqual(['changed', 'offer {"of":"last"}']);
    offer('next');
    await heard.clock.advance(0);
    expect(heard.told.slice(2)).toEqual(['offer {"of":"next"}']);
    offer('hangs');
    expect(heard.sleeping()).toBe(1);
    heard.controller.abort(new Error('closed'));
    expect(heard.sleeping()).toBe(0);
  });

  test('asks nobody for the signature of what is pushed: the engine polls, within its bounds', async () => {
    const side = vi.fn<Loader['load']>(async () => ({ kind: 'absent' }));
    const signature: Loader = { name: 'side', key: 'side', load: side };
    const { calls, heard, offer } = await offering(detached({ keys, signature }));
    for (let n = 0; n < 50; n++) offer({ raw: encode({ n }) });
    await heard(50);
    expect(calls).toEqual(Array(50).fill('changed'));
    expect(side).not.toHaveBeenCalled();
  });
});

test('verified() refuses what is no loader', () => {
  const nameless = { ...loaderOf({ loaded: 'absent' }), name: '' };
  expect(() => verified(nameless, { by: proof() })).toThrow(
    'Cannot use "loader.name" of verified() as it must be a text that is not empty',
  );
});

test('verified() decodes with the loader, and keeps what else it has', async () => {
  const loaded = await signed({ n: 1 });
  const inner: Loader = {
    ...loaderOf({ loaded }),
    origin: 'https://conf.test',
    warnings: ['w'],
    decode: ({ raw }) => ({ length: (raw as Uint8Array).length }),
  };
  const loader = verified(inner, { by: proof() });
  expect(await loader.decode!(loaded, loadRequest().limits)).toEqual({ length: 7 });
  expect(loader).toMatchObject({
    name: 'conf',
    key: 'conf',
    origin: 'https://conf.test',
    warnings: ['w'],
  });
});

test('detached() reads the signature that lies beside the document, raw or in base64', async () => {
  const raw = encode({ n: 1 });
  const signature = await alice.sign(raw);
  for (const written of [signature, new TextEncoder().encode(`${base64(signature)}\n`)]) {
    let closes = 0;
    const side = {
      ...loaderOf({ loaded: { raw: written } }),
      close: async () => void (closes += 1),
    };
    const by = detached({ keys: { alice: alice.publicKey }, signature: side });
    const loader = verified(loaderOf({ loaded: { raw } }), { by });
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const result = (await loader.load(loadRequest())) as Loaded;
    expect(result.evidence?.signature).toBe(base64(written));
    // oxlint-disable-next-line no-await-in-loop -- as above
    expect(await loader.decode!(result, loadRequest().limits)).toEqual({ n: 1 });
    // oxlint-disable-next-line no-await-in-loop -- as above
    await loader.close?.();
    expect(closes).toBe(1);
  }
});

test.each(['!', 'a', 'AA', 'AA=', 'é', ' '])(
  'detached() refuses a document of a cache that keeps %j as its signature',
  async (signature) => {
    const side = loaderOf({ loaded: 'absent' });
    const by = detached({ keys: { alice: alice.publicKey }, signature: side });
    const evidence = { url: '', status: 200, headers: {}, signature };
    await expect(decode({ raw: encode({ n: 1 }), evidence }, { by })).rejects.toMatchObject({
      code: 'UNTRUSTED',
    });
  },
);

test('detached() refuses a document beside which there is no signature', async () => {
  const by = detached({
    keys: { alice: alice.publicKey },
    signature: loaderOf({ loaded: 'absent' }),
  });
  const loader = verified(loaderOf({ loaded: { raw: encode({ n: 1 }) } }), { by });
  expect(await outcome(loader.load(loadRequest()))).toContain('conf has no signature');
});

test('detached() takes an Ed25519 key as PEM', async () => {
  const x = Uint8Array.from(
    atob(alice.publicKey.x!.replaceAll('-', '+').replaceAll('_', '/')),
    (c) => c.charCodeAt(0),
  );
  const prefix = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
  const pem = `-----BEGIN PUBLIC KEY-----\n${base64(Uint8Array.from([...prefix, ...x]))}\n-----END PUBLIC KEY-----\n`;
  const by = proof({ alice: pem } as never);
  expect(await load(await signed({ n: 1 }), { by })).toBe('loaded');
});

const P256_CURVE = { namedCurve: 'P-256' };
const P256 = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};

test('detached() says which key of a function is of another kind', async () => {
  const by = detached({ keys: () => ({ a: P256 }), signature: { header: HEADER } });
  const error: unknown = await load(await signed({ n: 1 }), { by }).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'LOAD_FAILED', retry: 'slow' });
  expect(String(error)).toContain('"keys" gave for "a" what is not a public Ed25519 key');
});

test('a key for an algorithm that objects inherit is as wrong as any other', async () => {
  const keys = { a: { kty: 'RSA', alg: 'constructor', n: 'A'.repeat(342), e: 'AQAB' } };
  expect(() => jws({ keys })).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTIONS',
      message: expect.stringMatching(/^Cannot use "keys.a" of jws\(\) /) as string,
    }),
  );
  const work = load(await compactJws({ n: 1 }, alice), { by: jws({ keys: () => keys }) });
  await expect(work).rejects.toMatchObject({ code: 'LOAD_FAILED', retry: 'slow' });
});

test.each(['rsa', 'ec', 'x25519'] as const)(
  'detached() refuses the PEM text of a key of %s',
  (kind) => {
    const { publicKey } = generateKeyPairSync(kind as 'rsa', {
      modulusLength: 2048,
      ...P256_CURVE,
    });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    expect(() => detached({ keys: { a: pem }, signature: { header: 'x' } })).toThrow(
      'Cannot use "keys.a" of detached() as it must be a public Ed25519 key',
    );
  },
);

test.each([
  [{}, 'Cannot use "keys" of detached() as it must be keys by their ids'],
  [{ a: 'secret text' }, 'Cannot use "keys.a" of detached() as it must be a public Ed25519 key'],
  [{ a: { kty: 'oct', k: 'AA' } }, 'Cannot use "keys.a"'],
  [{ a: P256 }, 'Cannot use "keys.a"'],
  [{ a: { ...alice.publicKey, x: 'AA' } }, 'Cannot use "keys.a"'],
  [{ a: { ...alice.publicKey, x: undefined } }, 'Cannot use "keys.a"'],
  [{ a: { ...alice.publicKey, d: 'AA' } }, 'Cannot use "keys.a"'],
  [{ a: { ...alice.publicKey, alg: 'HS256' } }, 'Cannot use "keys.a"'],
  [{ a: { kty: 'RSA', n: 'A'.repeat(342), e: 'AQAB' } }, 'Cannot use "keys.a"'],
])('detached() refuses the keys %j', (keys, message) => {
  const named = keys as never;
  expect(() => detached({ keys: named, signature: { header: 'x' } })).toThrow(message);
});
