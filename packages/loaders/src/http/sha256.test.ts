import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from './sha256.ts';

const reference = (text: string): string => createHash('sha256').update(text).digest('hex');

test.each([[''], ['abc'], ['https://config.test/app.json?t=ü\u{1f511}']])(
  'sha256() of %j is what every other implementation says',
  (text) => {
    expect(sha256(text)).toBe(reference(text));
  },
);

test('sha256() fills up texts of every length', () => {
  for (let length = 0; length < 200; length += 1) {
    expect(sha256('x'.repeat(length))).toBe(reference('x'.repeat(length)));
  }
});

test('sha256() agrees on any text', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 300 });
  fc.assert(
    fc.property(text, (any) => {
      expect(sha256(any)).toBe(reference(any));
    }),
  );
});
