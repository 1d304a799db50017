import { isHoldfastError, type Loaded, type Loader } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentDigest, httpSignatures, type HttpSignatureOptions } from './http-signatures.ts';
import { type Message, signatureBase } from './http-signatures/signature-base.ts';
import { type InnerList, loadStructured } from './http-signatures/structured.ts';
import { messageOf, verifyMessage } from './http-signatures/verify-message.ts';
import { loadRequest, NOW } from './http/load.fixture.ts';
import { verified } from './verified.ts';
import type { PublicKey } from './verified/algorithm.ts';
import type { Proof } from './verified/proof.ts';
import { base64, flipped, loaderOf, signer } from './verified/sign.fixture.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const structured = await loadStructured();

async function outcome(by: Proof, loaded: Loaded, key?: string): Promise<string> {
  return by.prove(loaded, key).then(
    () => 'proven',
    (error: unknown) => {
      if (!isHoldfastError(error) || error.code !== 'UNTRUSTED') throw error;
      return error.message;
    },
  );
}

/** RFC 9421 B.1.2, B.1.3 and B.1.4. */
const RSA_PSS = {
  kty: 'RSA',
  alg: 'PS512',
  n: 'r4tmm3r20Wd_PbqvP1s2-QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct-Lh1GH45x28Rw3Ry53mm-oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHqgDsznjPFmTOtCEcN2Z1FpWgchwuYLPL-Wokqltd11nqqzi-bJ9cvSKADYdUAAN5WUtzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4aOT9v6d-nb4bnNkQVklLQ3fVAvJm-xdDOp9LCNCN48V2pnDOkFV6-U9nV5oyc6XI2w',
  e: 'AQAB',
};
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

