import { expect, test } from 'vitest';
import { algorithmOf, verifies } from './algorithm.ts';
import { base64url } from './sign.fixture.ts';

/** Ten times what took over a second. */
const LONG = 16_000;

const hex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text.match(/../g)!, (byte) => Number.parseInt(byte, 16));
const inBase64url = (text: string): string => base64url(hex(text));
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** RFC 6979 A.2.6: Ux and Uy. */
const P384 = {
  kty: 'EC',
  crv: 'P-384',
  x: inBase64url(
    'EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13',
  ),
  y: inBase64url(
    '8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720',
  ),
};

test.each([
  [
    'sample',
    '94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46',
    '99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8',
  ],
  [
    'test',
    '8203B63D3C853E8D77227FB377BCF7B7B772E97892A80F36AB775D509D7A5FEB0542A7F0812998DA8F1DD3CA3CF023DB',
    'DDD0760448D42D8A43AF45AF836FCE4DE8BE06B485E9B61B827C2F13173923E06A739F040649A667BF3B828246BAA5A5',
  ],
])('verifies() with a key of P-384, RFC 6979 A.2.6: SHA-384 of "%s"', async (message, r, s) => {
  expect(await verifies(P384, hex(r + s), bytes(message))).toBe(true);
  expect(await verifies(P384, hex(r + s), bytes(`${message}.`))).toBe(false);
});

test('algorithmOf() knows no RSA key of less than 2048 bits', () => {
  const key = { kty: 'RSA', alg: 'PS256', e: 'AQAB' };
  expect(algorithmOf({ ...key, n: 'A'.repeat(342) })?.jws).toEqual(['PS256']);
  expect(algorithmOf({ ...key, n: 'A'.repeat(341) })).toBeUndefined();
});

test('algorithmOf() takes a key as a worker exports it: with the names of parts that it has not, undefined', () => {
  expect(algorithmOf({ ...P384, d: undefined, n: undefined, alg: undefined })).toBeDefined();
  expect(algorithmOf({ ...P384, d: 'AQAB' }), 'a private one').toBeUndefined();
});

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  'algorithmOf() knows no RSA key for %j, which is what objects inherit',
  (alg) => {
    const key = { kty: 'RSA', alg, e: 'AQAB', n: 'A'.repeat(342) };
    expect(algorithmOf(key)).toBeUndefined();
    expect(algorithmOf({ ...key, alg: [alg] })).toBeUndefined();
  },
);

test.each<[string, string, string]>([
  ['blank lines', '-----BEGIN PUBLIC KEY-----', '\n'],
  ['blanks before it', '', ' '],
  ['letters between blanks', '-----BEGIN PUBLIC KEY----- ', 'A '],
])(
  'algorithmOf() refuses a PEM text of %s, however long, as soon as a short one',
  (_, begin, part) => {
    expect(algorithmOf(begin + part.repeat(LONG))).toBeUndefined();
  },
);

test('algorithmOf() takes the PEM text of an Ed25519 key with any white space around and in it', () => {
  const spki = 'MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=';
  const pem = (...parts: readonly string[]): string =>
    ['-----BEGIN PUBLIC KEY-----', ...parts, '-----END PUBLIC KEY-----'].join('');
  for (const text of [
    pem('\n', spki, '\n'),
    pem(' ', spki.slice(0, 9), '\r\n\t', spki.slice(9), '\n\n'),
  ]) {
    expect(algorithmOf(text)?.jws).toContain('EdDSA');
    expect(algorithmOf(`\n ${text}\r\n`)?.jws).toContain('EdDSA');
  }
  for (const text of [pem(spki), pem('\n', spki), pem('\n', '\n'), `x${pem('\n', spki, '\n')}`])
    expect(algorithmOf(text)).toBeUndefined();
});
