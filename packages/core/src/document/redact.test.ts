import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diff } from './diff.ts';
import { clone, editedJson, json } from './json.fixture.ts';
import { getAt, type Path } from './path.ts';
import { hideValues, redact, redactChanges, secretPart, secretTexts } from './redact.ts';
import { Secret } from './secret.ts';

/** A text that no random document has. */
const PLANTED = 'hunter2-hunter2';

const paths: fc.Arbitrary<readonly Path[]> = fc.array(
  fc.array(fc.constantFrom<string | number>('a', 'b', 'id', '0', 0, 1, '', '*'), { maxLength: 4 }),
  { maxLength: 3 },
);

const covers = (path: Path, secret: Path): boolean =>
  secret.length <= path.length &&
  secret.every((key, i) => key === '*' || String(key) === String(path[i]));

/** Every node with its path. */
function* nodes(value: unknown, path: Path = []): Generator<readonly [Path, unknown]> {
  yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) yield* nodes(item, [...path, key]);
}

test('redact() hides what is at the paths, and nothing else', () => {
  const isLeaf = (node: unknown): boolean =>
    typeof node !== 'object' || node === null || Object.keys(node).length === 0;
  fc.assert(
    fc.property(json, paths, (value, secrets) => {
      const isHidden = (path: Path): boolean => secrets.some((secret) => covers(path, secret));
      const shown = redact(value, secrets);
      const plain = [...nodes(value)].filter(([path, node]) => isLeaf(node) && !isHidden(path));
      expect(plain.map(([path]) => getAt(shown, path))).toEqual(plain.map(([, node]) => node));
      const hidden = [...nodes(shown)].filter(([path]) => isHidden(path));
      expect(hidden.filter(([, node]) => node !== '[secret]')).toEqual([]);
    }),
  );
});

test('redact() shares what holds no secret, and does not write', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(redact(value, [['nowhere']])).toBe(value);
    }),
  );
  const value = { db: { password: PLANTED }, pool: { size: 4 } };
  const before = clone(value);
  const shown = redact(value, [['db', 'password']]) as typeof value;
  expect(shown).toEqual({ db: { password: '[secret]' }, pool: { size: 4 } });
  expect(shown.pool).toBe(value.pool);
  expect(value).toEqual(before);
});

test.each<[string, Path[], Path, unknown]>([
  ['a secret of the schema', [], [], { token: '[secret]', users: [{ pin: 1 }, { pin: 2 }] }],
  [
    'any index',
    [['users', '*', 'pin']],
    [],
    {
      token: '[secret]',
      users: [{ pin: '[secret]' }, { pin: '[secret]' }],
    },
  ],
  ['one index', [['users', 1]], [], { token: '[secret]', users: [{ pin: 1 }, '[secret]'] }],
  ['the whole', [[]], [], '[secret]'],
  ['a base below the secret', [['a']], ['a', 'b'], '[secret]'],
  ['a base above the secret', [['a', 'users']], ['a'], { token: '[secret]', users: '[secret]' }],
  [
    'a base beside the secret',
    [['b', 'users']],
    ['a'],
    {
      token: '[secret]',
      users: [{ pin: 1 }, { pin: 2 }],
    },
  ],
])('redact() hides %s', (_, secrets, base, expected) => {
  const value = { token: new Secret(PLANTED), users: [{ pin: 1 }, { pin: 2 }] };
  expect(redact(value, secrets, base)).toEqual(expected);
});

test('redactChanges() tells all other changes as they are', () => {
  fc.assert(
    fc.property(editedJson, ([before, after]) => {
      const changes = diff(before, after);
      expect(redactChanges(changes, [['nowhere']])).toEqual(changes);
    }),
  );
});

test('redactChanges() tells of each secret once, without its inside', () => {
  fc.assert(
    fc.property(editedJson, paths, ([before, after], secrets) => {
      const told = redactChanges(diff(before, after), secrets);
      for (const { path, ...change } of told) {
        for (const secret of secrets.filter((each) => covers(path, each))) {
          expect(path).toHaveLength(secret.length);
          expect(Object.values(change).filter((value) => value !== '[secret]')).toEqual([
            change.kind,
          ]);
        }
      }
      const hidden = told.filter(({ path }) => secrets.some((each) => covers(path, each)));
      const each = hidden.map(({ path }) => path.join('\n'));
      expect(new Set(each).size).toBe(hidden.length);
    }),
  );
});

