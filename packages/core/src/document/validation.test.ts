import type { StandardSchemaV1 } from '@standard-schema/spec';
import { mockLoader } from '@holdfast/testing';
import { type } from 'arktype';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeObjection } from '../cycle/describe-issues.ts';
import { resolveConfig } from '../options/config.ts';
import { isFrozen, ROOMY } from './json.fixture.ts';
import { seal } from './seal.ts';
import { type Schema, Validation, type Verdict } from './validation.ts';
import * as hidden from '../zod.ts';

type Result = StandardSchemaV1.Result<unknown>;

const validationOf = (schema?: unknown): Validation =>
  new Validation(resolveConfig('app', { loader: mockLoader(), schema }));

const sealed = <T>(value: T): T => seal(value, undefined, ROOMY);

/** A hand-written schema. */
const standard = (validate: (value: unknown) => unknown): StandardSchemaV1 => ({
  '~standard': { version: 1, vendor: 'hand', validate: validate as never },
});

const run = async (schema: unknown, document: unknown): Promise<Verdict> =>
  validationOf(schema).run(sealed(document));

async function messageOf(schema: unknown, document: unknown): Promise<string> {
  const validation = validationOf(schema);
  return wordsOf(await validation.run(sealed(document)), document, validation.of.secrets);
}

function wordsOf(verdict: Verdict, document: unknown, secrets: Schema['secrets'] = []): string {
  if (verdict.kind === 'valid') throw new Error('it was valid');
  return describeObjection(verdict, { document, secrets });
}

const isApp = (value: unknown): value is { pool: { size: number } } =>
  typeof (value as { pool?: { size?: unknown } })?.pool?.size === 'number';

/** The same schema in every tongue. */
const SCHEMAS: readonly (readonly [string, unknown])[] = [
  ['zod', z.object({ pool: z.object({ size: z.number() }), level: z.string().default('info') })],
  [
    'valibot',
    v.object({ pool: v.object({ size: v.number() }), level: v.optional(v.string(), 'info') }),
  ],
  ['arktype', type({ pool: { size: 'number' }, level: 'string = "info"' })],
  [
    'a hand-written async schema',
    standard(async (value): Promise<Result> => {
      await Promise.resolve();
      if (isApp(value)) return { value: { level: 'info', ...value } };
      return { issues: [{ message: 'must be a number', path: ['pool', { key: 'size' }] }] };
    }),
  ],
];

test.each(SCHEMAS)('Validation.run() gives the output of %s', async (_, schema) => {
  expect(await run(schema, { pool: { size: 4 } })).toEqual({
    kind: 'valid',
    value: { pool: { size: 4 }, level: 'info' },
  });
});

test.each(SCHEMAS)(
  'Validation.run() refuses by %s, naming path and what is expected',
  async (_, schema) => {
    const message = await messageOf(schema, { pool: { size: 'hunter2' } });
    expect(message).toMatch(/^does not fit the schema: pool\.size: .*number/);
    expect(message).not.toContain('hunter2');
  },
);

test.each(SCHEMAS)('Validation.run() refuses by %s what is missing', async (_, schema) => {
  expect(await messageOf(schema, {})).toMatch(/^does not fit the schema: pool/);
});

test('Validation.run() gives a value at once where the schema does', () => {
  const document = sealed({ pool: { size: 4 } });
  for (const [name, schema] of SCHEMAS) {
    const verdict = validationOf(schema).run(document);
    expect(verdict instanceof Promise).toBe(name.includes('async'));
  }
});

const SECRETS = ['hunter2!', 'hunter"2!', 'hunter\\2!', 'hunter\n2!', "hunter'2!", 'hünter2!'];

