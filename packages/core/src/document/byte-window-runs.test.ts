import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../ports/json.ts';
import { bytesOf, checked, LIMITS, type Parsed, parsed, whole } from './byte-window.fixture.ts';
import { readChange } from './byte-window.ts';
import { json } from './json.fixture.ts';
import { type Dice, dice, spell } from './spelled-json.fixture.ts';

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

test('readChange() finds the marks once, and keeps them change after change', async () => {
  const rows = Array.from({ length: 45_000 }, (_, i) => `the row ${i} of many`);
  let before = parsed(JSON.stringify({ at: 0, rows }));
  const counts: number[] = [];
  for (const at of [10, 200, 3]) {
    let count = 0;
    const pause = async (): Promise<void> => void (count += 1);
    const bytes = bytesOf(JSON.stringify({ at, rows }));
    const { value } = (await readChange(before, bytes, LIMITS, pause)) ?? {};
    counts.push(count);
    before = { bytes, raw: value! };
  }
  expect(counts).toEqual([3, 1, 1]);
});

test('readChange() pauses after each change that another one follows', async () => {
  const rows = Array.from({ length: 10_000 }, (_, i) => `row ${i}`);
  const text = JSON.stringify({ at: 0, rows, by: 0 });
  const before = parsed(text);
  const pauses = async (next: string): Promise<number> => {
    let count = 0;
    const pause = async (): Promise<void> => void (count += 1);
    expect(await readChange(before, bytesOf(next), LIMITS, pause)).toBeDefined();
    return count;
  };
  const one = text.replace('"at":0', '"at":1');
  expect([await pauses(one), await pauses(one.replace('"by":0', '"by":1'))]).toEqual([1, 2]);
});

/** A table of more than any run may take, each entry with a value of some shape. */
const ROWS = 1_500;
const tableOf = (rolls: Dice, values: readonly JsonValue[]): string[] =>
  Array.from({ length: ROWS }, (_, i) => {
    const value = spell([values[i % values.length]!, 'x'.repeat(60)], rolls);
    return `"row ${i}":${value}`;
  });

/** Which of these texts were read alone, each after the one before it, as far as that goes on. */
async function foundOf([first, ...texts]: readonly string[]): Promise<readonly boolean[]> {
  let before: Parsed | undefined = parsed(first!);
  const found: boolean[] = [];
  for (const text of texts) {
    const bytes = bytesOf(text);
    const raw: JsonValue | undefined = before && (await checked(before, bytes));
    found.push(raw !== undefined);
    before = raw === undefined ? undefined : { bytes, raw };
  }
  return found;
}

