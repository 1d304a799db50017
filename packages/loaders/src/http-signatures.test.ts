import { isHoldfastError, type Loaded } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentDigest, httpSignatures, type HttpSignatureOptions } from './http-signatures.ts';
import { type Message, signatureBase } from './http-signatures/signature-base.ts';
import { type InnerList, loadStructured } from './http-signatures/structured.ts';
import { messageOf, verifyMessage } from './http-signatures/verify-message.ts';
import type { Proof } from './verified/proof.ts';
import { base64, flipped, signer } from './verified/sign.fixture.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const structured = await loadStructured();

async function outcome(by: Proof, loaded: Loaded): Promise<string> {
  return by.prove(loaded).then(
    () => 'proven',
    (error: unknown) => {
      if (!isHoldfastError(error) || error.code !== 'UNTRUSTED') throw error;
      return error.message;
    },
  );
}

/** RFC 9421 B.1.3 and B.1.4. */
const P256 = {
  kty: 'EC',
  crv: 'P-256',
  x: 'qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA',
  y: 'Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0',
};
const ED25519 = { kty: 'OKP', crv: 'Ed25519', x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs' };

/** RFC 9421 B.2: test-response. */
const RESPONSE = '{"message": "good dog"}';
const RESPONSE_HEADERS = {
  date: 'Tue, 20 Apr 2021 02:07:56 GMT',
  'content-type': 'application/json',
  'content-digest':
    'sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:',
  'content-length': '23',
};

/** RFC 9421 B.2: test-request. */
const REQUEST: Message = {
  method: 'POST',
  url: 'https://example.com/foo?param=Value&Pet=dog',
  headers: {
    host: 'example.com',
    date: 'Tue, 20 Apr 2021 02:07:55 GMT',
    'content-type': 'application/json',
    'content-digest':
      'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
    'content-length': '18',
  },
};

function withSignature(message: Message, input: string, signature: string): Message {
  const headers = { ...message.headers, 'signature-input': input, signature };
  return { ...message, headers };
}

function baseOf(message: Message): string {
  const [covered] = structured.parseDictionary(message.headers['signature-input']!).values();
  return signatureBase(structured, message, covered as InnerList);
}

describe('httpSignatures() and RFC 9421', () => {
  const B24 = withSignature(
    { status: 200, headers: RESPONSE_HEADERS },
    'sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"',
    'sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==:',
  );

  test('B.2.4: signing a response using ecdsa-p256-sha256', async () => {
    expect(baseOf(B24)).toBe(
      [
        '"@status": 200',
        '"content-type": application/json',
        `"content-digest": ${RESPONSE_HEADERS['content-digest']}`,
        '"content-length": 23',
        '"@signature-params": ("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"',
      ].join('\n'),
    );
    const by = httpSignatures({ keys: { 'test-key-ecc-p256': P256 }, covers: ['@status'] });
    const evidence = { url: 'https://example.com/foo', status: 200, headers: B24.headers };
    expect(await outcome(by, { raw: bytes(RESPONSE), evidence })).toBe('proven');
    expect(
      await outcome(by, { raw: bytes(RESPONSE), evidence: { ...evidence, status: 203 } }),
    ).toContain('not trusted');
    expect(await outcome(by, { raw: bytes(`${RESPONSE}\n`), evidence })).toContain(
      'of another content',
    );
  });

  test('B.2.6: signing a request using ed25519', async () => {
    const message = withSignature(
      REQUEST,
      'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
      'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
    );
    const keys = new Map([['test-key-ed25519', ED25519]]);
    await expect(verifyMessage(structured, message, { keys, covers: [] })).resolves.toBe(undefined);
    const other = { ...message, method: 'PUT' };
    await expect(verifyMessage(structured, other, { keys, covers: [] })).rejects.toThrow(
      'not trusted',
    );
  });

  test('B.2.1: the base of a signature that covers nothing', () => {
    const parameters =
      '();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"';
    const message = withSignature(REQUEST, `sig-b21=${parameters}`, '');
    expect(baseOf(message)).toBe(`"@signature-params": ${parameters}`);
  });

  test('§2.1.2: members of a dictionary, each alone', () => {
    const headers = { 'example-dict': ' a=1,    b=2;x=1;y=2,   c=(a   b   c), d' };
    const ids =
      '("example-dict";key="a" "example-dict";key="d" "example-dict";key="b" "example-dict";key="c")';
    const message = withSignature({ headers }, `s=${ids}`, '');
    expect(baseOf(message).split('\n').slice(0, 4)).toEqual([
      '"example-dict";key="a": 1',
      '"example-dict";key="d": ?1',
      '"example-dict";key="b": 2;x=1;y=2',
      '"example-dict";key="c": (a b c)',
    ]);
  });

  test('§2.4: components of the request that an answer is to', () => {
    const message = withSignature(
      messageOf({ url: 'https://Example.com:443/app.json', status: 200, headers: {} }),
      's=("@method";req "@authority";req "@scheme";req "@path";req "@status")',
      '',
    );
    expect(baseOf(message).split('\n').slice(0, 5)).toEqual([
      '"@method";req: GET',
      '"@authority";req: example.com',
      '"@scheme";req: https',
      '"@path";req: /app.json',
      '"@status": 200',
    ]);
  });

  test.each([
    ['"@query"', 'which is not kept'],
    ['"@target-uri";req', 'which is not kept'],
    ['"@path"', 'which is not kept'],
    ['"x-missing"', 'which is not kept'],
    ['"date";sf', 'which is not kept'],
    ['"date";bs', 'which is not kept'],
    ['"date";tr', 'which is not kept'],
    ['"date" "date"', 'twice'],
    ['"@signature-params"', 'which is not kept'],
    ['"toString"', 'which is not kept'],
  ])('§2.5: a base cannot be made of %s', (ids, why) => {
    const message = withSignature({ status: 200, headers: RESPONSE_HEADERS }, `s=(${ids})`, '');
    expect(() => baseOf(message)).toThrow(why);
  });
});

describe('httpSignatures()', async () => {
  const alice = await signer();
  const sha256 = async (raw: Uint8Array): Promise<string> =>
    base64(new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(raw))));

  async function signed(
    parameters = ';created=1;keyid="a"',
    { covered = '"content-digest" "@path";req', body = '{"n":1}', more = {} } = {},
  ): Promise<Loaded & { evidence: NonNullable<Loaded['evidence']> }> {
    const raw = bytes(body);
    const plain = {
      url: 'https://conf.test/app.json',
      status: 200,
      headers: { 'content-digest': `sha-256=:${await sha256(raw)}:`, ...more },
    };
    const input = `s=(${covered})${parameters}`;
    const message = withSignature(messageOf(plain), input, '');
    const signature = `s=:${base64(await alice.sign(baseOf(message)))}:`;
    return {
      raw,
      evidence: { ...plain, headers: { ...plain.headers, 'signature-input': input, signature } },
    };
  }
  const by = (options: Partial<HttpSignatureOptions> = {}): Proof =>
    httpSignatures({ keys: { a: alice.publicKey }, ...options });

  test('proves an answer, and tells until when', async () => {
    expect(await outcome(by(), await signed())).toBe('proven');
    expect(await by().prove(await signed(';expires=1700000000;keyid="a"'))).toMatchObject({
      expiresAt: 1_700_000_000_000,
    });
  });

  test.each([
    [';keyid="b"', {}, 'no key "b" is trusted'],
    [';keyid="a";alg="hmac-sha256"', {}, 'another algorithm'],
    [';keyid="a";alg="none"', {}, 'another algorithm'],
    [';keyid="a"', { covered: '"@status"' }, 'does not cover content-digest'],
    [';keyid="a"', { covered: '"content-digest";key="sha-256"' }, 'does not cover content-digest'],
    [';keyid="a"', { more: { 'content-encoding': 'gzip' } }, 'compression: false'],
  ])('refuses %s %j', async (parameters, more, why) => {
    expect(await outcome(by(), await signed(parameters, more))).toContain(why);
  });

  test('refuses a document that was served in the place of another one, if that must be covered', async () => {
    const covers = ['@path;req'];
    const { raw, evidence } = await signed();
    const moved = { raw, evidence: { ...evidence, url: 'https://conf.test/other.json' } };
    expect(await outcome(by({ covers }), { raw, evidence })).toBe('proven');
    expect(await outcome(by({ covers }), moved)).toContain('is not trusted');
    const bare = await signed(undefined, { covered: '"content-digest"' });
    expect(await outcome(by({ covers }), bare)).toContain('does not cover @path;req');
  });

  test('refuses whatever bit is turned, of the body or of a header that counts', async () => {
    const { raw, evidence } = await signed();
    const parts = [raw as Uint8Array, ...Object.values(evidence.headers).map(bytes)];
    const names = Object.keys(evidence.headers);
    const turn = fc
      .nat(parts.length - 1)
      .chain((part) => fc.tuple(fc.constant(part), fc.nat(parts[part]!.length * 8 - 1)));
    await fc.assert(
      fc.asyncProperty(turn, async ([part, bit]) => {
        const turned = flipped(parts[part]!, bit);
        const name = names[part - 1] ?? '';
        const turnedText = { [name]: String.fromCharCode(...turned) };
        const headers = { ...evidence.headers, ...(part > 0 && turnedText) };
        const changed = { raw: part === 0 ? turned : raw, evidence: { ...evidence, headers } };
        expect(await outcome(by(), changed)).toContain('is not trusted');
      }),
      { numRuns: 500 },
    );
  });

  test('takes one of several signatures', async () => {
    const { raw, evidence } = await signed();
    const { 'signature-input': input, signature } = evidence.headers;
    const headers = {
      ...evidence.headers,
      'signature-input': `x=("content-digest");keyid="unknown", ${input}`,
      signature: `x=:AAAA:, ${signature}`,
    };
    expect(await outcome(by(), { raw, evidence: { ...evidence, headers } })).toBe('proven');
  });

  test('refuses a document of a loader that keeps no answer', async () => {
    expect(await outcome(by(), { raw: bytes('{}') })).toContain('keeps no answer');
  });
});

