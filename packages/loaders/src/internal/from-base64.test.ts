import { expect, test } from 'vitest';
import { fromBase64 } from './from-base64.ts';

test.each(['a', 'ab', 'abc', '=', 'ab=c', 'ab==c', 'a b=', 'ab==\n', '-_==', 'é==='])(
  'fromBase64() refuses %j',
  (text) => expect(fromBase64(text)).toBeUndefined(),
);

test('fromBase64() gives the bytes', () => {
  expect(fromBase64('')).toEqual(new Uint8Array());
  expect(fromBase64('AP8=')).toEqual(new Uint8Array([0, 255]));
});

test('fromBase64() refuses a text that is none, however long', () => {
  expect(fromBase64(`${'A'.repeat(49_999_999)}!`)).toBeUndefined();
});
