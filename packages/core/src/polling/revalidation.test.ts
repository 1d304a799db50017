import { expect, test } from 'vitest';
import { documentOf } from '../cycle/document.fixture.ts';
import { Revalidation } from './revalidation.ts';

const validator = { origin: 'o', etag: '"1"' };
const document = documentOf({}, { validator });

test('next() asks with the validator of the document until it was trusted for long enough', () => {
  const revalidation = new Revalidation(100, 1_000);
  expect(revalidation.next(document, 1_001)).toBe(validator);
  expect(revalidation.next(document, 1_099)).toBe(validator);
  expect(revalidation.next(document, 1_100)).toBeUndefined();
  revalidation.succeeded();
  expect(revalidation.next(document, 1_199)).toBe(validator);
  revalidation.succeeded();
  expect(revalidation.next(document, 1_200)).toBeUndefined();
});

test.each([
  ['no document', undefined],
  ['a document without a validator', documentOf({})],
  ['a validator that is too young', { ...document, young: true }],
])('next() asks for the whole document with %s, and counts from there', (_, known) => {
  const revalidation = new Revalidation(100, 0);
  expect(revalidation.next(known, 90)).toBeUndefined();
  revalidation.succeeded();
  expect(revalidation.next(document, 189)).toBe(validator);
  expect(revalidation.next(document, 190)).toBeUndefined();
});

test('next() asks for the whole document again when the poll that did so failed', () => {
  const revalidation = new Revalidation(100, 0);
  expect(revalidation.next(document, 100)).toBeUndefined();
  expect(revalidation.next(document, 110)).toBeUndefined();
  revalidation.succeeded();
  expect(revalidation.next(document, 120)).toBe(validator);
});