test('readChange() reads entries that come, go, change and are renamed, anywhere in a large table', async () => {
  const step = fc.record({
    at: fc.nat({ max: ROWS }),
    gone: fc.nat({ max: 3 }),
    come: fc.array(fc.tuple(fc.string({ maxLength: 3 }), json), { maxLength: 3 }),
  });
  const values = fc.array(json, { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      values,
      fc.array(step, { minLength: 1, maxLength: 4 }),
      dice,
      async (of, steps, rolls) => {
        let rows = tableOf(rolls, of);
        const text = (): string => `{"at":0,"table":{ ${rows.join(' ,')}}}`;
        const texts = [text()];
        for (const [n, { at, gone, come }] of steps.entries()) {
          const fresh = come.map(
            ([key, value], i) =>
              `${JSON.stringify(`${key} ${i} of step ${n}`)}: ${spell(value, rolls)}`,
          );
          rows = rows.toSpliced(at, gone, ...fresh);
          texts.push(text());
        }
        expect(await foundOf(texts)).toEqual(steps.map(() => true));
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);

test('readChange() reads several changes that are far apart, whatever becomes of each, and knows its way after them', async () => {
  // not so close together that all of it would be read
  const change = fc.tuple(fc.integer({ min: 200, max: ROWS / 3 - 200 }), json);
  const values = fc.array(json, { minLength: 1, maxLength: 5 });
  const rounds = fc.array(fc.tuple(change, change, change), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(values, rounds, dice, async (of, changes, rolls) => {
      const rows = tableOf(rolls, of);
      const text = (revision: number): string =>
        `{"revision":${revision},"table":{${rows.join(',')}},"by":[${revision}]}`;
      const texts = [text(9)];
      for (const [round, ofRound] of changes.entries()) {
        for (const [part, [row, value]] of ofRound.entries()) {
          const i = part * (ROWS / 3) + row;
          rows[i] = `"row ${i}":${spell([value, round], rolls)}`;
        }
        texts.push(text(10 + round));
      }
      expect(await foundOf(texts)).toEqual(changes.map(() => true));
    }),
    { numRuns: 12 },
  );
}, 60_000);

test('readChange() reads nothing twice: no run begins within one that was read before', async () => {
  const blanks = ' '.repeat(20);
  const text = `{"v":1${blanks},"b":2}`;
  // so that the marks are known
  const bytes = bytesOf(text.replace('2', '3'));
  const before = { bytes, raw: (await checked(parsed(text), bytes))! };
  // the place of v, moved by as much as v grew, is within the new v
  const digits = '1'.repeat(40_000);
  const next = bytesOf(`{"v":1.${digits}${blanks},"new":"${digits}","b":3}`);
  expect(await checked(before, next)).toBeUndefined();
});

test.each([
  ['a leaf at each end', '"revision":1', '"revision":2', '"last":1', '"last":2'],
  ['of other lengths', '"revision":1', '"revision":1000', '"last":1', '"last":null'],
  [
    'a container and a leaf',
    '"limits":{"a":1}',
    '"limits":{"a":[1,{"b":2}],"c":3}',
    '"last":1',
    '"last":2',
  ],
  [
    'a leaf and an entry that is new',
    '"revision":1',
    '"revision":"10"',
    '"last":1',
    '"last":1,"new":[0]',
  ],
  ['a leaf and one that went', '"revision":1', '"revision":10', ',"last":1', ''],
])('readChange() reads %s of a large document', async (_, first, firstNow, last, lastNow) => {
  const rows = Array.from({ length: 5_000 }, (__, i) => ({ id: `row ${i}`, on: true }));
  const text = JSON.stringify({ limits: { a: 1 }, revision: 1, rows, by: 'a', last: 1 });
  const before = parsed(text);
  const bytes = bytesOf(text.replace(first, firstNow).replace(last, lastNow));
  const raw = await checked(before, bytes);
  expect(raw).toBeDefined();
  // the marks behind the first change have moved with it
  const next = bytesOf(new TextDecoder().decode(bytes).replace('"row 4000"', '"another"'));
  expect(await checked({ bytes, raw: raw! }, next)).toBeDefined();
});

test('readChange() knows its way after two changes of which each moved what follows it', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `${100_000 + i}`);
  const textOf = (at: string, row: string): string =>
    JSON.stringify({ at, rows: rows.with(10_000, row) });
  let before = parsed(textOf('', '110000'));
  // the marks are found, and between the place that the second one had and has there is one of them
  for (const [at, row] of [
    ['a', '110000'],
    // by as much as a row takes: what begins there is a row, too, but another one
    ['a'.repeat(40_000), '110000 and more'],
  ] as const) {
    const bytes = bytesOf(textOf(at, row));
    const raw = await checked(before, bytes);
    expect(raw).toBeDefined();
    before = { bytes, raw: raw! };
  }
  const text = new TextDecoder().decode(before.bytes);
  for (let i = 5_250; i < rows.length; i += 500)
    expect(await checked(before, bytesOf(text.replace(`"${rows[i]}"`, '"it"')))).toBeDefined();
});

test('readChange() reads as a whole what changes in more places than there are marks', async () => {
  const rows = Array.from({ length: 5_000 }, (_, i) => ({ id: `row ${i}`, on: 1 }));
  const text = JSON.stringify({ at: 0, rows });
  const before = parsed(text);
  // the first small change finds the marks
  const small = bytesOf(text.replace('"at":0', '"at":1'));
  const known = { bytes: small, raw: (await checked(before, small))! };
  const all = bytesOf(text.replace('"at":0', '"at":1').replaceAll('"on":1', '"on":2'));
  expect(await checked(known, all)).toBeUndefined();
});

test('readChange() looks for no small change for a while where the last ones were in vain', async () => {
  const tail = Array.from({ length: 20_000 }, (_, i) => i);
  const grown = (n: number): Uint8Array =>
    bytesOf(JSON.stringify({ at: 0, list: [...tail.slice(0, n), ...tail] }));
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

test('readChange() looks for few changes where keys are too long for marks', async () => {
  const key = 'q'.repeat(300);
  const doc = (edit: number, every: number): string =>
    `{${Array.from({ length: 6_000 }, (_, i) => `"${key}${i}":{"id":${i},"v":${i % every === 0 ? edit : 1}}`).join(',')}}`;
  const before = parsed(doc(1, 6_000));
  // one is looked for from the start of the text; forty would be looked for so forty times
  expect(await checked(before, bytesOf(doc(2, 6_000)))).toBeDefined();
  expect(await checked(parsed(doc(1, 150)), bytesOf(doc(2, 150)))).toBeUndefined();
});
