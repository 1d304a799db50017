import { runInNewContext } from 'node:vm';
import { mockLoader } from '@holdfast/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deepEqual, editedJson, isFrozen, keepsIdentity } from '../document/json.fixture.ts';
import type { Path } from '../document/path.ts';
import { HoldfastError } from '../errors.ts';
import { type AnyConfigOptions, resolveConfig } from '../options/config.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Loaded, Loader } from '../ports/loader.ts';
import type { SourceDocument } from '../state/inputs.ts';
import { detect } from './detect.ts';
import { documentOf, utf8 } from './document.fixture.ts';

interface Given {
  readonly known?: SourceDocument;
  readonly decode?: Loader['decode'];
  readonly options?: Partial<AnyConfigOptions>;
  readonly nextTurn?: () => Promise<void>;
}

function detected(loaded: Loaded, { known, decode, options, nextTurn }: Given = {}) {
  const loader: Loader = { ...mockLoader(), ...(decode && { decode }) };
  const policy = resolveConfig('app', { loader, ...options });
  return detect(policy, policy.sources[0]!, { known, loaded }, nextTurn);
}

async function newDocument(loaded: Loaded, given?: Given): Promise<SourceDocument> {
  const result = await detected(loaded, given);
  if (result.kind !== 'new') throw new Error(`it is ${result.kind}`);
  return result.document;
}

async function refusal(loaded: Loaded, given?: Given): Promise<HoldfastError> {
  const result = await detected(loaded, given);
  if (result.kind !== 'refused') throw new Error(`it is ${result.kind}`);
  return result.error;
}

const text = '{"a":{"b":1},"c":[1,2]}';
const validator = { origin: 'o', etag: '"1"' };
const known = await newDocument({ raw: utf8(text), validator });

test('detect() takes a first document with all that came with it, frozen', async () => {
  const evidence = { url: 'https://a.example', status: 200, headers: {} };
  const bytes = utf8(text);
  const hints = { young: true, doNotStore: true };
  const document = await newDocument({ raw: bytes, validator, evidence, hints });
  expect(document).toEqual({
    raw: { a: { b: 1 }, c: [1, 2] },
    bytes,
    validator,
    evidence,
    young: true,
    doNotStore: true,
  });
  expect(isFrozen(document.raw)).toBe(true);
});

test('detect() finds equal bytes the same without decoding them, and keeps the old ones', async () => {
  const decode = () => expect.fail('it was decoded');
  expect(await detected({ raw: utf8(text), validator }, { known, decode })).toEqual({
    kind: 'same',
  });
});

test.each<[string, Loaded]>([
  ['another validator', { raw: utf8(text), validator: { origin: 'o', etag: '"2"' } }],
  ['no validator', { raw: utf8(text) }],
  ['a validator of another origin', { raw: utf8(text), validator: { origin: 'p', etag: '"1"' } }],
  [
    'another time of the last change',
    { raw: utf8(text), validator: { ...validator, lastModified: 'Thu, 01 Jan 1970 00:00:00 GMT' } },
  ],
  ['another one of several that it is from', { raw: utf8(text), validator, from: 'b' }],
  ['another revision', { raw: utf8(text), validator: { ...validator, revision: '2' } }],
  ['a young validator', { raw: utf8(text), validator, hints: { young: true } }],
  ['the wish not to be stored', { raw: utf8(text), validator, hints: { doNotStore: true } }],
])('detect() takes over %s of equal bytes', async (_, loaded) => {
  const result = await detected(loaded, { known });
  expect(result).toMatchObject({ kind: 'same', document: { validator: loaded.validator } });
  const { document } = result as { document: SourceDocument };
  expect(document.raw).toBe(known.raw);
  expect(document.bytes).toBe(known.bytes);
});

