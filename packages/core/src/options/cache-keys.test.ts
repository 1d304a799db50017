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

test.each<[string, unknown]>([
  ['a key alone', TEXT],
  ['no list', right],
  ['a list of texts', [TEXT]],
  ['null', null],
  ['null in it', [right, null]],
  ['a key without id', [{ key: BYTES }]],
  ['an id that is no text', [{ id: 5, key: BYTES }]],
  ['an id twice', [right, { ...right, key: TEXT }]],
  ['an id without key', [{ id: 'a' }]],
  ['a short key', [{ id: 'a', key: BYTES.subarray(1) }]],
  ['a long key', [{ id: 'a', key: new Uint8Array(33) }]],
  ['a cut text', [{ id: 'a', key: TEXT.slice(4) }]],
  ['a text that is no base64', [{ id: 'a', key: `${TEXT.slice(0, -2)}!=` }]],
  ['id and key in each other’s place', [{ id: TEXT, key: 'a' }]],
  ['an object of 32 numbers', [{ id: 'a', key: Array.from(BYTES) }]],
])('resolveCacheKeys() refuses %s, without showing it', (_, keys) => {
  expect(refusalOf(() => resolve(keys))).toMatch(
    /^Cannot use "cacheKeys" of the config manager as it must be a list of \{ id, key \}, each id once, keys of 32 bytes or their base64: current value is an (?:object|array)$/,
  );
});
