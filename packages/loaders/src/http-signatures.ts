import type { Evidence, Loaded } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';
import { refuseOtherDigest } from './http-signatures/content-digest.ts';
import { refuseOtherRequest } from './http-signatures/refuse-other-request.ts';
import { loadStructured } from './http-signatures/structured.ts';
import { messageOf, verifyMessage } from './http-signatures/verify-message.ts';
import { checkOptions } from './internal/check-options.ts';
import { distrust } from './verified/distrust.ts';
import { bytesOf, type Proof } from './verified/proof.ts';
import { checkKeys, type KeyKind, type KeySource, trustedKeys } from './verified/trusted-keys.ts';

export type { PublicJwk, PublicKey } from './verified/algorithm.ts';
export type { Proof, Proven, SideRequest } from './verified/proof.ts';
export type { KeySource, TrustedKeys } from './verified/trusted-keys.ts';

/** Options of {@link httpSignatures}. */
export interface HttpSignatureOptions {
  /**
   * Who is trusted: public keys by their ids (`keyid`), or a function that gives them. A key is for one algorithm, whatever
   * `alg` says.
   */
  readonly keys: KeySource;
  /**
   * What a signature must cover beside `content-digest`, as RFC 9421 writes components, without quotes: `@path;req` keeps a
   * document from being served in the place of another one of the same signer. What is of the request must be that of the URL
   * which the loader asks, and not of one that a redirect led to.
   *
   * @default {[]}
   */
  readonly covers?: readonly string[] | undefined;
}

/** Those whose algorithm has a name in RFC 9421. */
const NAMED_KEYS: KeyKind = {
  allowed:
    'a public key: a JWK of Ed25519, P-256, P-384 or RSA (2048 bits at least) with its "alg" (RS256, PS512), or the PEM text of an Ed25519 key',
  takes: ({ http }) => http !== undefined,
};

/** What can be proven of an answer to a plain GET, whose query is not kept. */
const COMPONENT =
  /^(?:@status|@(?:method|authority|scheme|path);req|[\da-z!#$%&'*+.^_`|~-]+(?:;key="[\x20\x21\x23-\x5b\x5d-\x7e]*")?)$/;
const COMPONENTS =
  '@status, @method;req, @authority;req, @scheme;req, @path;req, or the name of a header in small letters, as it is or with ;key="…"';

/**
 * Answers that are signed as HTTP messages (RFC 9421), for `verified`. Nothing counts but what the signature covers: the body
 * does by its `Content-Digest`, so answers must not be compressed (`compression: false` of `httpLoader`).
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function httpSignatures(options: HttpSignatureOptions): Proof {
  const check: OptionChecks = new OptionChecks('httpSignatures()', ['keys']);
  checkOptions(check, options, { example: '{ keys }', known: ['keys', 'covers'] });
  const { keys, covers = [] } = options;
  checkKeys(check, keys, NAMED_KEYS);
  check.texts('covers', covers);
  const wrong = covers.find((component) => !COMPONENT.test(component));
  if (wrong !== undefined) throw check.fail('covers', COMPONENTS, wrong);
  const required = ['content-digest', ...covers];
  const components = covers.filter((component) => component.endsWith(';req'));
  const collected = new WeakSet<Evidence>();
  return {
    async collect(loaded) {
      const { evidence } = answered(loaded);
      const kept = { ...evidence, signature: evidence.headers['signature'] };
      collected.add(kept);
      return { ...loaded, evidence: kept };
    },
    async prove(loaded, key = '') {
      const { bytes, evidence } = answered(loaded);
      const message = messageOf(evidence);
      refuseOtherRequest(message.request, { key, components, isNew: collected.has(evidence) });
      const structured = await loadStructured();
      const signers = { keys: await trustedKeys(keys, NAMED_KEYS), covers: required };
      const expiresAt = await verifyMessage(structured, message, signers);
      await refuseOtherDigest(structured, evidence.headers, bytes);
      return { bytes, expiresAt };
    },
  };
}

/**
 * Answers whose body fits their `Content-Digest` (RFC 9530), for `verified`. That tells of what broke on the way, and not of who
 * wrote it: whoever can change the body can change the digest, too.
 */
export function contentDigest(): Proof {
  return {
    async prove(loaded) {
      const { bytes, evidence } = answered(loaded);
      await refuseOtherDigest(await loadStructured(), evidence.headers, bytes);
      return { bytes };
    },
  };
}

function answered(loaded: Loaded): { bytes: Uint8Array; evidence: Evidence } {
  const bytes = bytesOf(loaded);
  const { evidence } = loaded;
  if (bytes && evidence) return { bytes, evidence };
  throw distrust('its loader keeps no answer with it: only those over HTTP do');
}
