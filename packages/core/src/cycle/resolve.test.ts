import { mockLoader } from '@holdfast/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  clone,
  deepEqual,
  editedJson,
  isFrozen,
  keepsIdentity,
  ROOMY,
} from '../document/json.fixture.ts';
import { isPlainObject } from '../document/kind.ts';
import { merge } from '../document/merge.ts';
import { seal } from '../document/seal.ts';
import { share } from '../document/share.ts';
import { type AnyConfigOptions, resolveConfig } from '../options/config.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { documentOf } from './document.fixture.ts';
import { mergeLayers } from './merge-layers.ts';
import { type Resolution, resolve } from './resolve.ts';
import { Validation } from '../document/validation.ts';

/** Resolves one document after the other, as if each were accepted. */
function rig(options: Partial<AnyConfigOptions> = {}) {
  const policy = resolveConfig('app', { loader: mockLoader(), ...options });
  const validation = new Validation(policy);
  let before: Snapshot | undefined;
  let raw: JsonValue | undefined;
  return async (next?: JsonValue): Promise<Resolution> => {
    raw = next === undefined ? raw : seal(share(raw, clone(next)), raw, ROOMY);
    const inputs = { documents: [raw === undefined ? undefined : documentOf(raw)] };
    const { merged } = mergeLayers(policy, inputs, { before, shares: true });
    const resolution = await resolve(merged, { before, validation });
    if (resolution.kind === 'value') before = { ...resolution, version: 1, trigger: 'poll', at: 0 };
    return resolution;
  };
}

async function valueOf(resolution: Promise<Resolution>): Promise<Record<string, unknown>> {
  const settled = await resolution;
  if (settled.kind === 'refused') throw settled.error;
  return settled.value as Record<string, unknown>;
}

const app = z.object({
  pool: z.object({ size: z.int() }).optional(),
  level: z.string().default('info'),
});

test('resolve() merges the document over the defaults before it validates', async () => {
  const next = rig({ schema: app, defaults: { pool: { size: 4 } } });
  expect(await valueOf(next())).toEqual({ pool: { size: 4 }, level: 'info' });
  expect(await valueOf(next({ level: 'warn' }))).toEqual({ pool: { size: 4 }, level: 'warn' });
  expect(await valueOf(next({ pool: { size: 8 } }))).toEqual({ pool: { size: 8 }, level: 'info' });
});

test('resolve() makes document and value one tree where the schema transforms nothing', async () => {
  const schemas = [undefined, z.object({ a: z.object({ b: z.number() }) }), z.unknown()];
  for (const schema of schemas) {
    const resolution = await rig({ schema })({ a: { b: 1 } });
    expect(resolution.kind).toBe('value');
    const { merged, value } = resolution as { merged: unknown; value: unknown };
    expect(value).toBe(merged);
  }
});

test('resolve() gives the value in force for the document in force, without validating it', async () => {
  let calls = 0;
  const schema = z.unknown().refine(() => ++calls);
  const next = rig({ schema, defaults: { a: 1 } });
  const first = await valueOf(next({ b: 2 }));
  expect(await valueOf(next({ b: 2 }))).toBe(first);
  expect(calls).toBe(1);
});

test('resolve() keeps the identity of what did not change in an output that is always new', async () => {
  const schema = z.object({ a: z.object({ n: z.number() }), b: z.number(), at: z.string() });
  const next = rig({
    schema: schema.transform((value) => ({ ...clone(value), url: new URL(value.at) })),
  });
  const first = await valueOf(next({ a: { n: 1 }, b: 1, at: 'https://a.example' }));
  const second = await valueOf(next({ a: { n: 1 }, b: 2, at: 'https://a.example' }));
  expect(second).not.toBe(first);
  expect(second['a']).toBe(first['a']);
  expect(second['url']).toBe(first['url']);
});

test('resolve() gives the old value itself where another document gives an equal one', async () => {
  const next = rig({ schema: z.object({ a: z.number() }) });
  const first = await valueOf(next({ a: 1, unknown: 1 }));
  expect(await valueOf(next({ a: 1, unknown: 2 }))).toBe(first);
  expect(await valueOf(next({ a: 1 }))).toBe(first);
});

test('resolve() gives frozen values in terms of the old ones, whatever the documents', async () => {
  await fc.assert(
    fc.asyncProperty(editedJson, editedJson, async ([first, second], [third, low]) => {
      const documents = [first, second, third].filter((value) => isPlainObject(value));
      const defaults = isPlainObject(low) ? low : undefined;
      const next = rig({ defaults });
      let before: unknown;
      for (const document of documents) {
        const value = await valueOf(next(document));
        expect(isFrozen(value)).toBe(true);
        const merged = defaults === undefined ? document : merge(defaults, document);
        expect(deepEqual(clone(value), clone(merged))).toBe(true);
        expect(keepsIdentity(before, value)).toBe(true);
        before = value;
      }
    }),
  );
});

test.each<[string, (value: unknown) => unknown, string]>([
  ['a Date', () => ({ at: new Date(0) }), 'holds a Date, which cannot be frozen or compared at at'],
  ['a Map', () => ({ a: [new Map()] }), 'holds a Map, which cannot be frozen or compared at a.0'],
  [
    'a function',
    () => ({ f: () => 1 }),
    'holds a function, which cannot be frozen or compared at f',
  ],
  [
    'itself',
    () => {
      const loop: Record<string, unknown> = {};
      loop['loop'] = loop;
      return loop;
    },
    `is nested deeper than 1000 levels at ${Array(1_000).fill('loop').join('.')}`,
  ],
])('resolve() refuses an output with %s by name', async (_, transform, what) => {
  expect(await rig({ schema: z.unknown().transform(transform) })({})).toMatchObject({
    kind: 'refused',
    error: {
      code: 'SCHEMA_FAILED',
      message: `gives a value that cannot be served: the output of the schema ${what}; let it give what JSON has (a Date as its text or number, a Map or Set as an object or a list), bigint, URL or Secret`,
    },
  });
});

test('resolve() refuses what the merged document breaks, and leaves what was there', async () => {
  const both = z.object({ min: z.number(), max: z.number() }).refine(({ min, max }) => min <= max, {
    error: 'min must not be above max',
  });
  const next = rig({ schema: both, defaults: { min: 5 } });
  const first = await valueOf(next({ max: 6 }));
  expect(await next({ max: 4 })).toMatchObject({
    kind: 'refused',
    error: { message: 'does not fit the schema: (top): min must not be above max' },
  });
  expect(first).toEqual({ min: 5, max: 6 });
  expect(await valueOf(next({ max: 6 }))).toBe(first);
});

test('resolve() takes keys that mean something to JavaScript for data', async () => {
  const document = { toString: 1, constructor: { name: 2 }, '': 4, 'a.b': 5, length: 6 };
  const value = await valueOf(rig({ defaults: { valueOf: 0 } })(document));
  expect(deepEqual(value, { valueOf: 0, ...document })).toBe(true);
});
