import fc from 'fast-check';
import { expect, test } from 'vitest';
import { targetOf } from './target.ts';
import { conditionsFor, validatorOf } from './validator.ts';

const target = { ...targetOf(new URL('http://config.test/app.json')), id: 'an id' };
const date = 'Thu, 01 Jan 2026 00:00:00 GMT';

test.each([
  ['"v1"'],
  ['W/"v1"'],
  ['w/"v1"'],
  ['unquoted'],
  ['"a, b"'],
  ['"\xe9"'],
  ['""'],
  [`"${'x'.repeat(8190)}"`],
])('validatorOf() keeps the tag %j, and conditionsFor() echoes it byte for byte', (etag) => {
  const known = validatorOf({ etag }, target);
  expect(known).toEqual({ origin: target.id, etag });
  expect(conditionsFor(known, target)).toEqual(['if-none-match', etag]);
});

test.each([
  ['*'],
  [''],
  ['"a\tb"'],
  ['"a\x00b"'],
  ['"a\x7fb"'],
  ['"ä\u0100"'],
  [`"${'x'.repeat(8191)}"`],
  [['"a"', '"b"']],
  [undefined],
])('validatorOf() drops the tag %j', (etag) => {
  expect(validatorOf({ etag }, target)).toBeUndefined();
});

test('conditionsFor() sends both conditions, dates byte for byte', () => {
  const known = validatorOf({ etag: '"v1"', 'last-modified': date }, target);
  expect(conditionsFor(known, target)).toEqual([
    'if-none-match',
    '"v1"',
    'if-modified-since',
    date,
  ]);
});

test('validatorOf() drops a Last-Modified that is no date', () => {
  expect(validatorOf({ 'last-modified': 'yesterday' }, target)).toBeUndefined();
});

test.each([
  ['http://config.test/other.json'],
  ['http://config.test/app.json?v=2'],
  ['http://mirror.test/app.json'],
  ['https://config.test/app.json'],
])('conditionsFor() sends nothing to %s of a document from elsewhere', (url) => {
  const known = { origin: target.id, etag: '"v1"', lastModified: date };
  expect(conditionsFor(known, { ...targetOf(new URL(url)), id: url })).toEqual([]);
});

test('conditionsFor() sends nothing that could break a request, whatever a cache held', () => {
  const text = fc
    .array(fc.integer({ min: 0, max: 0x17f }), { maxLength: 40 })
    .map((codes) => String.fromCharCode(...codes));
  fc.assert(
    fc.property(text, text, (etag, lastModified) => {
      for (const part of conditionsFor({ origin: target.id, etag, lastModified }, target)) {
        expect(part).toMatch(/^[\x20-\x7e\x80-\xff]+$/);
      }
    }),
  );
});

test('where a resource has no id, nothing is remembered of it and nothing is asked with', () => {
  const { id: _, ...nameless } = target;
  expect(validatorOf({ etag: '"v1"' }, nameless)).toBeUndefined();
  expect(conditionsFor({ origin: 'undefined', etag: '"v1"' }, nameless)).toEqual([]);
});