test.each([
  ['the order of keys', '{"c":[1,2],"a":{"b":1}}'],
  ['white space', '{ "a": {"b": 1}, "c": [1, 2] }\n'],
  ['the spelling of numbers', '{"a":{"b":1.0},"c":[1e0,20e-1]}'],
  ['the spelling of texts', '{"\\u0061":{"b":1},"c":[1,2]}'],
  ['a byte order mark', '\ufeff{"a":{"b":1},"c":[1,2]}'],
])(
  'detect() finds the same content in %s, and takes over its bytes and validator',
  async (_, other) => {
    const bytes = utf8(other);
    const newer = { origin: 'o', etag: '"2"' };
    const result = await detected({ raw: bytes, validator: newer }, { known });
    expect(result).toMatchObject({ kind: 'same', document: { validator: newer } });
    const { document } = result as { document: SourceDocument };
    expect(document.raw).toBe(known.raw);
    expect(document.bytes).toBe(bytes);
  },
);

test('detect() finds another content new whatever the validator says, and shares the rest', async () => {
  const document = await newDocument(
    { raw: utf8('{"a":{"b":1},"c":[1,3]}'), validator },
    { known },
  );
  expect(document.raw).toEqual({ a: { b: 1 }, c: [1, 3] });
  const part = (of: SourceDocument): unknown => (of.raw as { a: unknown }).a;
  expect(part(document)).toBe(part(known));
});

test('detect() finds values the same as bytes of the same content', async () => {
  const value = { c: [1, 2], a: { b: 1 } };
  expect((await detected({ raw: value }, { known })).kind).toBe('same');
});

test.each<[string, Given]>([
  ['as it came', {}],
  ['that its loader decodes', { decode: ({ raw }) => structuredClone(raw) as JsonValue }],
])('detect() finds nothing to keep in a value %s that is the known one', async (_, given) => {
  const held = await newDocument({ raw: { a: 1 }, validator }, given);
  const again = (more: Partial<Loaded>) =>
    detected({ raw: { a: 1 }, validator, ...more }, { ...given, known: held });
  expect(await again({})).toEqual({ kind: 'same' });
  expect(await again({ validator: { origin: 'o', revision: '2' } })).toMatchObject({
    kind: 'same',
    document: { validator: { revision: '2' } },
  });
});

test('detect() keeps the bytes of a value that comes as a text', async () => {
  const held = await newDocument({ raw: { a: 1 } });
  const bytes = utf8('{"a":1}');
  const result = await detected({ raw: bytes }, { known: held });
  expect(result).toMatchObject({ kind: 'same', document: { bytes } });
});

test('detect() is new exactly when the content differs', async () => {
  await fc.assert(
    fc.asyncProperty(editedJson, async ([before, after]) => {
      const old = await newDocument({ raw: utf8(JSON.stringify(before)) });
      const result = await detected({ raw: utf8(JSON.stringify(after)) }, { known: old });
      expect(result.kind).toBe(deepEqual(before, after) ? 'same' : 'new');
    }),
  );
});

test.each<[string[], string, string]>([
  [['meta.at'], '{"meta":{"at":2},"a":1}', 'ignorable'],
  [['meta.at'], '{"meta":{"at":2},"a":2}', 'new'],
  [['meta.at'], '{"meta":{"at":1,"by":"x"},"a":1}', 'new'],
  [['meta'], '{"meta":{"at":2,"by":"x"},"a":1}', 'ignorable'],
  [['meta'], '{"a":1}', 'ignorable'],
  [['met'], '{"meta":{"at":2},"a":1}', 'new'],
])('detect() ignoring %j finds %s %s', async (ignore, other, kind) => {
  const old = await newDocument({ raw: utf8('{"meta":{"at":1},"a":1}') });
  const result = await detected({ raw: utf8(other) }, { known: old, options: { ignore } });
  expect(result.kind).toBe(kind);
});

const users =
  '{"users":{"ann":{"seen":1,"age":30},"bob":{"seen":1}},"items":[{"at":1,"v":1},{"at":1}]}';

