import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalBytes, equalWords } from './equal-bytes.ts';

const BOTH = [equalBytes, equalWords] as const;

/** The same bytes at another place of a larger buffer. */
function at(offset: number, bytes: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(offset + bytes.length + 3).fill(0xaa);
  buffer.set(bytes, offset);
  return buffer.subarray(offset, offset + bytes.length);
}

describe.each(BOTH.map((equal) => [equal.name, equal] as const))('%s()', (_, equal) => {
  test('is true for the same bytes wherever they lie', () => {
    const offset = fc.nat({ max: 5 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), offset, offset, (bytes, a, b) => {
        expect(equal(at(a, bytes), at(b, bytes))).toBe(true);
      }),
    );
  });

  test('sees a single other byte at any place', () => {
    const offset = fc.nat({ max: 5 });
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(bytes, fc.nat(), offset, offset, (original, place, a, b) => {
        const other = original.slice();
        const i = place % other.length;
        other[i] = other[i]! ^ 0x80;
        expect(equal(at(a, original), at(b, other))).toBe(false);
      }),
    );
  });

  test('is false for another length', () => {
    expect(equal(new Uint8Array(4), new Uint8Array(5))).toBe(false);
    expect(equal(new Uint8Array(0), new Uint8Array(1))).toBe(false);
    expect(equal(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });
});
