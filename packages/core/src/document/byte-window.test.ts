import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../ports/json.ts';
import { bytesOf, checked, LIMITS, parsed, whole } from './byte-window.fixture.ts';
import { readChange } from './byte-window.ts';
import { editedJson, json, nested } from './json.fixture.ts';
import { dice, spell, spelledJson } from './spelled-json.fixture.ts';

/** Change after change, as far as each is read: of one place each, or of several. */
async function checkedAll(text: string, changes: readonly (readonly Edit[])[]): Promise<void> {
  let before = parsed(text);
  for (const change of changes) {
    let { bytes } = before;
    for (const { at, length, piece: put } of change)
      bytes = replaced(bytes, (at * 7_919) % (bytes.length + 1), length, put);
    const raw = await checked(before, bytes);
    if (raw !== undefined) before = { bytes, raw };
  }
}

/** The bytes after some of them were replaced. */
function replaced(bytes: Uint8Array, from: number, length: number, by: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, from), ...by, ...bytes.subarray(from + length)]);
}

/** What may be put anywhere: JSON, pieces of it, and garbage. */
const piece: fc.Arbitrary<Uint8Array> = fc.oneof(
  spelledJson.map(bytesOf),
  fc
    .constantFrom(
      '',
      ' ',
      ',',
      '"',
      '\\',
      '}',
      ']',
      '0',
      '-',
      'e9',
      '1e999',
      ':',
      '"a":1,',
      ',"a":1',
    )
    .map(bytesOf),
  fc
    .constantFrom('{"a":1,"a":2}', '"__proto__":1,', '\ufeff', '\ufeff1', '"\\u0061":0,')
    .map(bytesOf),
  fc.uint8Array({ maxLength: 3 }),
);

/** A value with as many brackets behind it as are looked at, and one more. */
function nestedOne(value: string): string {
  return `${'['.repeat(17)}${value}${']'.repeat(17)}`;
}

/** Bytes that are replaced by a piece. */
interface Edit {
  readonly at: number;
  readonly length: number;
  readonly piece: Uint8Array;
}

const edit: fc.Arbitrary<Edit> = fc.record({ at: fc.nat(), length: fc.nat({ max: 9 }), piece });

const edits: fc.Arbitrary<readonly (readonly Edit[])[]> = fc.array(
  fc.oneof(
    edit.map((one) => [one]),
    fc.array(edit, { minLength: 2, maxLength: 4 }),
  ),
  { minLength: 1, maxLength: 6 },
);

test('readChange() reads what the plain way reads, or nothing, whatever is put wherever', async () => {
  await fc.assert(
    fc.asyncProperty(spelledJson, edits, async (text, changes) => {
      await expect(checkedAll(text, changes)).resolves.toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test('readChange() reads what the plain way reads, or nothing, whatever is moved, renamed or left out', async () => {
  await fc.assert(
    fc.asyncProperty(editedJson, async ([old, next]) => {
      const before = parsed(JSON.stringify([old, 'end']));
      await expect(checked(before, bytesOf(JSON.stringify([next, 'end'])))).resolves.not.toThrow();
    }),
    { numRuns: 1_000 },
  );
});

test('readChange() reads one value that becomes another one, wherever it is but at the top', async () => {
  const other = fc.constantFrom<JsonValue>('other', 77, [7, 7], { other: 7 });
  await fc.assert(
    fc.asyncProperty(json, other, dice, async (value, item, rolls) => {
      const text = spell([value, 'middle', value], rolls);
      const before = parsed(text);
      const bytes = bytesOf(text.replace(/"[^"]*"(?=[^"]*$)|middle/, () => spell(item, rolls)));
      fc.pre(whole(before.raw, bytes) !== undefined);
      expect(await checked(before, bytes)).toBeDefined();
    }),
  );
});

/** Many entries: there are marks in it. */
const large = fc
  .tuple(fc.array(json, { minLength: 3, maxLength: 8 }), dice)
  .map(([values, rolls]) => {
    const row = values.map((value) => spell(value, rolls)).join(',');
    const rows = Array.from({ length: 1 + Math.ceil(150_000 / row.length) }, (_, i) => {
      const group = `"k${i}":{"rows":[${row}],"n":${i}}`;
      return i % 40 === 39 ? `${group}},"part ${i}":{` : `${group},`;
    });
    return `\ufeff{"part":{${rows.join('')}"end":0}}`;
  });

test('readChange() reads what the plain way reads of large documents, change after change', async () => {
  await fc.assert(
    fc.asyncProperty(large, edits, async (text, changes) => {
      await expect(checkedAll(text, changes)).resolves.toBeUndefined();
    }),
    { numRuns: 15 },
  );
}, 60_000);

test('readChange() reads each leaf of a large document that changes', async () => {
  const rows = Array.from({ length: 3_000 }, (_, i) => ({
    id: `row-${i}`,
    tags: ['a', i],
    on: true,
  }));
  const groups = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`group ${i}`, rows.slice(i * 100, i * 100 + 100)]),
  );
  let before = parsed(JSON.stringify({ revision: 0, groups, last: null }));
  for (const [old, next] of [
    ['"row-0"', '"row-zero"'],
    ['"row-1500"', '""'],
    ['"tags":["a",2999]', '"tags":[]'],
    ['"revision":0', '"revision":1000'],
    ['"row-2999","', '"row-2999","more":{"x":[1,2]},"'],
    // the old one is the start of the new one
    ['"revision":1000', '"revision":10001'],
    ['"last":null', '"last":[null]'],
    ['"row-zero"', '"row-0"'],
  ] as const) {
    const text = new TextDecoder().decode(before.bytes);
    const bytes = bytesOf(text.replace(old, next));
    const raw = await checked(before, bytes);
    expect(raw).toBeDefined();
    before = { bytes, raw: raw! };
  }
});

