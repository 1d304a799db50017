import { mockLoader } from '@holdfast/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clone, editedJson, nested, ROOMY } from '../document/json.fixture.ts';
import { reconcile } from '../document/reconcile.ts';
import { resolveConfig } from '../options/config.ts';
import type { JsonValue } from '../ports/json.ts';
import { compare } from './compare.ts';
import { documentOf } from './document.fixture.ts';

const policyOf = (maxRemoved?: number) =>
  resolveConfig('app', { loader: mockLoader(), ...(maxRemoved !== undefined && { maxRemoved }) });

/** A document with the keys from `from` up to `to`. */
const keys = (from: number, to: number) =>
  documentOf(Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`k${from + i}`, i])));

test.each<[string, number, number, number | undefined]>([
  ['half of its keys', 16, 8, undefined],
  ['one more than half', 16, 7, 9],
  ['all of its keys', 20, 0, 20],
  ['all of its keys, but had few', 15, 0, undefined],
])('compare() of a document that lost %s', (_, before, after, removed) => {
  const error = compare(policyOf(), { before: keys(0, before), after: keys(0, after) });
  expect(error?.code).toBe(removed === undefined ? undefined : 'REMOVED_TOO_MUCH');
  expect(error?.message).toBe(
    removed === undefined
      ? undefined
      : `loses ${removed} of ${before} keys, more than the share of 0.5 that maxRemoved allows; acceptRefused() takes it all the same`,
  );
});

test('compare() takes other keys in place of the old ones for a loss', () => {
  expect(compare(policyOf(), { before: keys(0, 16), after: keys(16, 32) })?.code).toBe(
    'REMOVED_TOO_MUCH',
  );
});

test('compare() takes changed values for no loss', () => {
  const after = documentOf(
    Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, 'x'])),
  );
  expect(compare(policyOf(0), { before: keys(0, 16), after })).toBeUndefined();
});

test('compare() goes by maxRemoved', () => {
  expect(compare(policyOf(0), { before: keys(0, 16), after: keys(0, 15) })).toBeDefined();
  expect(compare(policyOf(0.9), { before: keys(0, 20), after: keys(0, 2) })).toBeUndefined();
  expect(compare(policyOf(1), { before: keys(0, 20), after: keys(0, 0) })).toBeUndefined();
});

test('compare() says nothing of the first document', () => {
  expect(compare(policyOf(0), { before: undefined, after: keys(0, 0) })).toBeUndefined();
});

test('compare() counts nothing where it was seen that too little is missing', () => {
  const succession = { before: keys(0, 16), after: keys(16, 32) };
  expect(compare(policyOf(0), { ...succession, lost: 0 })).toBeUndefined();
  expect(compare(policyOf(0), { ...succession, lost: 1 })).toBeDefined();
});

test('compare() says the same of a large document whether its walk counted or not', () => {
  const some = fc.array(editedJson, { minLength: 1, maxLength: 30 });
  const share = fc.constantFrom(0, 0.001, 0.01, 0.1, 0.5);
  const flat = Array.from({ length: 1_000 }, (_, i) => i);
  // as many items, and few leaves
  const deep = JSON.parse(`[${Array(20).fill(nested(50)).join(',')}]`) as JsonValue;
  fc.assert(
    fc.property(some, share, fc.constantFrom<JsonValue>(flat, deep), (edited, maxRemoved, rest) => {
      const known = reconcile(undefined, clone([rest, edited.map(([old]) => old)]), ROOMY)!.value;
      const next = clone([rest, edited.map(([, now]) => now)]);
      const { value, lost } = reconcile(known, next, ROOMY)!;
      const succession = { before: documentOf(known), after: documentOf(value) };
      const policy = policyOf(maxRemoved);
      expect(compare(policy, { ...succession, lost })).toEqual(compare(policy, succession));
    }),
  );
});
