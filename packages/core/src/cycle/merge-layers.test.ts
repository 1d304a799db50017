import { mockLoader } from '@holdfast/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { clone, isFrozen, json, keepsIdentity } from '../document/json.fixture.ts';
import { isPlainObject } from '../document/kind.ts';
import { merge } from '../document/merge.ts';
import { type AnyConfigOptions, resolveConfig } from '../options/config.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Inputs, Override } from '../state/inputs.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { documentOf } from './document.fixture.ts';
import { mergeLayers } from './merge-layers.ts';

const policyOf = (options: Partial<AnyConfigOptions> = {}) =>
  resolveConfig('app', { loader: mockLoader(), ...options });

const laid = (patch: JsonValue, i: number): Override => ({
  id: `o${i}`,
  patch,
  bytes: 0,
  by: '',
  reason: '',
  at: 0,
  persist: false,
});

function inputsOf(documents: readonly JsonValue[], patches: readonly JsonValue[] = []): Inputs {
  return { documents: documents.map((raw) => documentOf(raw)), overrides: patches.map(laid) };
}

const before = (merged: unknown): Snapshot => ({
  merged,
  value: merged,
  version: 1,
  trigger: 'poll',
  at: 0,
});

test('mergeLayers() lays defaults, documents and overrides over each other, the later the higher', () => {
  const policy = policyOf({ defaults: { a: 0, d: { x: 0 } } });
  const inputs = inputsOf(
    [
      { a: 1, b: 1 },
      { b: 2, c: [1] },
    ],
    [{ c: [2] }, { d: { y: 4 } }],
  );
  expect(mergeLayers(policy, inputs)).toEqual({
    merged: { a: 1, b: 2, c: [2], d: { x: 0, y: 4 } },
  });
});

test('mergeLayers() passes over sources without a document, and gives undefined where there is nothing', () => {
  const inputs = { documents: [undefined, documentOf({ a: 1 }), undefined] };
  expect(mergeLayers(policyOf(), inputs)).toEqual({ merged: { a: 1 } });
  expect(mergeLayers(policyOf(), { documents: [undefined] })).toEqual({ merged: undefined });
});

test('mergeLayers() takes an override alone for a value only where a schema says what one is', () => {
  const inputs = { ...inputsOf([], [{ a: 1 }]), documents: [undefined] };
  expect(mergeLayers(policyOf(), inputs)).toEqual({ merged: undefined });
  const schema = z.object({ a: z.number() });
  expect(mergeLayers(policyOf({ schema }), inputs)).toEqual({ merged: { a: 1 } });
});

test('mergeLayers() is the fold of all layers, frozen, in terms of what is in force', () => {
  const layer = json.filter((value) => isPlainObject(value));
  fc.assert(
    fc.property(fc.array(layer, { minLength: 1, maxLength: 4 }), layer, (layers, last) => {
      const expected = [...layers, last].reduce<unknown>(
        (low, high) => merge(low, clone(high)),
        {},
      );
      const old = mergeLayers(policyOf(), inputsOf(layers)).merged;
      const { merged } = mergeLayers(policyOf(), inputsOf(layers, [last]), { before: before(old) });
      expect(merged).toEqual(expected);
      expect(isFrozen(merged)).toBe(true);
      expect(keepsIdentity(old, merged)).toBe(true);
    }),
  );
});

test('mergeLayers() gives what is in force itself where nothing differs', () => {
  const { merged } = mergeLayers(policyOf(), inputsOf([{ a: { b: 1 } }, { c: 1 }]));
  const again = mergeLayers(policyOf(), inputsOf([{ c: 1 }], [{ a: { b: 1 } }]), {
    before: before(merged),
  });
  expect(again.merged).toEqual(merged);
  const same = inputsOf([{ a: { b: 1 } }, { c: 1 }]);
  expect(mergeLayers(policyOf(), same, { before: before(merged) }).merged).toBe(merged);
});

test('mergeLayers() lists at most a hundred paths that wait for a restart', () => {
  const many = (by: number) =>
    Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`k${i}`, i + by]));
  const policy = policyOf({ restartOnly: ['*'] });
  const inputs = { ...inputsOf([many(1)]), started: many(0) };
  const { merged, pendingRestart } = mergeLayers(policy, inputs);
  expect(merged).toEqual(many(0));
  expect(pendingRestart).toHaveLength(100);
});

test.each([
  [
    'keeps an item in the middle that was not there at the start',
    ['list.1'],
    ['a'],
    ['x', 'y', 'z'],
    ['x', 'y', 'z'],
  ],
  ['lets the items go that came since the start', ['list.*'], ['a'], ['x', 'y', 'z'], ['a']],
  [
    'lets the items go that came, but for those below them',
    ['list.1', 'list.3'],
    ['a'],
    [1, 2, 3, 4],
    [1, 2, 3],
  ],
  ['takes paths in any order', ['list.1', 'list.0'], [], [1, 2], []],
  ['takes paths that bring back in any order', ['list.1', 'list.0'], [1, 2], [], [1, 2]],
  [
    'brings the items back that went since the start',
    ['list.*'],
    ['a', 'b', 'c'],
    ['x'],
    ['a', 'b', 'c'],
  ],
])('mergeLayers() %s', (_, restartOnly, atStart, list, expected) => {
  const inputs = { ...inputsOf([{ list }]), started: { list: atStart } };
  expect(mergeLayers(policyOf({ restartOnly }), inputs).merged).toStrictEqual({ list: expected });
});

test('mergeLayers() without anything started lets restart-only fields through', () => {
  const inputs = inputsOf([{ port: 1 }]);
  expect(mergeLayers(policyOf({ restartOnly: ['port'] }), inputs)).toEqual({ merged: { port: 1 } });
});
