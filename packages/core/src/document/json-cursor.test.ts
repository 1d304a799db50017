import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonCursor } from './json-cursor.ts';
import { getAt, type Path } from './path.ts';
import { spelledJson } from './spelled-json.fixture.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** All values that end, as the text has them, with the ways to them. */
function stops(text: string, cursor = new JsonCursor(bytesOf(text))): (readonly [Path, string])[] {
  const bytes = bytesOf(text);
  const found: (readonly [Path, string])[] = [];
  while (cursor.next()) {
    const { from, to } = cursor;
    const slice = from < 0 ? '' : new TextDecoder().decode(bytes.subarray(from, to));
    found.push([cursor.path(), slice]);
  }
  return found;
}

test('next() stops at the end of each value, of what is inside first', () => {
  expect(stops(' {"a" : [1, "x,]}\\"" ,{}], "b":\ttrue } ')).toEqual([
    [['a', 0], '1'],
    [['a', 1], '"x,]}\\""'],
    [['a', 2], '{}'],
    [['a'], '[1, "x,]}\\"" ,{}]'],
    [['b'], 'true'],
    [[], '{"a" : [1, "x,]}\\"" ,{}], "b":\ttrue }'],
  ]);
});

test('next() passes over a byte order mark', () => {
  expect(stops('\ufeff[-1.5e+3]')).toEqual([
    [[0], '-1.5e+3'],
    [[], '[-1.5e+3]'],
  ]);
});

test('from, to and path() say of any JSON where each of its values is', () => {
  fc.assert(
    fc.property(spelledJson, (text) => {
      const value: unknown = JSON.parse(text);
      const found = stops(text);
      expect(found.at(-1)).toEqual([[], text.trim()]);
      for (const [path, slice] of found) expect(getAt(value, path)).toEqual(JSON.parse(slice));
    }),
  );
});

test('depth and inside say what is open around the value that ended last', () => {
  const cursor = new JsonCursor(bytesOf('{"a":[1,{}],"b":2}'));
  const around: unknown[] = [];
  while (cursor.next())
    around.push([cursor.depth, cursor.inside?.from, cursor.inside && cursor.keyOf(cursor.inside)]);
  expect(around).toEqual([
    [2, 5, 0],
    [2, 5, 1],
    [1, 0, 'a'],
    [1, 0, 'b'],
    [0, undefined, undefined],
  ]);
});

test('entries counts keys and items as they are written', () => {
  const cursor = new JsonCursor(bytesOf('{"a":1,"a":{"b":[{"c":null}]}}'));
  while (cursor.next());
  expect(cursor.entries).toBe(5);
});

test('mark() is a place to go on from: the same values end after it', () => {
  fc.assert(
    fc.property(spelledJson, fc.nat(), (text, at) => {
      const all = stops(text);
      const passed = at % all.length;
      const cursor = new JsonCursor(bytesOf(text));
      for (let i = 0; i <= passed; i++) cursor.next();
      const again = stops(text, new JsonCursor(bytesOf(text), cursor.mark()));
      const paths = (some: typeof all): readonly Path[] => some.map(([path]) => path);
      // what is in the value of the mark is passed again
      const rest = paths(all.slice(passed));
      expect(paths(again).slice(-rest.length)).toEqual(rest);
      // of what began before the mark nobody knows the start
      const whole = again.filter(([, slice]) => slice !== '');
      expect(all).toEqual(expect.arrayContaining(whole));
    }),
  );
});

test('next() comes to an end of whatever bytes there are', () => {
  const text = fc.oneof(
    fc.uint8Array(),
    fc
      .array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '"a"', '1', ' '), {
        maxLength: 30,
      })
      .map((parts) => bytesOf(parts.join(''))),
  );
  fc.assert(
    fc.property(text, (bytes) => {
      const cursor = new JsonCursor(bytes);
      let steps = 0;
      while (cursor.next() && steps <= bytes.length * 2 + 2) steps++;
      expect(steps).toBeLessThanOrEqual(bytes.length * 2 + 2);
    }),
    { numRuns: 2_000 },
  );
});
