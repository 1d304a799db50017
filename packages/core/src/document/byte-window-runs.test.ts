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

test('readChange() finds its way in a large document after a list in it grew by whatever', async () => {
  const rows = (first: number): JsonValue[] =>
    Array.from({ length: 1_000 }, (_, i) => [0, 1, 2, 3, 4].map((n) => first + i * 5 + n));
  const lists = [rows(100_000), rows(200_000), rows(300_000), rows(400_000)];
  const before = parsed(JSON.stringify(lists));
  // where a number began there begins a row then, at some width
  for (let width = 0; width < 40; width++) {
    const [first, ...others] = lists;
    const text = JSON.stringify([[...first!, 'x'.repeat(width)], ...others]);
    const bytes = bytesOf(text);
    const grown = { bytes, raw: (await checked(before, bytes))! };
    expect(await checked(grown, bytesOf(text.replace('304000', '"it"')))).toBeDefined();
  }
});

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
