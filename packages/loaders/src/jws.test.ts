import { isHoldfastError, type Loaded } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { jws } from './jws.ts';
import type { PublicJwk } from './verified/algorithm.ts';
import { base64url, encode, flipped, signer } from './verified/sign.fixture.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (raw: Uint8Array): string => new TextDecoder().decode(raw);

/** The payload of a compact JWS, or why it is not trusted. */
async function prove(raw: string, key: PublicJwk, loaded: Partial<Loaded> = {}): Promise<string> {
  return outcome(jws({ keys: { only: key } }).prove({ raw: bytes(raw), ...loaded }));
}

const outcome = (work: Promise<{ bytes: Uint8Array }>): Promise<string> =>
  work.then(
    (proven) => text(proven.bytes),
    (error: unknown) => {
      if (!isHoldfastError(error) || error.code !== 'UNTRUSTED') throw error;
      return error.message;
    },
  );

/** RFC 7515 A.1.1 to A.3.1: the payload of most examples. */
const CLAIMS = '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}';
const CLAIMS_ENCODED =
  'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ';

const ES256_KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};
const ES256 = `eyJhbGciOiJFUzI1NiJ9.${CLAIMS_ENCODED}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`;

const RS256_KEY = {
  kty: 'RSA',
  alg: 'RS256',
  n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
  e: 'AQAB',
};
const RS256 = `eyJhbGciOiJSUzI1NiJ9.${CLAIMS_ENCODED}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw`;

const ED25519_KEY = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
};
const ED25519 =
  'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg';

const HS256 = `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${CLAIMS_ENCODED}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`;
const NONE = `eyJhbGciOiJub25lIn0.${CLAIMS_ENCODED}.`;

describe('jws() and the examples of the specifications', () => {
  test('RFC 7515 A.2: RS256', async () => {
    expect(await prove(RS256, RS256_KEY)).toBe(CLAIMS);
    expect(await prove(RS256, { ...RS256_KEY, alg: 'PS256' })).toContain('ALG_NOT_ALLOWED');
  });

  test('RFC 7515 A.3: ES256', async () => {
    expect(await prove(ES256, ES256_KEY)).toBe(CLAIMS);
  });

  test('RFC 8037 A.4 and A.5: Ed25519', async () => {
    expect(await prove(ED25519, ED25519_KEY)).toBe('Example of Ed25519 signing');
  });

  test('RFC 7515 A.1: HS256 is refused, since whoever can verify it could sign', async () => {
    const refused = 'is not trusted: its JWS does not hold (ERR_JOSE_ALG_NOT_ALLOWED)';
    expect(await prove(HS256, ES256_KEY)).toBe(refused);
    expect(await prove(HS256, ED25519_KEY)).toBe(refused);
  });

  test('RFC 7515 A.5: a JWS without a signature is none', async () => {
    expect(await prove(NONE, ES256_KEY)).toBe('is not trusted: it is no compact JWS');
  });

  test('RFC 7515 appendix F: a detached payload', async () => {
    const [header, , signature] = ES256.split('.');
    const evidence = { url: '', status: 200, headers: { 'x-jws': `${header}..${signature}` } };
    const by = jws({ keys: { only: ES256_KEY }, detached: { header: 'X-JWS' } });
    expect(await outcome(by.prove({ raw: bytes(CLAIMS), evidence }))).toBe(CLAIMS);
    expect(await outcome(by.prove({ raw: bytes(`${CLAIMS} `), evidence }))).toContain(
      'not trusted',
    );
  });
});

/** The RFCs have no JWS of most of them: these are signed by WebCrypto here, and put together by hand. */
describe('jws() and what another implementation signs', () => {
  const { subtle } = crypto;
  const rsa = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  const pkcs1 = { name: 'RSASSA-PKCS1-v1_5', ...rsa, hash: 'SHA-256' };
  const pss = (bits: number) => ({
    name: 'RSA-PSS',
    ...rsa,
    hash: `SHA-${bits}`,
    saltLength: bits / 8,
  });
  const ecdsa = (bits: number) => ({ name: 'ECDSA', namedCurve: `P-${bits}`, hash: `SHA-${bits}` });

  test.each([
    ['RS256', pkcs1],
    ['PS256', pss(256)],
    ['PS512', pss(512)],
    ['ES256', ecdsa(256)],
    ['ES384', ecdsa(384)],
  ])('takes %s, and nothing else of its key', async (alg, how) => {
    const pair = await subtle.generateKey(how, true, ['sign', 'verify']);
    const key = { ...((await subtle.exportKey('jwk', pair.publicKey)) as PublicJwk), alg };
    const signedAs = async (name: string): Promise<string> => {
      const start = `${base64url(JSON.stringify({ alg: name }))}.${base64url('{"n":1}')}`;
      const signature = await subtle.sign(how, pair.privateKey, bytes(start));
      return `${start}.${base64url(new Uint8Array(signature))}`;
    };
    expect(await prove(await signedAs(alg), key)).toBe('{"n":1}');
    const others = ['RS256', 'PS256', 'PS512', 'ES256', 'ES384'].filter((name) => name !== alg);
    for (const other of others) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await prove(await signedAs(other), key)).toContain('ERR_JOSE_ALG_NOT_ALLOWED');
    }
  });
});