test('redactChanges() tells of a secret once when an object becomes an array around it', () => {
  const before = [{ 0: { key: PLANTED }, a: 1 }];
  const after = [[{ key: 'other' }]];
  expect(redactChanges(diff(before, after), [[0, 0]])).toEqual([
    { path: [0, 0], kind: 'changed', before: '[secret]', after: '[secret]' },
    { path: [0, 'a'], kind: 'removed', before: 1 },
  ]);
});

test('redactChanges() shows neither keys nor values of a secret object', () => {
  const before = { keys: { [PLANTED]: 1, b: 2 }, n: 1 };
  const after = { keys: { b: 3, c: PLANTED }, n: 2 };
  expect(redactChanges(diff(before, after), [['keys']])).toEqual([
    { path: ['keys'], kind: 'changed', before: '[secret]', after: '[secret]' },
    { path: ['n'], kind: 'changed', before: 1, after: 2 },
  ]);
});

test('redactChanges() keeps the kind of a secret that came or went', () => {
  expect(redactChanges(diff({}, { token: PLANTED }), [['token']])).toEqual([
    { path: ['token'], kind: 'added', after: '[secret]' },
  ]);
  expect(redactChanges(diff({ token: PLANTED }, {}), [['token']])).toEqual([
    { path: ['token'], kind: 'removed', before: '[secret]' },
  ]);
});

test('redactChanges() hides secrets in what was moved as a whole', () => {
  const [a, b] = [
    { id: 'a', pin: PLANTED },
    { id: 'b', pin: PLANTED },
  ];
  const changes = diff({ users: [a, b] }, { users: [b, a] }, { arrayKey: 'id' });
  const [shownA, shownB] = [
    { ...a, pin: '[secret]' },
    { ...b, pin: '[secret]' },
  ];
  expect(redactChanges(changes, [['users', '*', 'pin']])).toEqual([
    { path: ['users'], kind: 'changed', before: [shownA, shownB], after: [shownB, shownA] },
  ]);
});

test('redactChanges() takes paths from where the values stand', () => {
  const changes = diff({ password: 'a', host: 'x' }, { password: PLANTED, host: 'y' });
  expect(redactChanges(changes, [['db', 'password']], ['db'])).toEqual([
    { path: ['password'], kind: 'changed', before: '[secret]', after: '[secret]' },
    { path: ['host'], kind: 'changed', before: 'x', after: 'y' },
  ]);
  expect(redactChanges(diff('a', PLANTED), [['db']], ['db', 'password'])).toEqual([
    { path: [], kind: 'changed', before: '[secret]', after: '[secret]' },
  ]);
});

test('hideValues() keeps paths and kinds', () => {
  expect(hideValues(diff({ a: 1 }, { a: 2, b: 3 }))).toEqual([
    { path: ['a'], kind: 'changed', before: '[secret]', after: '[secret]' },
    { path: ['b'], kind: 'added', after: '[secret]' },
  ]);
});

test('secretPart() cuts a path at the first secret in it', () => {
  const secrets = [
    ['a', 'b'],
    ['c', '*', 'd'],
    ['a', 'b', 'e'],
  ];
  expect(secretPart(['a', 'b', 'x'], secrets)).toEqual(['a', 'b']);
  expect(secretPart(['a', 'b'], secrets)).toEqual(['a', 'b']);
  expect(secretPart(['a'], secrets)).toBeUndefined();
  expect(secretPart(['c', 7, 'd', 'e'], secrets)).toEqual(['c', 7, 'd']);
  expect(secretPart(['c', 7, 'x'], secrets)).toBeUndefined();
  expect(secretPart(['x'], [[]])).toEqual([]);
});

test('secretTexts() gives every text and number at or below the paths', () => {
  const value = { a: { b: 'x', c: [1, '', null, true] }, d: 'y', e: 5 };
  expect(secretTexts(value, [['a'], ['e']])).toEqual(['x', '1', '5']);
  expect(secretTexts(value, [])).toEqual([]);
});
