import { expect, test } from 'vitest';
import { APART, countEntries, indexBytes, markBefore } from './byte-index.ts';

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const rows = Array.from({ length: 30_000 }, (_, i) => ({ id: i, text: `row ${i}`, more: [1, 2] }));
const below = (keys: readonly string[], value: unknown): unknown =>
  keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);

test.each<[string, readonly string[]]>([
  ['a long key', ['k'.repeat(100_000)]],
  ['many keys', Array.from({ length: 60 }, () => 'k'.repeat(20))],
])(
  'indexBytes() makes no marks below %s, takes no longer for that, and makes others',
  async (_, way) => {
    const raw = { before: rows, deep: below(way, rows), after: rows };
    const bytes = bytesOf(raw);
    const index = (await indexBytes(bytes, raw))!;
    expect(index.entries).toBe(countEntries(raw));
    const from = bytesOf({ before: rows }).length;
    const to = bytes.length - bytesOf({ after: rows }).length;
    expect(index.marks.every(({ path }) => path.join('').length <= 256)).toBe(true);
    expect(markBefore(index, from)!.at).toBeGreaterThan(from - 2 * APART);
    expect(markBefore(index, to + 2 * APART)!.at).toBeGreaterThan(to);
  },
);
