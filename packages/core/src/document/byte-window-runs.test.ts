import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../ports/json.ts';
import { bytesOf, checked, parsed, whole } from './byte-window.fixture.ts';
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
