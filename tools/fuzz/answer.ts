import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Chance } from './chance.ts';
import { documentOf } from './document.ts';

/** What an origin does about one request, step by step. */
export type Step =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'wait'; readonly ms: number }
  /** Ends the connection: politely, or by a RST. Nothing follows. */
  | { readonly kind: 'end' | 'reset' }
  /** These bytes for ever, as fast as they are taken. Nothing follows. */
  | { readonly kind: 'endless'; readonly bytes: Buffer };

/** Name and value of a header field. */
export type Field = readonly [name: string, value: string];

/** An answer before it is bytes. The pieces are Latin-1 but for the body. */
export interface Answer {
  /** Answers before the answer, such as `100 Continue`, whole. */
  readonly interim: readonly string[];
  readonly statusLine: string;
  readonly fields: readonly Field[];
  /** How people know where the body ends. */
  readonly framing: 'none' | 'length' | 'chunked' | 'close';
  /** Encoded already. */
  readonly body: Buffer;
}

/** What answers are made with. */
export interface Scenery {
  /** Where redirects lead: relative, or to the same origin, or elsewhere. */
  readonly locations: readonly string[];
  /** What was planted where credentials are: origins may echo what they are asked with. */
  readonly secrets: readonly string[];
  /** Content codings of bombs. */
  readonly bombs: readonly string[];
}

const DATES = ['Sun, 06 Nov 1994 08:49:37 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT', 'yesterday', '0'];
const MODIFIED = ['Sun, 06 Nov 1994 08:49:36 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT'];
const TAGS = ['"1"', 'W/"1"', '"2-gzip"', 'odd', '""', '*', `"${'e'.repeat(9000)}"`, '"\xe9"'];
const CACHING = [
  'no-store',
  'max-age=0',
  'max-age=60',
  'private, max-age="5"',
  'max-age=99999999999',
];
const WAITS = ['0', '1', '120', '-1', '1.5', 'soon', '99999999999', ...DATES];
const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'text/html',
  '',
];

/** Fields that a good server may send, by name. */
const OPTIONAL: readonly (readonly [string, readonly string[]])[] = [
  ['ETag', TAGS],
  ['Last-Modified', [...MODIFIED, ...DATES]],
  ['Date', DATES],
  ['Cache-Control', CACHING],
  ['Age', ['0', '7', '99999999999', '-1']],
  ['Retry-After', WAITS],
  ['Content-Type', TYPES],
  ['Connection', ['keep-alive', 'close']],
  ['Keep-Alive', ['timeout=5', 'timeout=0', 'timeout=99999999999, max=1']],
  ['Set-Cookie', ['session=1; Path=/', 'a=b']],
  ['Vary', ['*', 'Accept-Encoding']],
  ['Content-Length-Hint', ['12']],
  ['X-Powered-By', ['x'.repeat(2000)]],
];

const STATUSES = [
  201, 203, 204, 205, 206, 301, 302, 303, 304, 304, 304, 307, 308, 400, 401, 403, 404, 407, 408,
  410, 412, 421, 425, 429, 431, 451, 500, 502, 503, 504, 299, 399, 599, 999,
];

const INTERIM = [
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n',
  'HTTP/1.1 102 Processing\r\n\r\n',
];

/** Content codings by name, as they are made. */
const CODINGS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => gzipSync(bytes, { level: 1 }),
  'x-gzip': (bytes) => gzipSync(bytes, { level: 1 }),
  br: (bytes) => brotliCompressSync(bytes, { params: { [QUALITY]: 1 } }),
  deflate: (bytes) => deflateSync(bytes, { level: 1 }),
  identity: (bytes) => bytes,
};

/** `BROTLI_PARAM_QUALITY`. */
const QUALITY = 1;

/** An answer of a server that does everything right; half of the time a document. */
export function answerOf(chance: Chance, { locations }: Scenery): Answer {
  const status = chance.happens(0.75) ? 200 : chance.pick(STATUSES);
  const bodiless = status === 204 || status === 304;
  const codings = chance.happens(0.3) ? [chance.pick(Object.keys(CODINGS))] : [];
  if (chance.happens(0.03)) codings.push(chance.pick(Object.keys(CODINGS)));
  const document = bodiless ? Buffer.alloc(0) : documentOf(chance);
  return {
    interim: chance.happens(0.05)
      ? [chance.pick(INTERIM), ...INTERIM].slice(0, 1 + chance.int(4))
      : [],
    statusLine: `HTTP/1.1 ${status} ${chance.pick(['OK', 'Whatever it is', ''])}`,
    fields: [
      ...OPTIONAL.flatMap(([name, values]): Field[] =>
        chance.happens(0.25) ? [[name, chance.pick(values)]] : [],
      ),
      ...(codings.length > 0 ? [['Content-Encoding', codings.join(', ')] as const] : []),
      ...(status > 300 && status < 309 ? [['Location', chance.pick(locations)] as const] : []),
    ],
    framing: bodiless ? 'none' : chance.pick(['length', 'length', 'chunked', 'close']),
    body: codings.reduce((bytes, coding) => CODINGS[coding]!(bytes), document),
  };
}
