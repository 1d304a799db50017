import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { isSecret, Secret } from './document/secret.ts';
import { FIELD_READER } from './options/fields.ts';
import { fieldsOf } from './options/zod-fields.ts';
import { dynamicOnly, restartOnly, secret } from './zod.ts';

const password = secret(z.string().min(3));

test('secret() gives a Secret of the output', () => {
  const schema = z.object({ password, pin: secret(z.string().transform(Number)) });
  const value = schema.parse({ password: 'abc', pin: '12' });
  expectTypeOf(value.password).toEqualTypeOf<Secret<string>>();
  expectTypeOf(value.pin).toEqualTypeOf<Secret<number>>();
  expectTypeOf<z.input<typeof schema>>().toEqualTypeOf<{ password: string; pin: string }>();
  expect([value.password.reveal(), value.pin.reveal()]).toEqual(['abc', 12]);
});

test('secret() works with default(), prefault(), optional(), nullable(), catch(), in objects, lists, records and unions', () => {
  const schema = z.object({
    fallback: password.default(new Secret('dev')),
    prefault: password.prefault('dev'),
    inner: secret(z.string().default('dev')),
    optional: password.optional(),
    nullable: password.nullable(),
    caught: password.catch(new Secret('dev')),
    list: z.array(password),
    record: z.record(z.string(), password),
    union: z.union([z.number(), password]),
    described: password.describe('the password').meta({ title: 'Password' }),
    whole: secret(z.object({ a: z.number() })),
  });
  const value = schema.parse({
    nullable: null,
    caught: 1,
    list: ['one'],
    record: { a: 'two' },
    union: 'three',
    described: 'four',
    whole: { a: 1 },
  });
  for (const each of [value.fallback, value.prefault, value.inner, value.caught])
    expect(each.reveal()).toBe('dev');
  expect([value.optional, value.nullable]).toEqual([undefined, null]);
  expect(value.list[0]!.reveal()).toBe('one');
  expect(value.record['a']!.reveal()).toBe('two');
  expect((value.union as Secret<string>).reveal()).toBe('three');
  expect(value.described.reveal()).toBe('four');
  expect(value.whole.reveal()).toEqual({ a: 1 });
  expect(fieldsOf(schema).secrets.map((path) => path.join('.'))).toEqual([
    'fallback',
    'prefault',
    'inner',
    'optional',
    'nullable',
    'caught',
    'list.*',
    'record.*',
    'union',
    'described',
    'whole',
  ]);
});

test('secret() works with asynchronous schemas', async () => {
  const schema = z.object({ a: secret(z.string().refine(async () => true)) });
  const { a } = await schema.parseAsync({ a: 'x' });
  expect(isSecret(a)).toBe(true);
});

test('secret() of a schema that refuses says so, as ever', () => {
  expect(z.object({ password }).safeParse({ password: 'ab' }).error?.issues).toMatchObject([
    { path: ['password'], code: 'too_small' },
  ]);
});

test('restartOnly() and dynamicOnly() mark a copy of the same type', () => {
  const port = z.int();
  const marked = restartOnly(port);
  expectTypeOf(marked).toEqualTypeOf(port);
  expect(marked.parse(5)).toBe(5);
  expect(marked.safeParse('x').success).toBe(false);
  expect(fieldsOf(port)).toEqual({ secrets: [], restartOnly: [], dynamicOnly: [] });
  expect(fieldsOf(marked).restartOnly).toEqual([[]]);
  expect(fieldsOf(dynamicOnly(port)).dynamicOnly).toEqual([[]]);
});

test('restartOnly() survives whatever makes another schema of it', () => {
  const port = restartOnly(z.int().describe('where it listens'));
  expect(port.description).toBe('where it listens');
  const group = restartOnly(z.object({ a: z.string(), b: z.string() }));
  const schema = z.object({
    a: port.default(1),
    b: port.optional(),
    c: port.describe('x'),
    d: port
      .min(1)
      .max(9)
      .refine(() => true),
    e: port.nullable().readonly(),
    f: port.transform(String),
    g: port.pipe(z.number()),
    h: z.preprocess(Number, port),
    i: group.pick({ a: true }),
    j: group.strict().extend({ c: z.string() }),
    k: group.partial(),
    l: restartOnly(secret(z.string())),
    m: secret(restartOnly(z.string())),
    n: z.object({ x: port }).and(z.object({ y: z.string() })),
    o: z.tuple([z.string(), port]),
  });
  const paths = fieldsOf(schema).restartOnly.map((path) => path.join('.'));
  expect(paths).toEqual([...'abcdefghijklm'.split(''), 'n.x', 'o.1']);
  expect(fieldsOf(schema).secrets).toEqual([['l'], ['m']]);
});

test('restartOnly() and secret() refuse what is no schema of zod, without showing it', () => {
  const call = (helper: (schema: never) => unknown, schema: unknown) => () =>
    helper(schema as never);
  for (const schema of [undefined, null, 'hunter2', {}, mini.string()]) {
    for (const helper of [secret, restartOnly, dynamicOnly]) {
      expect(call(helper, schema)).toThrow(
        `Cannot use "schema" of ${helper.name}() as it must be a schema of zod 4 (not of zod/mini)`,
      );
      expect(call(helper, schema)).not.toThrow('hunter2');
    }
  }
});

test('fieldsOf() gives paths below lists, records, maps and rests with a star', () => {
  const schema = z.object({
    users: z.array(z.object({ pin: password })),
    byName: z.record(z.string(), z.object({ pin: password })),
    rest: z.tuple([z.string()], password),
    open: z.object({}).catchall(password),
  });
  expect(fieldsOf(schema).secrets.map((path) => path.join('.'))).toEqual([
    'users.*.pin',
    'byName.*.pin',
    'rest.*',
    'open.*',
  ]);
});

test('fieldsOf() ends in schemas that refer to themselves: what is deeper is all marked', () => {
  const node = z.object({
    token: password,
    get next() {
      return node.optional();
    },
    get children() {
      return z.array(node);
    },
  });
  const schema = z.object({ tree: node, menu: z.lazy(() => menu) });
  const menu: z.ZodType = z.object({ title: z.string(), items: z.array(z.lazy(() => menu)) });
  expect(fieldsOf(schema).secrets.map((path) => path.join('.'))).toEqual([
    'tree.token',
    'tree.next',
    'tree.children.*',
  ]);
});

test('fieldsOf() ends in schemas that make new parts of themselves without end', () => {
  const endless = (): z.ZodType =>
    z.object({ token: password, left: z.lazy(endless), right: z.lazy(endless) });
  const { secrets } = fieldsOf(endless());
  expect(secrets).toContainEqual(['token']);
  expect(secrets).toContainEqual(['left', 'left', 'token']);
});

test.each([[undefined], [null], [{}], [{ '~standard': {} }], [mini.object({})]])(
  'fieldsOf() finds nothing in %o',
  (schema) => {
    expect(fieldsOf(schema)).toEqual({ secrets: [], restartOnly: [], dynamicOnly: [] });
  },
);

test('secret() and restartOnly() make the reader known to every copy of core', () => {
  restartOnly(z.string());
  expect(Reflect.get(globalThis, FIELD_READER)).toBe(fieldsOf);
});
