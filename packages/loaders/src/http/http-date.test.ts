import { expect, test } from 'vitest';
import { parseHttpDate } from './http-date.ts';

const TIME = Date.UTC(1994, 10, 6, 8, 49, 37);

test.each([
  ['Sun, 06 Nov 1994 08:49:37 GMT', TIME],
  ['Sunday, 06-Nov-94 08:49:37 GMT', TIME],
  ['Sun Nov  6 08:49:37 1994', TIME],
  ['Fri, 31 Dec 9999 23:59:59 GMT', Date.UTC(9999, 11, 31, 23, 59, 59)],
  ['1994-11-06T08:49:37Z', undefined],
  ['Sun, 06 Nov 1994 08:49:37 +0100', undefined],
  ['Sun, 06 Nov 1994 08:99:37 GMT', undefined],
  ['0', undefined],
  ['', undefined],
])('parseHttpDate() reads %j as %j', (text, time) => {
  expect(parseHttpDate(text)).toBe(time);
});