/** Schemas that refuse any text at `token`, each in its own words. */
const REFUSING: readonly (readonly [string, unknown])[] = [
  ['zod', z.object({ token: z.enum(['a', 'b']) })],
  ['zod, an object', z.object({ token: z.object({}) })],
  [
    'zod, in its own words',
    z.object({
      token: z
        .string()
        .refine(() => false, { error: ({ input }) => `"${String(input)}" is wrong` }),
    }),
  ],
  [
    'zod, another field',
    z.object({ token: z.string() }).refine(() => false, {
      path: ['other'],
      error: ({ input }) => `${(input as { token: string }).token}!`,
    }),
  ],
  ['valibot', v.object({ token: v.number() })],
  ['valibot, a choice', v.object({ token: v.picklist(['a', 'b']) })],
  ['valibot, a pattern', v.object({ token: v.pipe(v.string(), v.regex(/^$/)) })],
  ['arktype', type({ token: 'number' })],
  ['arktype, a choice', type({ token: "'a' | 'b'" })],
  ['arktype, a length', type({ token: 'string > 100' })],
  ['arktype, the whole', type({ token: "'a'" }).or({ token: "'b'" })],
  ['hand-written', standard((value) => ({ issues: [{ message: JSON.stringify(value) }] }))],
];

const leaks = REFUSING.flatMap(([name, schema]) =>
  SECRETS.map((secret) => ({ name, schema, secret })),
);

test.each(leaks)(
  'Validation.run() tells nothing of the value, however the validator quotes it: $name, $secret',
  async ({ schema, secret }) => {
    const message = await messageOf(schema, { token: secret });
    expect(message).not.toContain(secret);
    expect(message).not.toContain(JSON.stringify(secret).slice(1, -1));
  },
);

test('Validation.run() tells the message of a schema that quotes nothing', async () => {
  const schema = standard(() => ({
    issues: [{ message: 'size must be even', path: ['pool', 'size'] }],
  }));
  expect(await messageOf(schema, { pool: { size: 41 } })).toBe(
    'does not fit the schema: pool.size: size must be even',
  );
});

test.each<[z.ZodType, unknown, string]>([
  [z.enum(['debug', 'warning']), 'warn', 'Invalid option: expected one of "debug"|"warning"'],
  [z.enum(['production', 'debug']), 'Production', 'expected "production" | "debug"'],
  [z.number().min(8080), 80, 'Too small: expected number to be >=8080'],
  [z.int().positive(), 0, 'Too small: expected number to be >0'],
  [z.number().gt(100), 100, 'expected >100'],
  [z.number().lt(100), 100, 'expected <100'],
  [v.pipe(v.number(), v.minValue(8080)) as never, 800, 'expected >=8080'],
])(
  'Validation.run() says what was expected beside a value that is much like it, case %#',
  async (schema, value, said) => {
    const document = { level: value };
    const whole = '_zod' in schema ? z.object({ level: schema }) : v.object({ level: schema });
    expect(await messageOf(whole, document)).toBe(`does not fit the schema: level: ${said}`);
  },
);

test('Validation.run() says what was expected though the document has it elsewhere', async () => {
  const level = z.enum(['debug', 'warning']);
  const schema = z.object({ level, audit: level });
  expect(await messageOf(schema, { level: 'warning', audit: 'wran' })).toBe(
    'does not fit the schema: audit: expected "debug" | "warning"',
  );
});

test('Validation.run() says of what was expected nothing that is a secret', async () => {
  const schema = z.object({ level: z.enum(['debug', 'ab12']), pin: z.string() });
  const policy = resolveConfig('app', { loader: mockLoader(), schema, secrets: ['pin'] });
  const document = { level: 'x', pin: 'ab12' };
  const verdict = await new Validation(policy).run(sealed(document));
  expect(wordsOf(verdict, document, policy.secrets)).toBe(
    'does not fit the schema: level: invalid_value',
  );
});

test.each<[string, object, string]>([
  ['nothing else', {}, 'is not valid'],
  ['what it expected', { expected: 'an even number' }, 'expected an even number'],
  ['a code', { code: 'too_odd' }, 'too_odd'],
  ['a type', { type: 'even' }, 'even'],
  ['a code that quotes as well', { code: 'not hunter2', expected: 'no hunter2' }, 'is not valid'],
  ['a code that is no text', { code: 5 }, 'is not valid'],
])('Validation.run() of a message that quotes says instead: %s', async (_, more, said) => {
  const issue = { message: 'got hunter2', path: ['token'], ...more };
  expect(
    await messageOf(
      standard(() => ({ issues: [issue] })),
      { token: 'hunter2' },
    ),
  ).toBe(`does not fit the schema: token: ${said}`);
});