describe('contentDigest() and RFC 9530', () => {
  /** Appendix D: of `{"hello": "world"}` and a line feed. */
  const SHA_256 = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:';
  const SHA_512 =
    'sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:';
  const BODY = '{"hello": "world"}\n';
  const check = (digest: string, body = BODY): Promise<string> =>
    outcome(contentDigest(), {
      raw: bytes(body),
      evidence: { url: '', status: 200, headers: { 'content-digest': digest } },
    });

  test.each([SHA_256, SHA_512, `${SHA_256}, ${SHA_512}`, `md5=:AAAA:, ${SHA_256}`])(
    'appendix D: %s',
    async (digest) => {
      expect(await check(digest)).toBe('proven');
      expect(await check(digest, BODY.trim())).toContain('of another content');
    },
  );

  test.each([
    ['md5=:d1isdW/S8VhQxlUHbGRgAA==:', 'neither sha-256 nor sha-512'],
    ['', 'neither'],
    [`${SHA_256}, sha-512=:AAAA:`, 'of another content'],
    ['sha-256="RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="', 'of another content'],
    ['sha-256=?1', 'of another content'],
    ['sha-256=:!:', 'is broken'],
    ['sha-256', 'of another content'],
  ])('§2: %s is refused', async (digest, why) => {
    expect(await check(digest)).toContain(why);
  });
});
