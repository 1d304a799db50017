import { expect, test } from 'vitest';
import { OptionCheck } from './check.ts';
import { resolveCacheKeys } from './cache-keys.ts';
import { refusalOf } from './refusals.fixture.ts';

const BYTES = new Uint8Array(32).fill(7);
const TEXT = btoa(String.fromCharCode(...BYTES));

const resolve = (keys: unknown) => resolveCacheKeys(keys, new OptionCheck('the config manager'));

test('resolveCacheKeys() takes bytes and base64, and a list without keys', () => {
  const keys = [
    { id: '2026-11', key: BYTES },
    { id: '2026-10', key: TEXT },
    { id: 'x'.repeat(100), key: new Uint8Array(32) },
  ];
  expect(resolve(keys)).toEqual(keys);
  expect(resolve([])).toEqual([]);
  expect(resolve(undefined)).toEqual([]);
});

const right = { id: 'a', key: BYTES };

const rule = '32 bytes or their base64';

test.each<[string, unknown, string]>([
  ['a key alone', TEXT, 'cacheKeys" … a list of { id, key } … a string'],
  ['no list', right, 'cacheKeys" … a list of { id, key } … an object'],
  ['null', null, 'cacheKeys" … a list of { id, key } … null'],
  ['a list of texts', [TEXT], 'cacheKeys[0].id" … a text that no other key has … undefined'],
  ['null in it', [right, null], 'cacheKeys[1].id" … a text that no other key has … undefined'],
  [
    'a key without id',
    [{ key: BYTES }],
    'cacheKeys[0].id" … a text that no other key has … undefined',
  ],
  [
    'an id that is no text',
    [{ id: 5, key: BYTES }],
    'cacheKeys[0].id" … a text that no other key has … a number',
  ],
  [
    'an id twice',
    [right, { ...right, key: TEXT }],
    'cacheKeys[1].id" … a text that no other key has … a string',
  ],
  ['an id without key', [{ id: 'a' }], `cacheKeys[0].key" … ${rule} … undefined`],
  [
    'a short key',
    [{ id: 'a', key: BYTES.subarray(1) }],
    `cacheKeys[0].key" … ${rule} … a Uint8Array`,
  ],
  [
    'a long key',
    [{ id: 'a', key: new Uint8Array(33) }],
    `cacheKeys[0].key" … ${rule} … a Uint8Array`,
  ],
  [
    'a cut text',
    [right, { id: 'b', key: TEXT.slice(4) }],
    `cacheKeys[1].key" … ${rule} … a string`,
  ],
  [
    'a text that is no base64',
    [{ id: 'a', key: `${TEXT.slice(0, -2)}!=` }],
    `cacheKeys[0].key" … ${rule} … a string`,
  ],
  // the id may be the key
  [
    'id and key in each other’s place',
    [{ id: TEXT, key: 'a' }],
    `cacheKeys[0].key" … ${rule} … a string`,
  ],
  [
    'an object of 32 numbers',
    [{ id: 'a', key: Array.from(BYTES) }],
    `cacheKeys[0].key" … ${rule} … an array`,
  ],
])('resolveCacheKeys() refuses %s, naming which and why without showing it', (_, keys, said) => {
  const [option, allowed, shown] = said.split(' … ');
  expect(refusalOf(() => resolve(keys))).toBe(
    `Cannot use "${option} of the config manager as it must be ${allowed}: current value is ${shown}`,
  );
});