test.each<[string, string, string]>([
  ['users.*.seen', '{"ann":{"seen":2,"age":30},"bob":{"seen":3}}', 'ignorable'],
  ['users.*.seen', '{"ann":{"age":30},"bob":{"seen":1}}', 'ignorable'],
  ['users.*.seen', '{"ann":{"seen":2,"age":31},"bob":{"seen":1}}', 'new'],
  ['users.*.seen', '{"ann":{"seen":1,"age":30}}', 'new'],
  ['users.*.seen', '{"ann":{"seen":1,"age":30},"bob":{"seen":1},"eve":{"seen":1}}', 'new'],
  ['users.*', '{"ann":{"seen":1,"age":30},"eve":5}', 'ignorable'],
  ['*.ann', '{"ann":5,"bob":{"seen":1}}', 'ignorable'],
  ['*.*.seen', '{"ann":{"seen":2,"age":30},"bob":{"seen":1}}', 'ignorable'],
  ['users.*.see', '{"ann":{"seen":2,"age":30},"bob":{"seen":1}}', 'new'],
])('detect() ignoring %s finds the users %s %s', async (path, other, kind) => {
  const old = await newDocument({ raw: utf8(users) });
  const { items } = JSON.parse(users) as { items: JsonValue };
  const raw = utf8(JSON.stringify({ users: JSON.parse(other) as JsonValue, items }));
  const result = await detected({ raw }, { known: old, options: { ignore: [path] } });
  expect(result.kind).toBe(kind);
});

test.each([
  ['[{"at":2,"v":1},{"at":3}]', 'ignorable'],
  ['[{"at":1,"v":2},{"at":1}]', 'new'],
  ['[{"at":1,"v":1}]', 'new'],
  ['[{"at":1,"v":1},{"at":1},{"at":1}]', 'new'],
])('detect() ignoring items.*.at finds the items %s %s', async (items, kind) => {
  const old = await newDocument({ raw: utf8(users) });
  const raw = utf8(users.replace(/"items":.*\]/, `"items":${items}`));
  const result = await detected(
    { raw },
    { known: old, options: { ignore: [['items', '*', 'at']] } },
  );
  expect(result.kind).toBe(kind);
});

test.each<[string, string, JsonValue, JsonValue, string]>([
  ['an object that loses all', 'users.*', { users: { a: 1 } }, { users: {} }, 'ignorable'],
  ['an object that had nothing', 'users.*', { users: {} }, { users: { a: 1 } }, 'ignorable'],
  ['an object that goes', 'users.*', { users: { a: 1 } }, {}, 'new'],
  ['an object that becomes a leaf', 'users.*', { users: { a: 1 } }, { users: null }, 'new'],
  ['a list that becomes an object', 'l.*', { l: [1] }, { l: { 0: 2 } }, 'new'],
  ['such a list on the way', 'l.*.at', { l: [{ at: 1 }] }, { l: { 0: { at: 1 } } }, 'new'],
  ['what is above', 'a.b.*', { a: { b: { c: 1 } } }, { a: {} }, 'new'],
  ['everything', '*', { a: 1 }, { b: 2 }, 'ignorable'],
])('detect() judges %s where %s is ignored', async (_, path, before, after, kind) => {
  const old = await newDocument({ raw: before });
  const result = await detected({ raw: after }, { known: old, options: { ignore: [path] } });
  expect(result.kind).toBe(kind);
});

/** The plain meaning: what is ignored is taken out of the items that both have, and the rest must be equal. */
function without(value: JsonValue, other: JsonValue | undefined, path: Path): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined || typeof value !== 'object' || value === null) return value;
  if (typeof other !== 'object' || other === null || Array.isArray(value) !== Array.isArray(other))
    return value;
  const entries = Object.entries(value).flatMap(([name, item]: [string, JsonValue]) => {
    if (key !== '*' && key !== name) return [[name, item] as const];
    if (rest.length === 0) return [];
    const beside = Object.hasOwn(other, name) ? (Reflect.get(other, name) as JsonValue) : undefined;
    return [[name, without(item, beside, rest)] as const];
  });
  return Object.fromEntries(entries);
}

