import { brotliCompressSync, gzipSync, deflateSync } from 'node:zlib';
import type { Answer, Field } from './answer.ts';
import { NUMBERS, TEXTS } from './odd.ts';
import type { Change } from './mutation.ts';

/** So long that none of it can be a document within the limits, and quickly made. */
const ZEROS = 64 * 2 ** 20;

const made: Record<string, Buffer> = {};

/** Short bodies of very long documents. Made once, since that takes a while. */
function bomb(coding: string): Buffer {
  const makers: Record<string, () => Buffer> = {
    gzip: () => gzipSync(Buffer.alloc(ZEROS), { level: 9 }),
    br: () => brotliCompressSync(Buffer.alloc(ZEROS), { params: { 1: 1 } }),
    deflate: () => deflateSync(Buffer.alloc(ZEROS), { level: 9 }),
    'gzip, gzip': () => gzipSync(bomb('gzip')),
  };
  return (made[coding] ??= makers[coding]!());
}

/** Makes the bombs now: they take more memory than anything that is measured. */
export function makeBombs(): void {
  for (const coding of ['gzip, gzip', 'br', 'deflate']) bomb(coding);
}

/** Alone, cut, too long, a surrogate, beyond the last character. */
const NO_UTF8 = ['\xff', '\xc3', '\xc0\xaf', '\xed\xa0\x80', '\xf4\x90\x80\x80', '\x80'];

const withField = (answer: Answer, field: Field): Answer => ({
  ...answer,
  fields: [...answer.fields, field],
});

/** Changes of what an answer says. */
export const ANSWER_MUTATIONS: Readonly<Record<string, Change<Answer>>> = {
  'another status line': (answer, chance, { secrets }) => ({
    ...answer,
    statusLine: chance.pick([
      'HTTP/1.0 200 OK',
      'HTTP/1.1 200',
      'HTTP/1.1 0 OK',
      'HTTP/1.1 99999 OK',
      'HTTP/2.0 200 OK',
      'HTTP/1.2 200 OK',
      'HTTP/1.1 101 Switching Protocols',
      'HTTP/1.1 100 Continue',
      'HTTP/1.1 304 Not Modified',
      'http/1.1 200 OK',
      'HTTP/1.1  200 OK',
      'ICY 200 OK',
      'HTTP/0.9 200 OK',
      'HTTP/1.1 -200 OK',
      'HTTP/1.1 2e2 OK',
      'HTTP/1.1 20\x00 OK',
      '',
      `HTTP/1.1 500 ${chance.pick(secrets)}`,
      `HTTP/1.1 200 ${'y'.repeat(20_000)}`,
    ]),
  }),
  'a length of its own': (answer, chance) =>
    withField(answer, ['Content-Length', chance.pick([...NUMBERS, String(answer.body.length)])]),
  'a transfer coding of its own': (answer, chance) =>
    withField(answer, [
      'Transfer-Encoding',
      chance.pick([
        'chunked',
        'gzip, chunked',
        'chunked, gzip',
        'chunked, chunked',
        'identity',
        '',
        'xchunked',
        ' chunked',
        'Chunked',
        '\vchunked',
      ]),
    ]),
  'another framing': (answer, chance) => ({
    ...answer,
    framing: chance.pick(['none', 'length', 'chunked', 'close']),
  }),
  'a content coding that lies': (answer, chance) =>
    withField(answer, [
      'Content-Encoding',
      chance.pick([
        'gzip',
        'br',
        'deflate',
        'zstd',
        'compress',
        'identity',
        'gzip, br',
        'GZIP',
        '',
        ',',
        'gzip,',
        'exi',
        'x'.repeat(400),
      ]),
    ]),
  'a bomb': (answer, chance, { bombs }) => {
    const coding = chance.pick(bombs);
    const fields = answer.fields.filter(([name]) => name !== 'Content-Encoding');
    const body = bomb(coding);
    return withField({ ...answer, fields, body, statusLine: 'HTTP/1.1 200 OK' }, [
      'Content-Encoding',
      coding,
    ]);
  },
  'a field twice': (answer, chance) => {
    const [name, value] = chance.pick([...answer.fields, ['ETag', '"2"'] as const]);
    return withField(answer, [name, chance.happens(0.5) ? value : chance.pick(TEXTS)]);
  },
  'a field that is odd': (answer, chance, { locations }) =>
    withField(answer, [
      chance.pick([
        'ETag',
        'Last-Modified',
        'Date',
        'Age',
        'Cache-Control',
        'Retry-After',
        'Content-Type',
        'Location',
        'X',
        'Upgrade',
        'Trailer',
        '',
      ]),
      chance.pick([...TEXTS, ...NUMBERS, ...locations]),
    ]),
  'very many fields': (answer, chance) => ({
    ...answer,
    fields: [
      ...answer.fields,
      ...Array.from({ length: chance.pick([50, 500, 5000]) }, (_, i): Field => [`X-${i}`, 'v']),
    ],
  }),
  'a field without an end': (answer, chance) =>
    withField(answer, ['X-Long', 'z'.repeat(chance.pick([8000, 16_384, 70_000, 300_000]))]),
  'interim answers without an end': (answer, chance) => ({
    ...answer,
    interim: Array.from(
      { length: chance.pick([20, 2000]) },
      () => 'HTTP/1.1 103 Early Hints\r\n\r\n',
    ),
  }),
  'what it was asked with': (answer, chance, { secrets }) => {
    const secret = chance.pick(secrets);
    const name = chance.pick([
      'Content-Type',
      'Content-Encoding',
      'ETag',
      'X-Echo',
      'Location',
      'Retry-After',
    ]);
    const body = Buffer.from(
      chance.pick([`{"echo":"${secret}"`, `<html>${secret}`, secret, `{"${secret}":${secret}}`]),
    );
    return withField(chance.happens(0.5) ? { ...answer, body } : answer, [
      name,
      chance.happens(0.5) ? secret : `text/html ${secret}`,
    ]);
  },
  'a long document': (answer, chance) => ({
    ...answer,
    body: Buffer.from(
      `{"long":"${'l'.repeat(chance.pick([16_000, 70_000, 260_000, 300_000, 1_100_000]))}"}`,
    ),
  }),
  'a document of no UTF-8': (answer, chance) => ({
    ...answer,
    fields: answer.fields.filter(([name]) => name !== 'Content-Encoding'),
    body: Buffer.from(`{"text":"a${chance.pick(NO_UTF8)}"}`, 'latin1'),
  }),
  'another member behind the body': (answer, chance) => ({
    ...answer,
    body: Buffer.concat([
      answer.body,
      chance.pick([gzipSync('{}'), Buffer.alloc(9), Buffer.from('{}'), answer.body]),
    ]),
  }),
};
