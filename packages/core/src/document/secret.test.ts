import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, expectTypeOf, test, vi } from 'vitest';
import { diff } from './diff.ts';
import { clone, deepEqual, isFrozen, json, ROOMY } from './json.fixture.ts';
import { seal } from './seal.ts';
import { isSecret, Secret } from './secret.ts';
import { share } from './share.ts';
import type { DeepReadonly, PathOf, ValueAt } from './typed-path.ts';

const PLAIN = 'hunter2-hunter2';
const held = new Secret(PLAIN);

/** Every way in which a value is shown. */
const SHOWN: Readonly<Record<string, (value: unknown) => string>> = {
  String: (value) => String(value),
  'a template': (value) => `is ${value as string}`,
  'text + text': (value) => 'is ' + (value as string),
  'JSON.stringify': (value) => JSON.stringify(value),
  'JSON of an object': (value) => JSON.stringify({ value }),
  'util.inspect': (value) => inspect(value),
  'util.inspect with all options': (value) =>
    inspect({ value }, { depth: Infinity, showHidden: true, getters: true, showProxy: true }),
  'util.inspect without its custom form': (value) => inspect(value, { customInspect: false }),
  'toLocaleString()': (value) => (value as Date).toLocaleString(),
  'its own properties': (value) => inspect(Object.getOwnPropertyDescriptors(value)),
  'a spread': (value) => inspect({ ...(value as object) }),
  structuredClone: (value) => inspect(structuredClone({ value })),
};

test.each(Object.entries(SHOWN))('Secret shows nothing of what it holds to %s', (_, show) => {
  expect(show(held)).not.toContain('hunter');
  expect(show(new Secret({ password: PLAIN }))).not.toContain('hunter');
});

test('Secret says what it is', () => {
  expect(String(held)).toBe('[secret]');
  expect(inspect({ password: held })).toBe('{ password: [secret] }');
  expect(JSON.stringify({ password: held })).toBe('{"password":"[secret]"}');
});

test('Secret.reveal() gives the value, whatever it is', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(new Secret(value).reveal()).toBe(value);
    }),
  );
});

test('Secret is frozen', () => {
  expect(isFrozen(held)).toBe(true);
});

test('isSecret() knows secrets of another copy of this package, and nothing else', async () => {
  vi.resetModules();
  const copy = await import('./secret.ts');
  expect(copy.Secret).not.toBe(Secret);
  const foreign = new copy.Secret(PLAIN);
  expect([isSecret(foreign), isSecret(held), copy.isSecret(held)]).toEqual([true, true, true]);
  expect(share(held, foreign)).toBe(held);
  for (const other of [null, undefined, 'x', {}, [], new URL('a:b')])
    expect(isSecret(other)).toBe(false);
});

test('share() and diff() compare secrets by what they hold, all the way down', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      const before = new Secret(seal(clone(a), undefined, ROOMY));
      expect(share(before, new Secret(clone(a)))).toBe(before);
      const after = new Secret(clone(b));
      expect(share(before, after)).toBe(deepEqual(a, b) ? before : after);
      expect(diff(before, after)).toHaveLength(deepEqual(a, b) ? 0 : 1);
      expect(after.reveal()).toEqual(b);
    }),
  );
  expect(share(held, PLAIN)).toBe(PLAIN);
  expect(share<unknown>(PLAIN, held)).toBe(held);
});

test('share() keeps a secret that holds the same, and the object around it', () => {
  const before = seal({ db: { password: new Secret(PLAIN) } }, undefined, ROOMY);
  expect(share(before, { db: { password: new Secret(PLAIN) } })).toBe(before);
  const other = share(before, { db: { password: new Secret('other') } });
  expect(other.db.password.reveal()).toBe('other');
});

test('seal() takes secrets, and freezes what they hold', () => {
  const value = { token: new Secret({ parts: ['a'] }) };
  seal(value, undefined, ROOMY);
  expect(isFrozen(value)).toBe(true);
  expect(isFrozen(value.token.reveal())).toBe(true);
  expect(() => seal({ token: new Secret(new Map()) }, undefined, ROOMY)).toThrow(
    'holds a Map, which cannot be frozen or compared at token',
  );
});

test('diff() takes a secret for one leaf', () => {
  const [before, after] = [{ token: new Secret({ a: 1 }) }, { token: new Secret({ a: 2 }) }];
  expect(diff(before, { token: new Secret({ a: 1 }) })).toEqual([]);
  expect(diff(before, after)).toEqual([
    { path: ['token'], kind: 'changed', before: before.token, after: after.token },
  ]);
});

test('DeepReadonly and PathOf take a secret for a leaf', () => {
  interface App {
    password: Secret<string>;
    tls?: { key: Secret<{ pem: string }> };
  }
  expectTypeOf<DeepReadonly<App>['password']>().toEqualTypeOf<Secret<string>>();
  expectTypeOf<PathOf<App>>().toEqualTypeOf<'password' | 'tls' | 'tls.key'>();
  expectTypeOf<ValueAt<App, 'tls.key'>>().toEqualTypeOf<Secret<{ pem: string }> | undefined>();
});
