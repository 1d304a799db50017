import type { JsonValue } from '@holdfast/core';
import { mockLoader } from '@holdfast/testing';
import { configServer } from '@holdfast/testing/config-server';
import { contractTests, type LoaderHarness, loaderContract } from '@holdfast/testing/contracts';
import { describe, test } from 'vitest';
import { httpLoader } from './http.ts';
import { contentDigest, httpSignatures } from './http-signatures.ts';
import { jws } from './jws.ts';
import { detached, type Proof, verified } from './verified.ts';
import { base64, base64url, encode, signer } from './verified/sign.fixture.ts';

const alice = await signer();
const keys = { alice: alice.publicKey };

/** Over HTTP, with what makes the headers that prove a body. */
async function overHttp(
  by: (url: URL) => Proof,
  prove: (body: Uint8Array) => Promise<Record<string, string>>,
): Promise<LoaderHarness> {
  const document = { served: 'at first' };
  const server = await configServer({ documents: { '/app.json': document } });
  const publish = async (value: JsonValue): Promise<void> => {
    const body = encode(value);
    server.set('/app.json.sig', base64(await alice.sign(body)));
    server.set('/app.json', body, { headers: await prove(body) });
  };
  await publish(document);
  const url = new URL(server.url('/app.json'));
  url.username = 'admin';
  url.password = 'swordfish';
  const make = () =>
    verified(httpLoader({ url, keepHeaders: ['X-Signature'], compression: false }), {
      by: by(url),
    });
  const loader = make();
  return {
    loader,
    document,
    publish,
    breakSource: () => server.fault('refuse'),
    healSource: () => server.heal(),
    remove: () => server.delete('/app.json'),
    hang: () => server.fault('hang'),
    restart: make,
    secrets: ['swordfish', btoa('admin:swordfish')],
    async dispose() {
      await loader.close?.();
      await server.close();
    },
  };
}

const sha256 = async (body: Uint8Array): Promise<string> =>
  base64(new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(body))));

/** RFC 9421: an answer of the status 200, by its digest. */
async function messageSigned(body: Uint8Array): Promise<Record<string, string>> {
  const digest = `sha-256=:${await sha256(body)}:`;
  const parameters = '("content-digest" "@status");keyid="alice"';
  const lines = [`"content-digest": ${digest}`, '"@status": 200'];
  const base = [...lines, `"@signature-params": ${parameters}`].join('\n');
  const signature = base64(await alice.sign(base));
  return {
    'content-digest': digest,
    'signature-input': `s=${parameters}`,
    signature: `s=:${signature}:`,
  };
}

/** RFC 7515 appendix F. */
async function besides(body: Uint8Array): Promise<string> {
  const header = base64url('{"alg":"EdDSA"}');
  return `${header}..${base64url(await alice.sign(`${header}.${base64url(body)}`))}`;
}

describe.each<[string, () => Promise<LoaderHarness>]>([
  [
    'a signature in a header',
    () =>
      overHttp(
        () => detached({ keys, signature: { header: 'x-signature' } }),
        async (body) => ({ 'x-signature': base64(await alice.sign(body)) }),
      ),
  ],
  [
    'a signature beside the document',
    () =>
      overHttp(
        (url) => detached({ keys, signature: httpLoader({ url: `${url.href}.sig` }) }),
        async () => ({}),
      ),
  ],
  [
    'a JWS with a detached payload',
    () =>
      overHttp(
        () => jws({ keys, detached: { header: 'x-signature' } }),
        async (body) => ({ 'x-signature': await besides(body) }),
      ),
  ],
  [
    'an HTTP message signature',
    () => overHttp(() => httpSignatures({ keys, covers: ['@status'] }), messageSigned),
  ],
  [
    'a Content-Digest',
    () =>
      overHttp(contentDigest, async (body) => ({
        'content-digest': `sha-256=:${await sha256(body)}:`,
      })),
  ],
])('verified() by %s keeps the contract of loaders', (_, createHarness) => {
  const tests = contractTests(loaderContract, createHarness, {
    without: ['disconnect', 'watch', 'time'],
  });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});

/** Around a loader that is watched. */
async function watched(): Promise<LoaderHarness> {
  const document = { served: 'at first' };
  const sign = async (value: JsonValue): Promise<Uint8Array> => {
    const start = `${base64url('{"alg":"EdDSA"}')}.${base64url(encode(value))}`;
    return new TextEncoder().encode(`${start}.${base64url(await alice.sign(start))}`);
  };
  const mock = mockLoader({ watch: true, value: await sign(document) });
  mock.connect();
  const by = jws({ keys });
  return {
    loader: verified(mock, { by }),
    document,
    publish: async (next) => mock.push(await sign(next)),
    breakSource: () => mock.fail(Infinity),
    healSource: () => mock.heal(),
    remove: () => mock.absent(),
    hang: () => mock.delay(3_600_000),
    restart: () => verified(mock, { by }),
    disconnect: () => mock.disconnect(),
  };
}

describe('verified() by JWS keeps the contract of loaders', () => {
  const tests = contractTests(loaderContract, watched, { without: ['secrets', 'limits'] });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});