test('detect() ignores the same in a large document, read alone, as in one that is read as a whole', async () => {
  const ways = { ignorable: 0, new: 0 };
  const field = fc.constantFrom('seen', 'age', 'gone');
  const edit = fc.tuple(fc.nat({ max: 399 }), field, fc.nat({ max: 3 }));
  const path = fc.constantFrom('users.*.seen', 'users.*.gone', 'users.*', 'users.u7.age', '*.u7');
  const seen = Array.from({ length: 400 }, (_, i) => [
    `u${i}`,
    { seen: 1, age: 30, name: 'somebody, at length enough to make it large: '.repeat(2) },
  ]);
  const before = { users: Object.fromEntries(seen) as Record<string, Record<string, JsonValue>> };
  const bytes = utf8(JSON.stringify(before));
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { maxLength: 3 }), fc.array(path), async (edits, ignore) => {
      const after = structuredClone(before);
      for (const [i, name, to] of edits) {
        const user = (after.users[`u${i}`] ??= {});
        if (name === 'gone') delete after.users[`u${i}`];
        else if (to === 0) delete user[name];
        else user[name] = to;
      }
      const raw = utf8(JSON.stringify(after));
      const old = await newDocument({ raw: bytes.slice() });
      const options = { ignore };
      const { kind } = await detected({ raw }, { known: old, options });
      const plain = await detected({ raw: after }, { known: old, options });
      expect(kind).toBe(plain.kind);
      const isIgnored = ignore
        .map((one) => one.split('.'))
        .reduce<readonly JsonValue[]>(
          ([a, b], one) => [without(a!, b, one), without(b!, a, one)],
          [before, after],
        );
      expect(kind).toBe(
        deepEqual(before, after)
          ? 'same'
          : deepEqual(isIgnored[0], isIgnored[1])
            ? 'ignorable'
            : 'new',
      );
      if (kind === 'ignorable') ways.ignorable++;
      if (kind === 'new') ways.new++;
    }),
  );
  expect(Math.min(ways.ignorable, ways.new)).toBeGreaterThan(0);
});

test('detect() gives the new content where only what is ignored differs, since that is checked too', async () => {
  const old = await newDocument({ raw: utf8('{"at":1,"a":1}') });
  const options = { ignore: ['at'] };
  const result = await detected(
    { raw: utf8('{"at":2,"a":1}'), validator },
    { known: old, options },
  );
  expect(result).toMatchObject({ kind: 'ignorable', document: { validator } });
  expect((result as { document: SourceDocument }).document.raw).toEqual({ at: 2, a: 1 });
});

test('detect() copies a value before it freezes it', async () => {
  const raw = { a: { b: 1 } };
  const document = await newDocument({ raw });
  expect([Object.isFrozen(raw), Object.isFrozen(raw.a)]).toEqual([false, false]);
  raw.a.b = 2;
  expect(document.raw).toEqual({ a: { b: 1 } });
});

test('detect() takes bytes of another realm, as test runners make them', async () => {
  const raw = runInNewContext('new Uint8Array([123, 125])') as Uint8Array;
  expect((await newDocument({ raw })).raw).toEqual({});
});

test('detect() takes what a loader decodes, of bytes and of values', async () => {
  const decode = async ({ raw }: Loaded) => ({ was: raw instanceof Uint8Array ? 'bytes' : raw });
  expect((await newDocument({ raw: utf8('a: 1') }, { decode })).raw).toEqual({ was: 'bytes' });
  expect((await newDocument({ raw: 5 }, { decode })).raw).toEqual({ was: 5 });
});

const aliases = Array.from({ length: 40 }).reduce<unknown>((x) => ({ a: x, b: x }), {});