test('readChange() reads what any row of a large document gets, wherever it can begin to read', async () => {
  const rows = Array.from({ length: 2_000 }, (_, id) => ({
    id,
    tags: ['a', 'b'],
    name: 'row',
    on: id,
  }));
  const text = JSON.stringify({ rows, last: 0 });
  const before = parsed(text);
  const inVain: number[] = [];
  for (const { id } of rows) {
    const bytes = bytesOf(text.replace(`"on":${id}}`, `"on":${id},"more":1}`));
    const { value } = (await readChange(before, bytes, LIMITS)) ?? {};
    if (value === undefined) inVain.push(id);
  }
  expect(inVain).toEqual([]);
});

test.each([
  ['where a key of the top is new', '{"a":1}', '{"a":1,"b":2}'],
  ['where the first key is new', '{"b":{"c":1}}', '{"a":0 , "b":{"c":1}}'],
  ['where a key is new between two', '{"a":1,"b":2}', '{"a":1,"new":[],"b":2}'],
  ['without the first key', '{"a":1,"b":2,"c":3}', '{"b":2,"c":3}'],
  ['without one in between', '{"a":1,"b":2,"c":3}', '{"a":1,"c":3}'],
  ['without the last one', '{"a":1,"b":2,"c":3}', '{"a":1,"b":2}'],
  ['without any', '{"x":{"a":1,"b":2}}', '{"x":{}}'],
  ['of an object that is filled', '{"x":{},"y":0}', '{"x":{"a":1},"y":0}'],
  ['with another key in place of one', '{"a":1,"b":2,"c":3}', '{"a":2,"d":2,"c":3}'],
  ['with another key in a run', '{"a":1,"b":2,"c":3}', '{"a":2,"d":2,"c":4}'],
  ['of neighbours that become one', '{"a":{"x":1},"b":{"y":2}}', '{"a":{"x":5,"y":7}}'],
  ['with a key like that of a prototype', '{"a":1,"b":2}', '{"a":1,"toString":3,"b":2}'],
  ['with items more at the end', '{"a":[1,[2]]}', '{"a":[1,[2],3,{"x":4}]}'],
  ['with items less at the end', '{"a":[1,[2],3]}', '{"a":[1]}'],
  ['of a list that is emptied', '{"a":[1 ],"b":[2,3]}', '{"a":[],"b":[2,3]}'],
  ['of a list with another end', '[[1,2],[3,4]]', '[[1,2],[5]]'],
  ['of a list at the top that gets an item more', '[1,2]', '[1,2,3]'],
  ['of a list at the top that is emptied', '[1,2]', '[]'],
  ['of an object at the top that is emptied', '{"a":1 }', '{}'],
])('readChange() reads what is there %s', async (_, before, after) => {
  expect(await checked(parsed(before), bytesOf(after))).toBeDefined();
});