test('Validation.run() shows paths of every form, and the top', async () => {
  const paths = [['a.b', 0], [{ key: 'x' }, { key: 1 }], [Symbol('s')], [], undefined];
  const issues = paths.map((path) => ({ message: 'no', path }));
  expect(
    await messageOf(
      standard(() => ({ issues })),
      {},
    ),
  ).toBe('does not fit the schema: ["a.b"].0: no; x.1: no; Symbol(s): no; (top): no; (top): no');
});

test('Validation.run() shows five issues and counts the rest', async () => {
  const issues = Array.from({ length: 12 }, (_, i) => ({ message: `no ${i}`, path: [`k${i}`] }));
  expect(
    await messageOf(
      standard(() => ({ issues })),
      {},
    ),
  ).toBe('does not fit the schema: k0: no 0; k1: no 1; k2: no 2; k3: no 3; k4: no 4; and 7 more');
});

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('bad hunter2');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('bad hunter2');
    },
  ],
  [
    'throws a text',
    () => {
      // oxlint-disable-next-line typescript/only-throw-error -- that it is no error is the case
      throw 'bad hunter2';
    },
  ],
  ['gives nothing', () => undefined],
  ['gives nothing later', async () => undefined],
  ['gives odd issues', () => ({ issues: [null] })],
  ['gives odd issues later', async () => ({ issues: 5 })],
])('Validation.run() refuses when the schema %s, without quoting it', async (_, validate) => {
  expect(await messageOf(standard(validate), { token: 'hunter2' })).toMatch(
    /^could not be checked: the schema threw \(\w+\)$/,
  );
});

test('Validation.run() waits for what is like a promise', async () => {
  const later = (result: Result) => ({
    // oxlint-disable-next-line unicorn/no-thenable -- a promise of another library is the case
    then: (resolve: (result: Result) => void) => resolve(result),
  });
  expect(
    await run(
      standard(() => later({ value: { a: 1 } })),
      {},
    ),
  ).toEqual({ kind: 'valid', value: { a: 1 } });
  expect(
    await messageOf(
      standard(() => later({ issues: [{ message: 'no' }] })),
      {},
    ),
  ).toContain('(top): no');
});

test('Validation.run() gives the schema the frozen document itself', async () => {
  const seen: unknown[] = [];
  const document = sealed({ a: {} });
  const schema = standard((value) => {
    seen.push(value);
    return { value };
  });
  await validationOf(schema).run(document);
  expect(seen[0]).toBe(document);
});

test.each([false, true])(
  'Validation.run() gives a schema that writes into its input a copy (async: %s)',
  async (later) => {
    const inputs: boolean[] = [];
    const write = (value: unknown): Result => {
      inputs.push(isFrozen(value));
      (value as { a: number }).a += 1;
      return { value };
    };
    const validation = validationOf(standard(later ? async (value) => write(value) : write));
    const document = sealed({ a: 1 });
    for (let i = 0; i < 2; i++)
      expect(await validation.run(document)).toEqual({ kind: 'valid', value: { a: 2 } });
    expect(document).toEqual({ a: 1 });
    // the first time it was not known, from then on it was
    expect(inputs).toEqual([true, false, false]);
  },
);

test('Validation.run() takes a TypeError of another cause for what it is', async () => {
  let calls = 0;
  const schema = standard(() => {
    calls++;
    throw new TypeError('x is not a function');
  });
  const validation = validationOf(schema);
  for (let i = 0; i < 2; i++)
    expect(await validation.run(sealed({}))).toMatchObject({ kind: 'threw' });
  expect(calls).toBe(4);
});

test('Validation.run() without a schema takes any object as it is', () => {
  const document = sealed({ a: 1 });
  const verdict = validationOf().run(document);
  expect(verdict).toEqual({ kind: 'valid', value: document });
  expect((verdict as { value: unknown }).value).toBe(document);
});

test.each<[unknown, string]>([
  [null, 'null'],
  [true, 'a boolean'],
  [42, 'a number'],
  ['x', 'a string'],
  [[], 'an array'],
])(
  'Validation.run() without a schema refuses %j at the top; a schema can allow it',
  async (document, kind) => {
    expect(await messageOf(undefined, document)).toBe(
      `must be an object at the top, but is ${kind} (a schema can allow it)`,
    );
    expect(await run(z.unknown(), document)).toEqual({ kind: 'valid', value: document });
  },
);