/** RFC 9421 B.3: what the proxy passes on; its body is not covered. */
const PROXIED: Message = {
  method: 'POST',
  url: 'https://service.internal.example/foo?param=Value&Pet=dog',
  headers: {
    host: 'service.internal.example',
    date: 'Tue, 20 Apr 2021 02:07:55 GMT',
    'content-type': 'application/json',
    'content-length': '18',
    'client-cert':
      ':MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:',
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

  const signers = {
    keys: new Map<string, PublicKey>([
      ['test-key-rsa-pss', RSA_PSS],
      ['test-key-ecc-p256', P256],
    ]),
    covers: [],
  };

  test('B.2.1: minimal signature using rsa-pss-sha512', async () => {
    const input =
      'sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"';
    const message = withSignature(
      REQUEST,
      input,
      'sig-b21=:d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==:',
    );
    expect(baseOf(message)).toBe(`"@signature-params": ${input.slice('sig-b21='.length)}`);
    await expect(verifyMessage(structured, message, signers)).resolves.toBe(undefined);
    // it covers nothing, so no document is proven by it
    const covers = ['content-digest'];
    await expect(verifyMessage(structured, message, { ...signers, covers })).rejects.toThrow(
      'it does not cover content-digest',
    );
    const other = { ...RSA_PSS, alg: 'RS256' };
    const keys = new Map([['test-key-rsa-pss', other]]);
    await expect(verifyMessage(structured, message, { ...signers, keys })).rejects.toThrow(
      'it is not of this key',
    );
  });

  test.each([
    [
      'B.2.2: selective covered components, one of them of the query',
      'sig-b22=("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example"',
      'sig-b22=:LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==:',
      'covers "@query-param";name="Pet", which is not kept',
    ],
    [
      'B.2.3: full coverage, with the query',
      'sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss"',
      'sig-b23=:bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==:',
      'covers "@query", which is not kept',
    ],
    [
      'B.2.5: signing with a secret (hmac-sha256), which is no public key',
      'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
      'sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:',
      'no key "test-shared-secret" is trusted',
    ],
    [
      'B.3: TLS-terminating proxies, with the query',
      'ttrp=("@path" "@query" "@method" "@authority" "client-cert");created=1618884473;keyid="test-key-ecc-p256"',
      'ttrp=:xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==:',
      'covers "@query", which is not kept',
      PROXIED,
    ],
  ])('%s: is refused', async (_, input, signature, why, request = REQUEST) => {
    const message = withSignature(request, input, signature);
    await expect(verifyMessage(structured, message, signers)).rejects.toThrow(why);
  });

  test('B.3: all that the proxy signs but the query has the line that the RFC gives', () => {
    const ids = '("@path" "@method" "@authority" "client-cert")';
    expect(
      baseOf(withSignature(PROXIED, `ttrp=${ids}`, ''))
        .split('\n')
        .slice(0, -1),
    ).toEqual([
      '"@path": /foo',
      '"@method": POST',
      '"@authority": service.internal.example',
      `"client-cert": ${PROXIED.headers['client-cert']}`,
    ]);
  });

  describe('B.4: HTTP message transformations', () => {
    /** A message of the section, by its lines: fields of one name are put together in their order, as transports do. */
    function received(line: string, fields: readonly string[]): Message {
      const [method = '', target = ''] = line.split(' ');
      const headers = new Headers(fields.map((field) => field.split(': ') as [string, string]));
      const url = `https://${headers.get('host')}${target}`;
      return withSignature(
        { method, url, headers: Object.fromEntries(headers) },
        'transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519"',
        'transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:',
      );
    }
    const trusted = { keys: new Map([['test-key-ed25519', ED25519]]), covers: [] };
    const GET = 'GET /demo?name1=Value1&Name2=value2 HTTP/1.1';
    const host = 'Host: example.org';
    const date = 'Date: Fri, 15 Jul 2022 14:24:55 GMT';
    const json = 'Accept: application/json';
    const any = 'Accept: */*';

    test('the signature base of the message as it was signed', () => {
      expect(baseOf(received(GET, [host, date, json, any]))).toBe(
        [
          '"@method": GET',
          '"@path": /demo',
          '"@authority": example.org',
          '"accept": application/json, */*',
          '"@signature-params": ("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519"',
        ].join('\n'),
      );
    });

    test.each([
      ['as it was signed', GET, [host, date, json, any]],
      [
        'with another header, and more of a query',
        'GET /demo?name1=Value1&Name2=value2&param=added HTTP/1.1',
        [host, date, json, any, 'Accept-Language: en-US,en;q=0.5'],
      ],
      [
        'without Date, with Referer, and Accept in one line',
        GET,
        [host, 'Referer: https://developer.example.org/demo', 'Accept: application/json, */*'],
      ],
      ['with its fields in another order', GET, [json, any, date, host]],
    ])('%s: is valid', async (_, line, fields) => {
      const message = received(line, fields);
      await expect(verifyMessage(structured, message, trusted)).resolves.toBe(undefined);
    });

    const POST = GET.replace('GET', 'POST');
    const elsewhere = 'Host: example.com';
    test.each([
      ['with another method and authority', POST, [elsewhere, date, json, any]],
      ['with another method alone', POST, [host, date, json, any]],
      ['with another authority alone', GET, [elsewhere, date, json, any]],
      ['with the two lines of Accept in another order', GET, [host, date, any, json]],
    ])('%s: is NOT valid', async (_, line, fields) => {
      const message = received(line, fields);
      await expect(verifyMessage(structured, message, trusted)).rejects.toThrow(
        'it is not of this key over this answer',
      );
    });
  });

  test('B.1.5: a shared secret is no key', () => {
    const secret = {
      kty: 'oct',
      k: 'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ',
    };
    expect(() => httpSignatures({ keys: { 'test-shared-secret': secret } })).toThrow(
      'Cannot use "keys.test-shared-secret" of httpSignatures() as it must be a public key',
    );
  });

  test('§2.1: fields as they are, without white space around them, and empty ones', () => {
    // lines that were folded, and several of one name, are put together by the transport
    const fields = {
      host: 'www.example.com',
      date: 'Tue, 20 Apr 2021 02:07:56 GMT',
      'x-ows-header': '  Leading and trailing whitespace.   ',
      'x-obs-fold-header': 'Obsolete line folding.',
      'cache-control': 'max-age=60, must-revalidate',
      'example-dict': ' a=1,    b=2;x=1;y=2,   c=(a   b   c)',
      'x-empty-header': ' ',
    };
    const ids = Object.keys(fields).map((name) => `"${name}"`);
    const message = withSignature({ headers: fields }, `s=(${ids.join(' ')})`, '');
    expect(baseOf(message).split('\n').slice(0, -1)).toEqual([
      '"host": www.example.com',
      '"date": Tue, 20 Apr 2021 02:07:56 GMT',
      '"x-ows-header": Leading and trailing whitespace.',
      '"x-obs-fold-header": Obsolete line folding.',
      '"cache-control": max-age=60, must-revalidate',
      '"example-dict": a=1,    b=2;x=1;y=2,   c=(a   b   c)',
      '"x-empty-header": ',
    ]);
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

  test('§2.4: components of the request that an answer is to, of a URL of our own', () => {
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

  test.each([
    '@query;req',
    '@target-uri;req',
    '@path',
    '@status;req',
    '"@path";req',
    '"content-type"',
    'Content-Type',
    'content-type;req',
    'date;sf',
    'x;key=a',
    '@signature-params',
    '',
  ])('says at construction that %j can be proven of no answer', (component) => {
    expect(() => by({ covers: ['@status', component] })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        message: expect.stringMatching(
          /^Cannot use "covers(\[1\])?" of httpSignatures\(\) /,
        ) as string,
      }),
    );
  });

  test('takes all components that can be proven', () => {
    const request = ['@method;req', '@authority;req', '@scheme;req', '@path;req'];
    const headers = ['content-type', 'x-dictionary;key="a"'];
    expect(by({ covers: ['@status', ...request, ...headers] })).toHaveProperty('prove');
  });

  test('takes no key whose algorithm has no name in RFC 9421', () => {
    expect(() => by({ keys: { a: { ...RSA_PSS, alg: 'PS256' } } })).toThrow(
      'Cannot use "keys.a" of httpSignatures() as it must be a public key',
    );
  });

  test('tries each key where a signature names none', async () => {
    const loaded = await signed('');
    const both = { b: (await signer()).publicKey, a: alice.publicKey };
    expect(await outcome(by({ keys: both }), loaded)).toBe('proven');
    expect(await outcome(by({ keys: { b: both.b } }), loaded)).toContain('not of this key');
    const broken = { ...P256, y: P256.x };
    expect(await outcome(by({ keys: { broken, ...both } }), loaded)).toBe('proven');
    await expect(by({ keys: { broken, b: both.b } }).prove(loaded)).rejects.toMatchObject({
      code: 'LOAD_FAILED',
    });
  });

  test('refuses a document that was served in the place of another one, if that must be covered', async () => {
    const covers = ['@path;req'];
    const { raw, evidence } = await signed();
    const key = 'https://conf.test/app.json?token=1';
    const moved = { raw, evidence: { ...evidence, url: 'https://conf.test/other.json' } };
    expect(await outcome(by({ covers }), { raw, evidence }, key)).toBe('proven');
    expect(await outcome(by({ covers }), moved, key)).toContain('is not trusted');
    const bare = await signed(undefined, { covered: '"content-digest"' });
    expect(await outcome(by({ covers }), bare, key)).toContain('does not cover @path;req');
  });

  test('does not take the word of an answer for what was asked', async () => {
    const loaded = await signed();
    const other = 'https://conf.test/other.json';
    expect(await outcome(by({ covers: ['@path;req'] }), loaded, other)).toContain(
      'its @path;req is not that of what its loader asks',
    );
    // the host is the same, and the path need not be
    const host = await signed(undefined, { covered: '"content-digest" "@authority";req' });
    expect(await outcome(by({ covers: ['@authority;req'] }), host, other)).toBe('proven');
    expect(await outcome(by(), loaded, other)).toBe('proven');
  });

  describe('§2.3: the end that a signature has itself (expires), in verified()', () => {
    const over = 'it expired at 2026-01-01T00:00:00.000Z, and no newer one came';
    const ends = () => signed(`;created=1;expires=${NOW / 1_000};keyid="a"`);

    /** How a poll at this time ends, and whether it asked for a whole document. */
    async function poll(loaded: Loaded | 'unchanged', at: number, has?: Loaded) {
      const asked: unknown[] = [];
      const conf = loaderOf({ loaded });
      const noting: Loader = {
        ...conf,
        load: (request) => (asked.push(request.known), conf.load(request)),
      };
      const time = { now: () => at, monotonic: () => 0, sleep: async () => {} };
      const held = has && { bytes: has.raw as Uint8Array, evidence: has.evidence };
      const known = { origin: 'conf', etag: '"1"' };
      const request = loadRequest({ time, known, ...(held && { held }) });
      const end = await verified(noting, { by: by() })
        .load(request)
        .then(
          ({ kind }) => kind,
          (error: unknown) => (error as Error).message,
        );
      return [end, asked[0] === known ? 'asked for another' : 'asked for the whole'];
    }

    test('a new document counts before it, and is refused from then on', async () => {
      expect(await poll(await ends(), NOW - 1)).toEqual(['loaded', 'asked for another']);
      const [refused] = await poll(await ends(), NOW);
      expect(refused).toContain(over);
    });

    test('the one in force is confirmed before it; from then on it is asked for anew, and 304 is refused', async () => {
      const one = await ends();
      expect(await poll('unchanged', NOW - 1, one)).toEqual(['unchanged', 'asked for another']);
      const [refused, how] = await poll('unchanged', NOW, one);
      expect(refused).toContain(over);
      expect(how).toBe('asked for the whole');
      // the same document, signed again
      expect(await poll(await signed(), NOW, one)).toEqual(['loaded', 'asked for the whole']);
    });

    test.each(['"2030-01-01"', '?1'])('%s is none', async (end) => {
      const loaded = await signed(`;expires=${end};keyid="a"`);
      expect(await outcome(by(), loaded)).toContain('its end is no number');
    });
  });

  test('verified() holds what lies in a cache against what its loader asks', async () => {
    const loaded = await signed();
    const of = (key: string) =>
      verified({ ...loaderOf({ loaded }), key }, { by: by({ covers: ['@path;req'] }) });
    const { limits } = loadRequest();
    expect(await of(loaded.evidence.url).decode!(loaded, limits)).toEqual({ n: 1 });
    await expect(of('https://conf.test/other.json').decode!(loaded, limits)).rejects.toThrow(
      'is not that of what its loader asks',
    );
  });

  test('takes an answer of one of several loaders only as it came: which one it was lies in no cache', async () => {
    const proof = by({ covers: ['@path;req'] });
    const loaded = await signed();
    const key = JSON.stringify(['first of', 'https://conf.test/app.json']);
    expect(await outcome(proof, loaded, key)).toContain('which of several URLs');
    const collected = await proof.collect!(loaded, loadRequest());
    expect(await outcome(proof, collected, key)).toBe('proven');
    expect(await outcome(proof, { ...collected }, key)).toBe('proven');
    const read = { ...collected, evidence: { ...collected.evidence! } };
    expect(await outcome(proof, read, key)).toContain('which of several URLs');
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

  /** One answer with the signatures of all of them, in this order. */
  function together(...each: readonly Awaited<ReturnType<typeof signed>>[]): Loaded {
    const all = (name: string): string =>
      each.map(({ evidence }, i) => evidence.headers[name]!.replace(/^s=/, `s${i}=`)).join(', ');
    const { raw, evidence } = each[0]!;
    const both = { 'signature-input': all('signature-input'), signature: all('signature') };
    return { raw, evidence: { ...evidence, headers: { ...evidence.headers, ...both } } };
  }

  test('goes by the latest end of the signatures that hold, whichever comes first', async () => {
    const [old, next, endless, unknown] = await Promise.all(
      [';expires=1;keyid="a"', ';expires=2;keyid="a"', ';keyid="a"', ';keyid="unknown"'].map(
        (parameters) => signed(parameters),
      ),
    );
    const endOf = async (...each: readonly (typeof old)[]) =>
      (await by().prove(together(...each.map((one) => one!)))).expiresAt;
    expect([await endOf(old, next), await endOf(next, old)]).toEqual([2_000, 2_000]);
    expect([await endOf(old, endless), await endOf(endless, old)]).toEqual([undefined, undefined]);
    expect([await endOf(unknown, old), await endOf(old, unknown)]).toEqual([1_000, 1_000]);
  });

  describe('with a key that is broken', () => {
    // no point of the curve
    const broken = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) };
    const keys = { a: alice.publicKey, broken };
    const unjudged = { code: 'LOAD_FAILED', retry: 'slow' };

    test('fails, and does not say that a document is not to be trusted', async () => {
      const loaded = await signed(';keyid="broken"');
      await expect(by({ keys }).prove(loaded)).rejects.toMatchObject(unjudged);
      await expect(
        by({ keys }).prove(together(loaded, await signed(';keyid="b"'))),
      ).rejects.toMatchObject(unjudged);
    });

    test('takes a signature of another one, whichever comes first', async () => {
      const [bad, good] = [await signed(';keyid="broken"'), await signed()];
      expect(await outcome(by({ keys }), together(bad, good))).toBe('proven');
      expect(await outcome(by({ keys }), together(good, bad))).toBe('proven');
    });

    test('verified() lets go of no version that it signed', async () => {
      const { raw, evidence } = await signed(';keyid="broken"', { body: '{"v":2}' });
      const loader = verified(loaderOf({ loaded: await signed(undefined, { body: '{"v":1}' }) }), {
        by: by({ keys }),
        version: 'v',
      });
      const held = { bytes: raw as Uint8Array, evidence };
      await expect(loader.load(loadRequest({ held }))).rejects.toMatchObject(unjudged);
    });
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
