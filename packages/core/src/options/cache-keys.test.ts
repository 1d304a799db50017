import { expect, test } from 'vitest';
import { OptionCheck } from './check.ts';
import { resolveCacheKeys } from './cache-keys.ts';
import { refusalOf } from './refusals.fixture.ts';

const BYTES = new Uint8Array(32).fill(7);
const TEXT = Buffer.from(BYTES).toString('base64');

const resolve = (keys: unknown) => resolveCacheKeys(keys, new OptionCheck('the config manager'));

test('resolveCacheKeys() takes bytes and base64, and a list without keys', () => {
  const keys = [
    { id: '2026-11', key: BYTES },
    { id: '2026-10', key: TEXT },
    { id: 'buffer', key: Buffer.alloc(32) },
  ];
  expect(resolve(keys)).toEqual(keys);
  expect(resolve([])).toEqual([]);
  expect(resolve(undefined)).toEqual([]);
});

const a = { id: 'a', key: BYTES };
const ID = 'a text of 1 to 100 characters that no other key has';
const KEY = '32 bytes, or their base64';

test.each<[string, unknown, string, string]>([
  ['cacheKeys', TEXT, 'a list of keys', 'a text'],
  ['cacheKeys', a, 'a list of keys', 'an object'],
  ['cacheKeys[0]', [TEXT], 'an object', 'a text'],
  ['cacheKeys[0]', [null], 'an object', 'null'],
  ['cacheKeys[0].id', [{ key: BYTES }], ID, 'undefined'],
  ['cacheKeys[0].id', [{ id: '', key: BYTES }], ID, 'a text'],
  ['cacheKeys[0].id', [{ id: 'x'.repeat(101), key: BYTES }], ID, 'a text'],
  ['cacheKeys[1].id', [a, a], ID, 'a text'],
  ['cacheKeys[0].key', [{ id: 'a' }], KEY, 'undefined'],
  ['cacheKeys[0].key', [{ id: 'a', key: BYTES.subarray(1) }], KEY, 'an object'],
  ['cacheKeys[0].key', [{ id: 'a', key: TEXT.slice(4) }], KEY, 'a text'],
  ['cacheKeys[0].key', [{ id: TEXT, key: 'a' }], KEY, 'a text'],
  ['cacheKeys[0].key', [{ id: 'a', key: `${TEXT.slice(0, -2)}!=` }], KEY, 'a text'],
])(
  'resolveCacheKeys() refuses a wrong %s without showing a text',
  (option, keys, allowed, shown) => {
    const message = refusalOf(() => resolve(keys));
    expect(message).toBe(
      `Cannot use "${option}" of the config manager as it must be ${allowed}: current value is ${shown}`,
    );
  },
);

test('resolveCacheKeys() refuses what a key does not have', () => {
  expect(refusalOf(() => resolve([{ ...a, secret: TEXT }]))).toBe(
    'Cannot use option "cacheKeys[0].secret" of the config manager: it is unknown; there are id, key',
  );
});
