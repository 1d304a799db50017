import { mockLoader } from '@holdfast/testing';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  deepEqual,
  editedJson,
  isFrozen,
  json,
  ROOMY,
  walkBoth,
} from '../document/json.fixture.ts';
import { isPlainObject } from '../document/kind.ts';
import { merge } from '../document/merge.ts';
import { seal } from '../document/seal.ts';
import { resolveConfig } from '../options/config.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { overlay } from './overlay.ts';

const sealed = <T>(value: T): T => seal(value, undefined, ROOMY);
const object = json.filter((value) => isPlainObject(value));
const patches = fc.array(object, { maxLength: 3 }).map(sealed);

/** What is in force when the schema was given `merged`. */
function snapshotOf(merged: JsonValue, value: unknown = merged): Snapshot {
  return { merged, value, version: 1, trigger: 'poll', at: 0 };
}

function configWith(schema?: StandardSchemaV1) {
  const policy = resolveConfig('app', { loader: mockLoader(), ...(schema && { schema }) });
  return { policy, checks: [] };
}

const identity = configWith();

test('overlay() gives what the schema makes of the merged documents, frozen', () => {
  fc.assert(
    fc.property(object, patches, (document, over) => {
      const value = overlay(identity, snapshotOf(sealed(document)), over);
      expect(deepEqual(value, over.reduce<unknown>(merge, document))).toBe(true);
      expect(isFrozen(value)).toBe(true);
    }),
  );
});

test('overlay() shares every subtree that the overrides do not touch', () => {
  fc.assert(
    fc.property(object, patches, (document, over) => {
      const before = sealed(document);
      const value = overlay(identity, snapshotOf(before), over);
      let shared = true;
      walkBoth(before, value, (a, b) => (shared &&= Object.is(a, b) || !deepEqual(a, b)));
      expect(shared).toBe(true);
    }),
  );
});

/** A transformation that makes everything anew: objects with a mark, and texts in capitals. */
function marked(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.toUpperCase();
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(marked);
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, marked(item)]);
  return { ...Object.fromEntries(entries), marked: true };
}

test('overlay() does so where the schema makes another tree of the document', () => {
  const schema = z.json().transform((value) => marked(value));
  const config = configWith(schema);
  fc.assert(
    fc.property(editedJson, ([low, high]) => {
      fc.pre(isPlainObject(low) && isPlainObject(high));
      const [document, patch] = sealed([low, high] as const);
      const before = sealed(schema.parse(document));
      const value = overlay(config, snapshotOf(document, before), [patch]);
      expect(deepEqual(value, schema.parse(merge(document, patch)))).toBe(true);
      let shared = true;
      walkBoth(before, value, (a, b) => (shared &&= Object.is(a, b) || !deepEqual(a, b)));
      expect(shared).toBe(true);
    }),
  );
});

const answers = (validate: StandardSchemaV1['~standard']['validate']): StandardSchemaV1 => ({
  '~standard': { version: 1, vendor: 'test', validate },
});

test.each([
  [
    'throws',
    answers(() => {
      throw new Error('secret');
    }),
    'could not be checked: the schema threw (Error)',
  ],
  [
    'gives nothing',
    answers(() => ({}) as never),
    'could not be checked: the schema gave no result',
  ],
  [
    'is asynchronous',
    answers(async () => {
      throw new Error('secret');
    }),
    'cannot be checked at once: the schema is asynchronous',
  ],
  [
    'gives a Date',
    answers(() => ({ value: { at: new Date(0) } })),
    'gives a value that cannot be served: the output of the schema holds a Date, which cannot be frozen or compared at at',
  ],
])('overlay() refuses when the schema %s', (_, schema, why) => {
  const call = () => overlay(configWith(schema), snapshotOf(sealed({ a: 1 })), [{ a: 2, b: [] }]);
  expect(call).toThrow(`Config "app" with overrides of a, b ${why}`);
});

test('overlay() gives a schema that writes into its input a copy', () => {
  const writes = answers((value) => {
    (value as Record<string, unknown>)['seen'] = true;
    return { value };
  });
  const before = sealed({ a: 1, deep: { b: 1 } });
  const value = overlay(configWith(writes), snapshotOf(before), [{ a: 2 }]) as typeof before;
  expect(value).toEqual({ a: 2, deep: { b: 1 }, seen: true });
  expect(value.deep).toBe(before.deep);
});

test('overlay() needs an object where there is no schema', () => {
  expect(() => overlay(identity, snapshotOf(sealed({ a: 1 })), [[1]])).toThrow(
    'must be an object at the top',
  );
});