test('Validation.run() without a schema hints at JSON that was not parsed', async () => {
  expect(await messageOf(undefined, '{"a":1}')).toMatch(
    /^must be an object at the top, but is a string.* \(of the text of JSON, give what JSON\.parse\(\) makes of it; a schema can allow it\)$/,
  );
});

/** What is said of a document by a schema that says `message` of `path`. */
const said = async (
  issue: object,
  document: object = { pin: 'ab12', other: 1 },
): Promise<string> => {
  const schema = standard(() => ({ issues: [issue] }));
  const policy = resolveConfig('app', { loader: mockLoader(), schema, secrets: ['pin'] });
  const verdict = await new Validation(policy).run(sealed(document));
  const words = wordsOf(verdict, document, policy.secrets);
  return words.replace('does not fit the schema: ', '');
};

test.each<[object, string]>([
  [{ path: ['pin'], message: 'must be long', code: 'too_small' }, 'pin: is not valid (too_small)'],
  [
    { path: ['pin'], message: 'must be long', type: 'min_length' },
    'pin: is not valid (min_length)',
  ],
  [{ path: ['pin'], message: 'must be long' }, 'pin: is not valid'],
  [{ path: ['pin'], message: 'x', expected: 'string' }, 'pin: is not valid'],
  [{ path: ['pin'], message: 'x', code: 'Quotes ab12' }, 'pin: is not valid'],
  [{ path: ['pin'], message: 'x', code: 5 }, 'pin: is not valid'],
  [{ path: ['pin', 'ab12'], message: 'x', code: 'custom' }, 'pin: is not valid (custom)'],
  [{ path: ['other'], message: 'beside ab12', code: 'custom' }, 'other: custom'],
  [
    { path: ['pin'], message: 'x', code: 'invalid_type', expected: 'number' },
    'pin: is not valid (invalid_type: expected number, received string)',
  ],
  [{ path: ['pin'], message: 'x', code: 'c', expected: 'a sesame' }, 'pin: is not valid (c)'],
  [
    { path: ['pin', 'ab12'], message: 'x', code: 'invalid_type', expected: 'number' },
    'pin: is not valid (invalid_type)',
  ],
  [{ path: [], message: 'with ab12 in it' }, '(top): is not valid'],
  [{ path: ['other'], message: 'must be even' }, 'other: must be even'],
])(
  'Validation.run() says of a secret nothing but that it is not valid, and a wrong type: %j',
  async (issue, words) => {
    expect(await said(issue)).toBe(words);
  },
);

test('Validation.run() says of thousands of keys that are too many only that, and looks for none of them', async () => {
  const keys = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, `text ${i}`]));
  const schema = z.strictObject({});
  expect(await messageOf(schema, keys(2))).toContain('Unrecognized keys: "key-0", "key-1"');
  expect(await messageOf(schema, keys(5_000))).toBe(
    'does not fit the schema: (top): unrecognized_keys',
  );
});

test('Validation.run() names the values of an enumeration, but not hundreds of them', async () => {
  const zones = (count: number) => Array.from({ length: count }, (_, i) => `Europe/City-${i}`);
  const zoneOf = (count: number) => z.object({ zone: z.enum(zones(count)) });
  const document = { zone: 'Mars', notes: zones(9) };
  expect(await messageOf(zoneOf(2), document)).toContain(
    'zone: expected "Europe/City-0" | "Europe/City-1"',
  );
  expect(await messageOf(zoneOf(400), document)).toBe(
    'does not fit the schema: zone: invalid_value',
  );
});

test('Validation.run() knows the secrets of a schema, and those below a star', async () => {
  const schema = z.object({
    users: z.array(z.object({ pin: hidden.secret(z.string().min(9, 'too short for a PIN')) })),
  });
  expect(await messageOf(schema, { users: [{ pin: 'ab' }] })).toBe(
    'does not fit the schema: users.0.pin: is not valid (too_small)',
  );
});

test('Validation.run() quotes no secret number either', async () => {
  const issue = { path: ['other'], message: 'not 4711', code: 'custom' };
  expect(await said(issue, { pin: 4711, other: 1 })).toBe('other: custom');
  expect(await said(issue, { pin: 1, other: 1 })).toBe('other: custom'); // a part of it
});