test.each<[string, Loaded, Given, string, string]>([
  [
    'no JSON',
    { raw: utf8('{"a":}') },
    {},
    'DECODE_FAILED',
    'is not valid JSON at line 1, column 6: expected a value',
  ],
  [
    'no UTF-8',
    { raw: Uint8Array.of(0x22, 0xff) },
    {},
    'DECODE_FAILED',
    'is not valid UTF-8 (RFC 3629): the first invalid byte follows character 1',
  ],
  [
    'a value that is no JSON',
    { raw: { at: new Date(0) } as never },
    {},
    'DECODE_FAILED',
    'is not JSON: it is a Date at at',
  ],
  [
    'nothing',
    { raw: undefined as never },
    {},
    'DECODE_FAILED',
    'is not JSON: it is undefined at (top)',
  ],
  [
    'what decodes to no JSON',
    { raw: 1 },
    { decode: () => new Map() },
    'DECODE_FAILED',
    'is not JSON: it is a Map at (top)',
  ],
  [
    'what cannot be decoded',
    { raw: 1 },
    {
      decode: () => {
        throw new Error('signature does not fit');
      },
    },
    'DECODE_FAILED',
    'signature does not fit',
  ],
  [
    'what is refused with a code',
    { raw: 1 },
    {
      decode: async () => {
        throw new HoldfastError('LIMIT_EXCEEDED', 'has aliases');
      },
    },
    'LIMIT_EXCEEDED',
    'has aliases',
  ],
  [
    'too many bytes',
    { raw: utf8('{"a":1}') },
    { options: { limits: { maxBytes: 6 } } },
    'LIMIT_EXCEEDED',
    'has 7 bytes, more than 6 (limits.maxBytes)',
  ],
  [
    'too many levels',
    { raw: utf8('{"a":[[]]}') },
    { options: { limits: { maxDepth: 2 } } },
    'LIMIT_EXCEEDED',
    'is nested deeper than 2 levels (limits.maxDepth) at a.0',
  ],
  [
    '100 000 levels',
    { raw: utf8('['.repeat(100_000) + ']'.repeat(100_000)) },
    {},
    'LIMIT_EXCEEDED',
    `is nested deeper than 64 levels (limits.maxDepth) at ${Array(64).fill(0).join('.')}`,
  ],
  [
    'too many keys',
    { raw: utf8('{"a":[1,2]}') },
    { options: { limits: { maxKeys: 2 } } },
    'LIMIT_EXCEEDED',
    'has more than 2 keys and items (limits.maxKeys) at (top)',
  ],
  [
    'too many keys, as bytes go',
    { raw: utf8('[1,2,3]') },
    { options: { limits: { maxKeys: 2 } } },
    'LIMIT_EXCEEDED',
    'has more than 2 keys and items (limits.maxKeys) at (top)',
  ],
  [
    '__proto__',
    { raw: utf8('{"a":{"__proto__":{"x":1}}}') },
    {},
    'LIMIT_EXCEEDED',
    'has the forbidden key "__proto__" at a',
  ],
  [
    'constructor.prototype',
    { raw: utf8('{"constructor":{"prototype":{"x":1}}}') },
    {},
    'LIMIT_EXCEEDED',
    'has the forbidden key "prototype" at constructor',
  ],
  [
    '1e400',
    { raw: utf8('{"a":1e400}') },
    {},
    'LIMIT_EXCEEDED',
    'has a number beyond a double at a',
  ],
])('detect() refuses %s', async (_, loaded, given, code, message) => {
  const error = await refusal(loaded, given);
  expect([error.code, error.message]).toEqual([code, `The document of mock ${message}`]);
});

test.each([
  ['a value', { raw: aliases as never }, {}],
  ['what a loader decodes', { raw: 1 }, { decode: () => aliases }],
])(
  'detect() refuses %s that is endless as a copy, before it is copied',
  async (_, loaded, given) => {
    const error = await refusal(loaded, given);
    expect(error.code).toBe('LIMIT_EXCEEDED');
    expect(error.message).toContain('limits.maxKeys');
  },
);

