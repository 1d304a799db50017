import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../ports/json.ts';
import { bytesOf, checked, LIMITS, parsed, whole } from './byte-window.fixture.ts';
import { readChange } from './byte-window.ts';
import { json } from './json.fixture.ts';
import { dice, spell } from './spelled-json.fixture.ts';

test('readChange() reads neighbours that change together, at the top, too', async () => {
  const values = fc.array(json, { minLength: 3, maxLength: 6 });
  const run = fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 }));
  await fc.assert(
    fc.asyncProperty(
      values,
      values,
      run,
      fc.boolean(),
      dice,
      async (old, next, ends, isList, rolls) => {
        const from = Math.min(...ends) % old.length;
        const to = Math.max(...ends, from + 1) % (old.length + 1);
        const now = old.map((value, i) => (i >= from && i < to ? next[i % next.length]! : value));
        const asText = (items: readonly JsonValue[]): string =>
          isList
            ? `[${items.map((item) => spell(item, rolls)).join(',')}]`
            : `{${items.map((item, i) => `"k${i}" :${spell(item, rolls)}`).join(',')}}`;
        const before = parsed(asText(old));
        await expect(checked(before, bytesOf(asText(now)))).resolves.not.toThrow();
      },
    ),
  );
  const tail = Array.from({ length: 5_000 }, (_, i) => i);
  let before = parsed(JSON.stringify({ revision: 1, at: 'now', list: [1, 2, 3], tail, by: 'a' }));
  for (const [old, next] of [
    ['"revision":1,"at":"now"', '"revision":22,"at":"then"'],
    ['[1,2,3]', '[{"x":1},[2],3]'],
    ['"at":"then","list":[{"x":1}', '"at":{},"list":[{"x":2}'],
    ['"by":"a"', '"by":"b"'],
  ] as const) {
    const bytes = bytesOf(new TextDecoder().decode(before.bytes).replace(old, next));
    const raw = await checked(before, bytes);
    expect(raw).toBeDefined();
    before = { bytes, raw: raw ?? whole(before.raw, bytes)! };
  }
});

/** A document with a section of many rows beside others; each row has a `"n":` that nothing else has. */
function sections(sizes: readonly (readonly [rows: number, width: number])[]): string {
  const rows = (length: number, width: number, at: number): object[] =>
    Array.from({ length }, (_, i) => ({ n: at * 1_000 + i, text: 'x'.repeat(width) }));
  return JSON.stringify(
    Object.fromEntries(sizes.map(([size, width], at) => [`s${at}`, rows(size, width, at)])),
  );
}

test('readChange() finds any small change after whole sections were replaced', async () => {
  const size = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat({ max: 900 }));
  const edits = fc.array(fc.tuple(fc.nat({ max: 4 }), size), { minLength: 1, maxLength: 4 });
  const first = fc.array(size, { minLength: 5, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(first, edits, async (start, changes) => {
      const sizes = [...start];
      let before = parsed(sections(sizes));
      for (const [at, next] of changes) {
        sizes[at] = next;
        const text = sections(sizes);
        const bytes = bytesOf(text);
        const raw = await checked(before, bytes);
        before = { bytes, raw: raw ?? whole(before.raw, bytes)! };
        for (const n of text.matchAll(/"n":\d*[05],/g)) {
          const edited = text.replace(n[0], `"n":${JSON.stringify(n[0])},`);
          await expect(checked(before, bytesOf(edited))).resolves.not.toThrow();
        }
      }
    }),
    { numRuns: 15 },
  );
}, 60_000);

test('readChange() pauses every half a megabyte that it reads, once', async () => {
  const text = JSON.stringify({
    at: 0,
    rows: Array.from({ length: 45_000 }, (_, i) => `the row ${i} of many`),
  });
  const before = parsed(text);
  const pauses = async (at: number): Promise<number> => {
    let count = 0;
    const pause = async (): Promise<void> => void (count += 1);
    const bytes = bytesOf(text.replace('"at":0', `"at":${at}`));
    expect(await readChange(before, bytes, LIMITS, pause)).toBeDefined();
    return count;
  };
  expect([await pauses(1), await pauses(2)]).toEqual([3, 1]);
});

test('readChange() looks for no small change for a while where the last ones were in vain', async () => {
  const tail = Array.from({ length: 20_000 }, (_, i) => i);
  const grown = (n: number): Uint8Array =>
    bytesOf(JSON.stringify({ at: 0, list: [...tail, ...tail.slice(0, n)] }));
  let before = parsed(new TextDecoder().decode(grown(0)));
  const found: boolean[] = [];
  for (let n = 1; n <= 4; n++) {
    const bytes = grown(n);
    expect(await checked(before, bytes)).toBeUndefined();
    before = { bytes, raw: whole(before.raw, bytes)! };
    // what would be found is looked for again after one, and then after three
    const other = bytesOf(new TextDecoder().decode(bytes).replace('"at":0', '"at":1'));
    found.push((await checked(before, other)) !== undefined);
  }
  expect(found).toEqual([false, true, false, false]);
});
