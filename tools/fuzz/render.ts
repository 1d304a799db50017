import type { Answer, Step } from './answer.ts';
import type { Chance } from './chance.ts';

/** An answer as it goes over the wire, in pieces: each line with its end, and each piece of the body. */
export function piecesOf(
  { interim, statusLine, fields, framing, body }: Answer,
  chance: Chance,
): Buffer[] {
  const head = [
    `${statusLine}\r\n`,
    ...fields.map(([name, value]) => `${name}: ${value}\r\n`),
    ...framingFields(framing, body.length),
    '\r\n',
  ];
  return [
    ...[...interim, ...head].map((text) => Buffer.from(text, 'latin1')),
    ...(framing === 'chunked' ? chunksOf(body, chance) : [body]),
  ].filter(({ length }) => length > 0);
}

function framingFields(framing: Answer['framing'], length: number): string[] {
  if (framing === 'length') return [`Content-Length: ${length}\r\n`];
  return framing === 'chunked' ? ['Transfer-Encoding: chunked\r\n'] : [];
}

function chunksOf(body: Buffer, chance: Chance): Buffer[] {
  const pieces: (string | Buffer)[] = [];
  for (let at = 0; at < body.length;) {
    const data = body.subarray(at, at + 1 + chance.size(body.length));
    const size = data.length.toString(16);
    pieces.push(`${chance.pick([size, size.toUpperCase(), `0${size}`, `${size};a=b`])}\r\n`);
    pieces.push(data, '\r\n');
    at += data.length;
  }
  pieces.push('0\r\n', ...(chance.happens(0.1) ? ['X-Sum: 1\r\n'] : []), '\r\n');
  return pieces.map((piece) => Buffer.from(piece as string, 'latin1'));
}

/** What a server does to send these pieces. */
export function deliveryOf(answer: Answer, pieces: readonly Buffer[]): Step[] {
  const closes =
    answer.framing === 'close' ||
    answer.fields.some(([name, value]) => name === 'Connection' && value === 'close');
  const bytes: Step = { kind: 'bytes', bytes: Buffer.concat(pieces) };
  return closes ? [bytes, { kind: 'end' }] : [bytes];
}
