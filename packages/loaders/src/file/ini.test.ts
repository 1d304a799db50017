import { expect, test } from 'vitest';
import { placeOf } from './fault.ts';
import { parseIni } from './ini.ts';

test('parseIni() takes values with separators that end no line of a file', () => {
  for (const separator of ['\u2028', '\u2029']) {
    const entries = parseIni(`[s]\na = x${separator}y\n${separator}b${separator}=${separator}z`);
    expect(entries).toMatchObject([
      { label: 's.a', text: `x${separator}y`, place: placeOf({ line: 2, column: 5 }) },
      { label: 's.b', text: 'z', place: placeOf({ line: 3, column: 6 }) },
    ]);
  }
});

test.each([
  ['blanks after =', `a=${' '.repeat(320_000)}x\u2028y`, 'x\u2028y'],
  ['blanks before =', `a${' '.repeat(320_000)}=x\u2028y`, 'x\u2028y'],
  ['blanks within', `a=x${' '.repeat(320_000)}y`, `x${' '.repeat(320_000)}y`],
])('parseIni() takes a line of many %s as soon as a short one', (_, line, text) => {
  expect(parseIni(line)).toMatchObject([{ path: ['a'], text }]);
});
