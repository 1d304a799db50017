import { expect, test } from 'vitest';
import { type Ending, readAnswer } from './strict-answer.ts';

const read = (text: string, ending: Ending = 'open') =>
  readAnswer(Buffer.from(text, 'latin1'), ending);

test.each<[string, string, Ending?]>([
  ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'],
  ['two equal lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\n{}'],
  [
    'chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1;a=b\r\n{\r\n01\r\n}\r\n0\r\nX: 1\r\n\r\n',
  ],
  ['the end of the connection', 'HTTP/1.1 200 \r\n\r\n{}', 'end'],
  [
    'a length, after an interim answer',
    'HTTP/1.1 103 X\r\nA: b\r\n\r\nHTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}x',
  ],
])('readAnswer() reads a body by %s', (_, text, ending) => {
  const answer = read(text, ending);
  expect(answer).toMatchObject({ kind: 'whole', status: 200 });
  expect(answer.kind === 'whole' && answer.body.toString()).toBe('{}');
});

test.each<[string, string, Ending?]>([
  ['', 'a line without an end'],
  ['HTTP/1.1 200 OK\r\n', 'a line without an end'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}', 'too few bytes', 'end'],
  ['HTTP/1.1 200 OK\r\n\r\n{}', 'a body without an end'],
  [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n',
    'a line without an end',
    'end',
  ],
])('readAnswer() sees that %j is cut', (text, why, ending) => {
  expect(read(text, ending)).toEqual({ kind: 'broken', why, cut: true });
});

test.each([
  ['200 OK\r\n\r\n', 'status line'],
  ['HTTP/1.1 101 X\r\n\r\n', 'an upgrade that nobody asked for'],
  ['HTTP/1.1 200 OK\nContent-Length: 2\n\n{}', 'a line without an end'],
  ['HTTP/1.1 200 OK\r\nA : b\r\n\r\n', 'field'],
  ['HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n', 'field'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 'length'],
  ['HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}', 'length'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}', 'two framings'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', 'transfer coding'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n', 'chunk size'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n', 'trailer'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n', 'chunk end'],
])('readAnswer() refuses %j', (text, why) => {
  expect(read(text)).toEqual({ kind: 'broken', why, cut: false });
});