describe('readChange() gives nothing', () => {
  test.each<[string, string, string]>([
    ['where the top is another one', '{"a":1}', '[1]'],
    ['where a key is there twice', '{"a":{"b":1},"a":{"b":2}}', '{"a":{"b":3},"a":{"b":2}}'],
    ['where a key comes twice', '{"a":{"b":1}}', '{"a":{"b":1,"b":2}}'],
    ['of what is cut', '{"a":{"b":1}}', '{"a":{"b":'],
    ['of a number that no double holds', '{"a":1}', '{"a":1e999}'],
    ['of a key that no document may have', '{"a":{}}', '{"a":{"__proto__":1}}'],
    ['of a byte order mark in the middle', '{"a":1}', '{"a":\ufeff1}'],
    [
      'with a key that leads to a prototype',
      '{"constructor":{"a":1}}',
      '{"constructor":{"prototype":1}}',
    ],
    [
      'with a new key that leads to a prototype',
      '{"constructor":{"a":1,"b":2}}',
      '{"constructor":{"a":1,"prototype":0,"b":2}}',
    ],
    ['with an item less', '[[1 ],[2] ,[3]]', '[[1 ] ,[3]]'],
    ['of a list that ends with a comma', '[[1,2 ]]', '[[1, ]]'],
    ['of an object that begins with one', '{"a":{"b":1,"c":2}}', '{"a":{,"c":2}}'],
    ['of one that ends with one', '{"a":{"b":1,"c":2}}', '{"a":{"b":1,}}'],
    ['with an item more before others', '[[1],[2],[2]]', '[[1],[3],[2],[2]]'],
    ['with a new key that is there already', '{"a":1,"b":2,"c":3}', '{"a":1,"c":2,"b":2,"c":3}'],
    ['with a new key that no document may have', '{"a":1,"b":2}', '{"a":1,"__proto__":0,"b":2}'],
    ['of a list that becomes an object', '{"a":[1,2]}', '{"a":{"1":2}}x'],
    ['with a key that is there twice then', '{"a":1,"b":2,"c":3}', '{"a":2,"b":3,"b":4,"c":3}'],
    ['of a list with a bracket too many at its end', '[[0]]', '[1]]'],
    // after the one that is not closed there are as many as before
    ['of a list that is not closed', nestedOne('1'), nestedOne('[2')],
    ['of too many levels', '{"a":[]}', `{"a":${nested(LIMITS.maxDepth)}}`],
  ])('%s', async (_, before, after) => {
    expect(await readChange(parsed(before), bytesOf(after), LIMITS)).toBeUndefined();
  });

  test('of bytes that are no UTF-8', async () => {
    const before = parsed('{"a":"x"}');
    expect(
      await readChange(before, replaced(before.bytes, 6, 1, Uint8Array.of(0xff)), LIMITS),
    ).toBe(undefined);
  });

  test('beyond the limit of keys, and just up to it', async () => {
    const before = parsed('{"a":[1,2],"b":{"c":[]}}');
    const bytes = bytesOf('{"a":[1,2],"b":{"c":[3]}}');
    expect(await readChange(before, bytes, { ...LIMITS, maxKeys: 5 })).toBeUndefined();
    expect(await readChange(before, bytes, { ...LIMITS, maxKeys: 6 })).toBeDefined();
  });

  test('beyond the limit of levels, and just up to it', async () => {
    const before = parsed('{"a":{"b":[0]}}');
    const bytes = bytesOf('{"a":{"b":[[0]]}}');
    expect(await readChange(before, bytes, { ...LIMITS, maxDepth: 3 })).toBeUndefined();
    expect(await readChange(before, bytes, { ...LIMITS, maxDepth: 4 })).toBeDefined();
  });

  test('of a value that is too large to be a small change', async () => {
    const text = JSON.stringify({ a: 'x'.repeat(100_000), b: 1 });
    const before = parsed(text);
    const read = async (old: string, next: string): Promise<boolean> =>
      (await readChange(before, bytesOf(text.replace(old, next)), LIMITS)) !== undefined;
    expect([await read('x"', 'y"'), await read('"x', '"y'), await read('1}', '2}')]).toEqual([
      false,
      false,
      true,
    ]);
    expect(await read('1}', JSON.stringify('x'.repeat(70_000)) + '}')).toBe(false);
  });
});

test('readChange() takes 0 and -0 for one number, change after change', async () => {
  let before = parsed('{"a":{"b":0,"c":1},"d":[]}');
  for (const text of ['{"a":{"b":-0,"c":1},"d":[]}', '{"a":{"b":-0,"c":2},"d":[]}']) {
    const bytes = bytesOf(text);
    const raw = await checked(before, bytes);
    expect(raw).toBeDefined();
    before = { bytes, raw: raw! };
  }
});

test('readChange() gives the very same document where only blanks or the order of keys changed', async () => {
  const before = parsed('{"a":{"b":1,"c":[2]},"d":3}');
  for (const text of ['{"a":{"b":1 ,"c":[2]},"d":3}', '{"a":{"c":[2],"b":1},"d":3}']) {
    expect(await checked(before, bytesOf(text))).toBe(before.raw);
  }
});
