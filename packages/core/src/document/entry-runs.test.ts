import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf } from './byte-window.fixture.ts';
import { type Run, runsAround } from './entry-runs.ts';
import { JsonCursor, type Mark } from './json-cursor.ts';
import type { PlainObject } from './kind.ts';
import { getAt } from './path.ts';
import { spelledJson } from './spelled-json.fixture.ts';

/** Every place that a walk can begin from. */
function marksOf(bytes: Uint8Array): readonly Mark[] {
  const cursor = new JsonCursor(bytes);
  const marks: Mark[] = [];
  while (cursor.next()) if (cursor.from >= 0) marks.push(cursor.mark());
  return marks;
}

/** What is wrong with a run. */
function faultOf(run: Run, bytes: Uint8Array, part: { from: number; to: number }): unknown {
  if (run.from > part.from || run.to < part.to) return 'it is beside the part';
  const inside = new TextDecoder().decode(bytes.subarray(run.from, run.to));
  const entries = JSON.parse(`${run.head}${inside}${run.tail}`) as PlainObject;
  const container = getAt(JSON.parse(new TextDecoder().decode(bytes)), run.parent) as PlainObject;
  if (Array.isArray(container) !== run.isList) return 'it is of another container';
  const keys = Object.keys(entries).map((key) => (run.isList ? Number(run.keys[0]) + +key : key));
  const wrong = keys.filter((key, i) => key !== run.keys[i]);
  if (wrong.length > 0 || keys.length !== run.keys.length) return { keys, ofRun: run.keys };
  const isLast = run.keys.at(-1) === Object.keys(container).length - 1;
  if (run.isList && run.tail === '' && !isLast) return 'it does not go to the end';
  return undefined;
}

test('runsAround() gives entries of one container around any part of any text, from wherever it begins to read', () => {
  const ends = fc.tuple(fc.nat(), fc.nat({ max: 12 }));
  fc.assert(
    fc.property(spelledJson, ends, fc.nat(), (text, [start, length], which) => {
      const bytes = bytesOf(text);
      const from = start % (bytes.length + 1);
      const part = { from, to: Math.min(from + length, bytes.length) };
      const marks = marksOf(bytes).filter(({ at }) => at <= from);
      const mark = marks.length > 0 ? marks[which % (marks.length + 1)] : undefined;
      const runs = [...runsAround(bytes, mark, part)];
      const faults = runs.map((run) => faultOf(run, bytes, part)).filter((fault) => fault);
      expect(faults).toEqual([]);
      // each is in all that come after it, but for another one that ends with it
      expect(runs.map(({ to }) => to)).toEqual(runs.map(({ to }) => to).toSorted((a, b) => a - b));
    }),
    { numRuns: 2_000 },
  );
});

test.each<[string, string, string, readonly string[]]>([
  ['in a value', '{"a":[1,22,3]}', '2,', ['22', '[1,22,3]']],
  ['in the last of a list', '{"a":[1,22],"b":3}', '2]', ['22', '22]', '[1,22]']],
  ['between two', '{"a":1 ,"b":2}', ' ,', ['1 ,"b":2']],
  ['before the first', '{"a":1,"b":2}', '"a"', ['{"a":1']],
  ['after the last', '[[1,2 ]]', ' ]', ['2 ]', '[1,2 ]', '[1,2 ]]']],
  ['in blanks after the last', '[[1,2\n ]]', ' ]', ['2\n ]', '[1,2\n ]', '[1,2\n ]]']],
])(
  'runsAround() gives the smallest run first where a part begins %s',
  (_, text, part, expected) => {
    const from = text.indexOf(part);
    const runs = [...runsAround(bytesOf(text), undefined, { from, to: from + 1 })];
    expect(runs.map((run) => text.slice(run.from, run.to))).toEqual(expected);
  },
);
