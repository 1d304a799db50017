import { expect, test } from 'vitest';
import type { ConfigPolicy } from '../options/config.ts';
import { originalOf, withMarkers, withoutMarkers } from './secret-markers.ts';

const marker = { $holdfast: 'secret' };
const policyOf = (secrets: readonly (readonly string[])[]): ConfigPolicy =>
  ({ secrets }) as unknown as ConfigPolicy;
const raw = { db: { password: 'p', host: 'h' }, keys: [{ key: 'a' }, { key: 'b' }, {}] };

test('withMarkers() hides what is at the paths, and withoutMarkers() brings back what is in force', () => {
  const policy = policyOf([['db', 'password'], ['keys', '*', 'key'], ['absent']]);
  const hidden = withMarkers(policy, raw);
  expect(hidden).toEqual({
    db: { password: marker, host: 'h' },
    keys: [{ key: marker }, { key: marker }, {}],
  });
  expect(withoutMarkers(hidden, [undefined, raw])).toEqual(raw);
  expect(raw.db.password).toBe('p');
});

test.each([
  [[['db'], ['db', 'password']]],
  [
    [
      ['db', '*'],
      ['db', 'password', 'old'],
    ],
  ],
  [[['*'], ['db', 'password'], ['*', '*']]],
])('withMarkers() hides secrets within secrets, and all of them come back: %j', (secrets) => {
  const nested = { db: { password: { old: 'o', now: 'p' }, host: 'h' } };
  const hidden = withMarkers(policyOf(secrets), nested);
  expect(JSON.stringify(hidden)).not.toMatch(/"[oph]"/);
  expect(withoutMarkers(hidden, [nested])).toEqual(nested);
});

test('withMarkers() shares a document that has no secrets', () => {
  expect(withMarkers(policyOf([]), raw)).toBe(raw);
});

test('withoutMarkers() names the path where no secret is in force', () => {
  expect(() => withoutMarkers({ keys: [{ key: marker }] }, [{ keys: [] }])).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTIONS',
      message:
        'has a marker at keys.0.key, and no secret is in force there that it could stand for: await ready() first, or export without it (deleteSnapshot(), unpin())',
    }),
  );
});

test('originalOf() finds what was marked, first of all what comes first', () => {
  const policy = policyOf([['key']]);
  const [a, b, other] = [{ key: 'a' }, { key: 'b' }, { key: 'c', more: 1 }];
  expect(originalOf(policy, { key: marker }, [undefined, other, a, b])).toBe(a);
  expect(originalOf(policy, { key: marker, more: 2 }, [a, b, other])).toBeUndefined();
  expect(originalOf(policyOf([]), a, [a])).toBeUndefined();
});
