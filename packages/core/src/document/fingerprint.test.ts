import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprint, sha256 } from './fingerprint.ts';
import { deepEqual, json } from './json.fixture.ts';

test('sha256() gives the known digests in hex', async () => {
  // FIPS 180-2, appendix B.1
  expect(await sha256(new TextEncoder().encode('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  expect(await sha256(new Uint8Array())).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
});

test('fingerprint() is the digest of the canonical text', async () => {
  const canonical = '{"":null,"a":[1,{"b":true,"c":"x"}],"é":"\\u0007"}';
  expect(await fingerprint({ é: '\u0007', a: [1, { c: 'x', b: true }], '': null })).toBe(
    await sha256(new TextEncoder().encode(canonical)),
  );
});

test.each([
  ['the order of keys', '{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}'],
  ['white space', '{"a":[1,2]}', ' { "a" : [ 1,\n2 ] } '],
  ['the spelling of numbers', '[100,0.5,0,1]', '[1e2,5E-1,-0,1.0]'],
  ['the spelling of characters', '["é/"]', '["\\u00e9\\/"]'],
  ['a key that counts twice', '{"a":2}', '{"a":1,"a":2}'],
])('fingerprint() does not depend on %s', async (_, a, b) => {
  expect(await fingerprint(JSON.parse(a))).toBe(await fingerprint(JSON.parse(b)));
});

test('fingerprint() is equal exactly for values that are', async () => {
  await fc.assert(
    fc.asyncProperty(json, json, async (a, b) => {
      expect((await fingerprint(a)) === (await fingerprint(b))).toBe(deepEqual(a, b));
    }),
  );
});

test('fingerprint() takes lone surrogates, keys like numbers and functions by name', async () => {
  const odd = { '10': 1, '9': 2, toJSON: 'x', lone: '\ud800' };
  expect(await fingerprint(odd)).toBe(await fingerprint(JSON.parse(JSON.stringify(odd))));
});
