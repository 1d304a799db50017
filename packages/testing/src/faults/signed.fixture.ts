import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { JsonValue, Loader } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';
import { httpSignatures } from '@holdfast/loaders/http-signatures';
import { jws } from '@holdfast/loaders/jws';
import {
  detached,
  type PublicJwk,
  verified,
  type VerifiedOptions,
} from '@holdfast/loaders/verified';
import { type ConfigServer, configServer } from '@holdfast/testing/config-server';
import { type Trial, trial, type TrialOptions } from './always.fixture.ts';

/** Who signs: node:crypto does here, so that what verifies is another implementation than what signed. */
export interface Signer {
  readonly id: string;
  readonly publicKey: PublicJwk;
  readonly privateKey: KeyObject;
}

export function signer(id: string): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { id, privateKey, publicKey: publicKey.export({ format: 'jwk' }) as PublicJwk };
}

/** A document with what proves it, as a server sends them. */
export interface Sent {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** One way to sign. */
export interface Scheme {
  sign(document: JsonValue, by: Signer): Sent;
  proof(keys: () => Readonly<Record<string, PublicJwk>>): VerifiedOptions['by'];
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const signature = (data: Uint8Array, { privateKey }: Signer): Buffer =>
  sign(null, data, privateKey);
const encoded = (value: JsonValue | Uint8Array): string =>
  Buffer.from(value instanceof Uint8Array ? value : JSON.stringify(value)).toString('base64url');

/** A JWS with this header, of whatever key signs it. */
export function jwsOf(header: JsonValue, body: Uint8Array, by: Signer): string {
  const start = `${encoded(header)}.${encoded(body)}`;
  return `${start}.${signature(bytes(start), by).toString('base64url')}`;
}

/** Each way to sign, by its name. */
export const SCHEMES: readonly (readonly [string, Scheme])[] = [
  [
    'a detached signature',
    {
      sign(document, by) {
        const body = bytes(JSON.stringify(document));
        return { body, headers: { 'x-signature': signature(body, by).toString('base64') } };
      },
      proof: (keys) => detached({ keys, signature: { header: 'x-signature' } }),
    },
  ],
  [
    'a JWS',
    {
      sign(document, by) {
        const body = bytes(JSON.stringify(document));
        return { body: bytes(jwsOf({ alg: 'EdDSA', kid: by.id }, body, by)), headers: {} };
      },
      proof: (keys) => jws({ keys }),
    },
  ],
  [
    'a JWS with a detached payload',
    {
      sign(document, by) {
        const body = bytes(JSON.stringify(document));
        const [head, , end] = jwsOf({ alg: 'EdDSA', kid: by.id }, body, by).split('.');
        return { body, headers: { 'x-signature': `${head}..${end}` } };
      },
      proof: (keys) => jws({ keys, detached: { header: 'x-signature' } }),
    },
  ],
  [
    'an HTTP message signature',
    {
      sign(document, by) {
        const body = bytes(JSON.stringify(document));
        const hash = createHash('sha256').update(body).digest('base64');
        const digest = `sha-256=:${hash}:`;
        const parameters = `("content-digest" "@status");keyid="${by.id}"`;
        const base = `"content-digest": ${digest}\n"@status": 200\n"@signature-params": ${parameters}`;
        return {
          body,
          headers: {
            'content-digest': digest,
            'signature-input': `s=${parameters}`,
            signature: `s=:${signature(bytes(base), by).toString('base64')}:`,
          },
        };
      },
      proof: (keys) => httpSignatures({ keys }),
    },
  ],
];

const PATH = '/app.json';

/** A real server of signed documents, and a config of them that the line above all faults is held against. */
export interface SignedTrial extends AsyncDisposable {
  readonly app: Trial;
  readonly server: ConfigServer;
  readonly loader: Loader;
  /** From now on the server has this, also for those who have something else. No tag, unless it is told one. */
  serve(sent: Sent, etag?: string): void;
  /** From now on these are trusted. */
  trust(...signers: readonly Signer[]): void;
}

/** What is not the same for all trials. */
interface SignedOptions extends Omit<TrialOptions<unknown>, 'loader'> {
  readonly terms?: Omit<VerifiedOptions, 'by'>;
  /** Another server than one of its own: it goes on where a process ended. */
  readonly server?: ConfigServer;
}

/** A config of what is signed this way; `by` is trusted. */
export async function signedTrial(
  scheme: Scheme,
  by: Signer,
  { terms, server: given, ...options }: SignedOptions = {},
): Promise<SignedTrial> {
  const server = given ?? (await configServer());
  let keys: Readonly<Record<string, PublicJwk>> = { [by.id]: by.publicKey };
  const http = httpLoader({
    url: server.url(PATH),
    name: 'conf',
    keepHeaders: ['x-signature'],
    compression: false,
    proxyFromEnvironment: false,
  });
  const loader = verified(http, { by: scheme.proof(() => keys), ...terms });
  const app = trial({ loader, ...options });
  return {
    app,
    server,
    loader,
    serve: ({ body, headers }, etag) => server.set(PATH, body, { etag: etag ?? false, headers }),
    trust: (...signers) => {
      keys = Object.fromEntries(signers.map(({ id, publicKey }) => [id, publicKey]));
    },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      if (!given) await server.close();
    },
  };
}

/** Waits for what takes real time, as what verifies does, which is not the clock's. */
export async function comesTrue(
  { app }: SignedTrial,
  isSo: (app: Trial) => boolean,
): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- one turn after the other
  for (let turns = 0; turns < 1_000 && !isSo(app); turns++) await app.clock.advance(1);
}