describe('jws()', () => {
  test('RFC 7797 §3: takes a detached payload as it is', async () => {
    const alice = await signer();
    const header = base64url('{"alg":"EdDSA","kid":"a","b64":false,"crit":["b64"]}');
    const raw = encode({ n: 1 });
    const signature = base64url(await alice.sign(`${header}.${text(raw)}`));
    const evidence = { url: '', status: 200, headers: { s: `${header}..${signature}` } };
    const by = jws({ keys: { a: alice.publicKey }, detached: { header: 's' } });
    expect(await outcome(by.prove({ raw, evidence }))).toBe('{"n":1}');
    const whole = `${header}.${base64url(raw)}.${signature}`;
    const other = { ...evidence, headers: { s: whole } };
    expect(await outcome(by.prove({ raw, evidence: other }))).toContain('a payload of its own');
  });

  /** A JWS of this header, signed by `alice` whatever it says. */
  async function signedAs(header: object) {
    const alice = await signer();
    const start = `${base64url(JSON.stringify(header))}.${base64url('{"n":1}')}`;
    return { alice, jws: `${start}.${base64url(await alice.sign(start))}` };
  }

  test.each([
    [{ alg: 'none' }, 'ERR_JOSE_ALG_NOT_ALLOWED'],
    [{ alg: 'HS256' }, 'ERR_JOSE_ALG_NOT_ALLOWED'],
    [{ alg: 'ES256' }, 'ERR_JOSE_ALG_NOT_ALLOWED'],
    [{ alg: 'EdDSA', crit: ['exp'], exp: 1 }, 'ERR_JOSE_NOT_SUPPORTED'],
    [{}, 'ERR_JWS_INVALID'],
    [{ alg: 'EdDSA', kid: 'b' }, 'no key "b" is trusted'],
    [{ alg: 'EdDSA', kid: '__proto__' }, 'no key "__proto__" is trusted'],
    [{ alg: 'EdDSA', kid: 7 }, 'the key id of its signature is no text'],
  ])('refuses the header %j, whatever key it brings', async (header, why) => {
    const { alice, jws: compact } = await signedAs(header);
    const jwk = alice.publicKey;
    const keys = { a: jwk };
    expect(await outcome(jws({ keys }).prove({ raw: bytes(compact) }))).toContain(why);
  });

  test('takes the key that the header names, and tries each where it names none', async () => {
    const { alice, jws: compact } = await signedAs({ alg: 'EdDSA', kid: 'a' });
    const { publicKey: other } = await signer();
    const keys = { b: other, a: alice.publicKey };
    expect(await outcome(jws({ keys }).prove({ raw: bytes(`${compact}\n`) }))).toBe('{"n":1}');
    const swapped = { a: other, b: alice.publicKey };
    const refused = 'its JWS does not hold (ERR_JWS_SIGNATURE_VERIFICATION_FAILED)';
    const proven = outcome(jws({ keys: swapped }).prove({ raw: bytes(compact) }));
    expect(await proven).toContain(refused);
    const nameless = await signedAs({ alg: 'EdDSA' });
    const raw = bytes(nameless.jws);
    const several = { p256: ES256_KEY, b: other, a: nameless.alice.publicKey };
    expect(await outcome(jws({ keys: several }).prove({ raw }))).toBe('{"n":1}');
    expect(await outcome(jws({ keys: { p256: ES256_KEY, b: other } }).prove({ raw }))).toContain(
      refused,
    );
  });

  test('says of a key that is no point of its curve that it is broken, and blames no document', async () => {
    const key = { ...ES256_KEY, y: ES256_KEY.x };
    const { publicKey: other } = await signer();
    for (const keys of [{ a: key }, { a: key, other }]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(jws({ keys }).prove({ raw: bytes(ES256) })).rejects.toMatchObject({
        code: 'LOAD_FAILED',
        message: 'cannot be judged: an ES256 key is broken, or its algorithm is unknown here',
      });
    }
  });

  test('tries the others beside a key that is broken', async () => {
    const { alice, jws: compact } = await signedAs({ alg: 'EdDSA' });
    const broken = { ...ES256_KEY, y: ES256_KEY.x };
    const raw = bytes(compact);
    expect(await outcome(jws({ keys: { broken, a: alice.publicKey } }).prove({ raw }))).toBe(
      '{"n":1}',
    );
  });

  test('refuses whatever bit is turned', async () => {
    const whole = bytes(ED25519);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const raw = flipped(whole, bit);
      const by = jws({ keys: { only: ED25519_KEY } });
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await outcome(by.prove({ raw }))).toContain('is not trusted');
    }
  });

  test.each(['', 'x', '{"n":1}', 'a.b.c', '....', `${'A'.repeat(9)}.${'A'.repeat(9)}.AAAA`])(
    'refuses what is no JWS: %j',
    async (raw) => {
      expect(await prove(raw, ED25519_KEY)).toContain('is not trusted');
    },
  );
});