test('detect() takes bytes of just maxBytes, which a loader that decodes is held to as well', async () => {
  const options = { limits: { maxBytes: 7 } };
  expect((await detected({ raw: utf8('{"a":1}') }, { options })).kind).toBe('new');
  const decode = (): unknown => ({});
  expect((await detected({ raw: utf8('12345678') }, { options, decode })).kind).toBe('refused');
});

const wide = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { a: 1, b: 2, c: 3 }]));

test.each<[string, (raw: object) => Loaded, Loader['decode'] | undefined]>([
  ['came as a value', (raw) => ({ raw: raw as never }), undefined],
  ['came as bytes', (raw) => ({ raw: utf8(JSON.stringify(raw)) }), undefined],
  [
    'its loader decoded',
    (raw) => ({ raw: utf8(`${Object.keys(raw).length}`) }),
    ({ raw }) => wide(...'xyz'.slice(0, Number(new TextDecoder().decode(raw as Uint8Array)))),
  ],
])('detect() counts all keys of a document that %s, shared ones too', async (_, load, decode) => {
  const given = { options: { limits: { maxKeys: 8 } }, ...(decode && { decode }) };
  const two = await newDocument(load(wide('x', 'y')), given);
  const error = await refusal(load(wide('x', 'y', 'z')), { ...given, known: two });
  expect(error.code).toBe('LIMIT_EXCEEDED');
});

test('detect() leaves the known document as it was when it refuses', async () => {
  const before = documentOf({ a: { b: 1 } });
  await refusal({ raw: utf8('{"a":{"b":2},"__proto__":1}') }, { known: before });
  expect(before.raw).toStrictEqual({ a: { b: 1 } });
});

test('detect() notes the steps of migrations that a document went through', async () => {
  const step = { from: 0, to: 1, migrate: (old: unknown) => ({ ...(old as object), version: 1 }) };
  const options = { migrations: [step] };
  const migrated = await newDocument({ raw: utf8('{"a":1}') }, { options });
  expect(migrated).toMatchObject({ raw: { a: 1, version: 1 }, migrated: ['0 -> 1'] });
  const again = { raw: utf8('{"a":1}'), validator };
  expect(await detected(again, { known: migrated, options })).toMatchObject({
    kind: 'same',
    document: { migrated: ['0 -> 1'] },
  });
  const respelled = { raw: utf8('{ "a": 1 }'), validator };
  expect(await detected(respelled, { known: migrated, options })).toMatchObject({
    kind: 'same',
    document: { migrated: ['0 -> 1'] },
  });
  const later = await newDocument(
    { raw: utf8('{"a":2,"version":1}') },
    { known: migrated, options },
  );
  expect('migrated' in later).toBe(false);
});

/** So much that a small change in it is read alone. */
const ROWS = JSON.stringify(Array.from({ length: 4_000 }, (_, i) => `row ${i}`));
const largeText = (kb: number): string => `{"kb":${kb},"unit":"k","rows":${ROWS}}`;
const inBytes = ({ kb, rows }: { kb?: number; rows?: unknown }): object => ({
  bytes: kb! * 1024,
  rows,
  version: 1,
});
const migrate = (old: unknown): unknown => inBytes(old as object);

test.each<[string, Given]>([
  [
    'its loader decoded',
    { decode: ({ raw }) => migrate(JSON.parse(new TextDecoder().decode(raw as Uint8Array))) },
  ],
  ['was migrated', { options: { migrations: [{ from: 0, to: 1, migrate }] } }],
  ['is as it came', {}],
])(
  'detect() of a small change in a large document that %s gives what all of it says',
  async (_, given) => {
    const before = await newDocument({ raw: utf8(largeText(1)) }, given);
    const after = { raw: utf8(largeText(2)) };
    expect(await newDocument(after, { ...given, known: before })).toEqual(
      await newDocument(after, given),
    );
  },
);

