import { expect, test } from 'vitest';
import { documentOf } from '../cycle/document.fixture.ts';
import { Revalidation } from './revalidation.ts';

const validator = { origin: 'o', etag: '"1"' };
const document = documentOf({}, { validator });

/** One that asked for the whole document at 1000, and got it. */
function begun(random: number): Revalidation {
  const revalidation = new Revalidation(100);
  revalidation.next(undefined, 1_000);
  revalidation.succeeded(1_005, random);
  return revalidation;
}

test('next() asks with the validator of the document until it was trusted for long enough', () => {
  const revalidation = begun(0);
  expect(revalidation.next(document, 1_001)).toBe(validator);
  revalidation.succeeded(1_002, 0.9);
  expect(revalidation.next(document, 1_099)).toBe(validator);
  expect(revalidation.next(document, 1_100)).toBeUndefined();
  revalidation.succeeded(1_110, 0);
  expect(revalidation.next(document, 1_199)).toBe(validator);
  revalidation.succeeded(1_199, 0);
  expect(revalidation.next(document, 1_200)).toBeUndefined();
});

test.each([
  [0, 1_100],
  [0.5, 1_075],
  [1, 1_050],
])(
  'next() with chance %d trusts a validator of 1000 for a period of 100 until %d',
  (random, at) => {
    const revalidation = begun(random);
    expect(revalidation.next(document, at - 1)).toBe(validator);
    expect(revalidation.next(document, at)).toBeUndefined();
  },
);

test('next() trusts what an earlier process left until it was trusted for long enough by this one', () => {
  const revalidation = new Revalidation(100);
  expect(revalidation.next(document, 1_000)).toBe(validator);
  // it failed: nothing is counted before somebody answered
  expect(revalidation.next(document, 2_000)).toBe(validator);
  revalidation.succeeded(2_010, 0.5);
  expect(revalidation.next(document, 2_084)).toBe(validator);
  expect(revalidation.next(document, 2_085)).toBeUndefined();
});

test.each([
  ['no document', undefined],
  ['a document without a validator', documentOf({})],
  ['a validator that is too young', { ...document, young: true }],
])('next() asks for the whole document with %s, and counts from there', (_, known) => {
  const revalidation = begun(0);
  expect(revalidation.next(known, 1_090)).toBeUndefined();
  revalidation.succeeded(1_095, 0);
  expect(revalidation.next(document, 1_189)).toBe(validator);
  expect(revalidation.next(document, 1_190)).toBeUndefined();
});

test('next() asks for the whole document again when the poll that did so failed', () => {
  const revalidation = begun(0);
  expect(revalidation.next(document, 1_100)).toBeUndefined();
  expect(revalidation.next(document, 1_110)).toBeUndefined();
  revalidation.succeeded(1_111, 0);
  expect(revalidation.next(document, 1_120)).toBe(validator);
});