test.each<[string, (json: string) => string]>([
  ['blanks', (json) => json.replaceAll(',', ', ')],
  ['one row', (json) => json.replace('row 7', 'line 7')],
  ['all rows', (json) => json.replaceAll('row', 'line')],
])(
  'detect() of a long document with other %s says in turns what it says at once',
  async (_, edit) => {
    const rows = Array.from({ length: 1_100 }, (_row, i) => `row ${i} ${'x'.repeat(1_000)}`);
    const long = JSON.stringify({ rows, last: { a: [1] } });
    const old = await newDocument({ raw: utf8(long) });
    const after = { raw: utf8(edit(long)) };
    const atOnce = await detected(after, { known: old });
    let turns = 0;
    const nextTurn = async (): Promise<void> => void (turns += 1);
    const inTurns = await detected(after, { known: old, nextTurn });
    expect(deepEqual(inTurns, atOnce)).toBe(true);
    const { raw } = (inTurns as { document: SourceDocument }).document;
    expect(keepsIdentity(old.raw, raw)).toBe(true);
    // before it, after the difference was found, and after all was read
    expect(turns).toBeGreaterThanOrEqual(3);
  },
);

test('detect() reads a large document as a whole where a name that is new in it is nothing to write to', async () => {
  const large = { a: 1, end: 'x'.repeat(40_000) };
  const before = await newDocument({ raw: utf8(JSON.stringify(large)) });
  const next = { a: 1, odd: 2, end: large.end };
  // oxlint-disable-next-line no-extend-native -- as with all names of a prototype that is frozen
  Object.defineProperty(Object.prototype, 'odd', { value: 0, configurable: true });
  try {
    const { raw } = await newDocument({ raw: utf8(JSON.stringify(next)) }, { known: before });
    expect(JSON.stringify(raw)).toBe(JSON.stringify(next));
  } finally {
    Reflect.deleteProperty(Object.prototype, 'odd');
  }
});

test('detect() holds a large document that grew a little to maxBytes', async () => {
  const raw = utf8(largeText(10));
  const options = { limits: { maxBytes: raw.length - 1 } };
  const before = await newDocument({ raw: utf8(largeText(1)) }, { options });
  expect(await refusal({ raw }, { known: before, options })).toMatchObject({
    code: 'LIMIT_EXCEEDED',
  });
});

test('detect() keeps another signature of the same bytes', async () => {
  const signed = (signature: string) => ({
    raw: utf8(text),
    validator,
    evidence: { url: '', status: 200, headers: {}, signature },
  });
  const held = await newDocument(signed('by the old key'));
  expect(await detected(signed('by the old key'), { known: held })).toEqual({ kind: 'same' });
  const next = signed('by the new key');
  expect(await detected(next, { known: held })).toMatchObject({
    kind: 'same',
    document: { evidence: next.evidence },
  });
});

test('detect() shows decode() what is held', async () => {
  const seen: unknown[] = [];
  const decode: Loader['decode'] = (_loaded, _limits, held) => {
    seen.push(held);
    return { a: 2 };
  };
  await detected({ raw: utf8('{"a":2}') }, { known, decode });
  await detected({ raw: utf8('{"a":2}') }, { decode });
  expect(seen).toEqual([known, undefined]);
});

test.each<[string, Loaded, Given, string | undefined]>([
  ['it decoded', { raw: { at: '1' } }, { decode: ({ raw }) => [raw] }, '{"at":"1"}'],
  ['it did not', { raw: { at: '1' } }, {}, undefined],
  ['came as bytes', { raw: utf8('{"at":1}') }, { decode: () => ({}) }, undefined],
])('detect() keeps the text of a value that %s', async (_, loaded, given, expected) => {
  const options = { schema: undefined };
  const document = await newDocument(loaded, { ...given, options });
  expect(document.text).toBe(expected);
});

test('detect() refuses by its path what a loader decodes and no cache can keep', async () => {
  const decode = (): unknown => ({});
  const error = await refusal({ raw: { born: new Date(0) } as never }, { decode });
  expect(error).toMatchObject({
    code: 'DECODE_FAILED',
    message: expect.stringMatching(/is not JSON: it is .* at born$/),
  });
});
