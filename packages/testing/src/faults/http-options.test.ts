import { inspect } from 'node:util';
import { httpLoader } from '@holdfast/loaders/http';
import { expect, test } from 'vitest';
import { trial } from './always.fixture.ts';
import { crossed } from './cases.fixture.ts';
import { LOADERS, SECRET, inForce } from './http.fixture.ts';
import { document, origin } from './origin.fixture.ts';

const URL_OK = 'http://127.0.0.1:1/app.json';

const BREAKS = ['\r\nX-Injected: 1', '\nX-Injected: 1', '\rX', '\u0000', '\u0085', '\u2028'];

/** Options that would become more than one header, another URL, or another line of the log. */
const injections: [string, () => Record<string, unknown>, string][] = [
  ...BREAKS.map((text): [string, () => Record<string, unknown>, string] => [
    `a path with ${JSON.stringify(text)}`,
    () => ({ url: `http://127.0.0.1:1/${SECRET}${text}` }),
    'url',
  ]),
  ['a blank in a path', () => ({ url: `http://127.0.0.1:1/${SECRET} HTTP/1.1` }), 'url'],
  ['a blank before a URL', () => ({ url: ` ${URL_OK}?${SECRET}` }), 'url'],
  ['another scheme', () => ({ url: `file:///${SECRET}` }), 'url'],
  ['javascript:', () => ({ url: `javascript:${SECRET}` }), 'url'],
  ['no scheme', () => ({ url: `//127.0.0.1/${SECRET}` }), 'url'],
  ['user-info that is not encoded', () => ({ url: `http://u:%zz${SECRET}@127.0.0.1/` }), 'url'],
  ...BREAKS.map((text): [string, () => Record<string, unknown>, string] => [
    `a header value with ${JSON.stringify(text)}`,
    () => ({ url: URL_OK, headers: { 'x-a': `${SECRET}${text}` } }),
    'headers.x-a',
  ]).filter(([name]) => !name.includes('\\u0085') && !name.includes('\u0085')),
  ['a header name with a colon', () => ({ url: URL_OK, headers: { 'x-a: b': SECRET } }), 'headers'],
  [
    'a whole line for a header name',
    () => ({ url: URL_OK, headers: { [`authorization: Bearer ${SECRET}`]: '' } }),
    'headers',
  ],
  [
    'a header name with a break',
    () => ({ url: URL_OK, headers: { 'x-a\r\nx-b': SECRET } }),
    'headers',
  ],
  ['an empty header name', () => ({ url: URL_OK, headers: { '': SECRET } }), 'headers'],
  [
    'a header name twice',
    () => ({ url: URL_OK, headers: { 'x-a': SECRET, 'X-A': SECRET } }),
    'headers.',
  ],
  [
    'a condition of their own',
    () => ({ url: URL_OK, headers: { 'If-None-Match': SECRET } }),
    'headers.',
  ],
  [
    'a framing of their own',
    () => ({ url: URL_OK, headers: { 'Transfer-Encoding': SECRET } }),
    'headers.',
  ],
  [
    'a length of their own',
    () => ({ url: URL_OK, headers: { 'Content-Length': SECRET } }),
    'headers.',
  ],
  [
    'a value that is no text',
    () => ({ url: URL_OK, headers: { 'x-a': [SECRET, '\r\n'] } }),
    'headers.x-a',
  ],
  ['headers as a list', () => ({ url: URL_OK, headers: [['x-a', SECRET]] }), 'headers'],
  [
    'a name with a break',
    () => ({ url: URL_OK, name: 'app\nholdfast: config "x": fresh' }),
    'name',
  ],
  ['a name with an escape', () => ({ url: URL_OK, name: 'app\u001b[2J' }), 'name'],
  ...BREAKS.slice(0, 4).map((text): [string, () => Record<string, unknown>, string] => [
    `a token with ${JSON.stringify(text)}`,
    () => ({ url: URL_OK, bearerToken: `${SECRET}${text}` }),
    'bearerToken',
  ]),
  ['a token with a blank', () => ({ url: URL_OK, bearerToken: `${SECRET} x` }), 'bearerToken'],
];

test.each(crossed(injections, LOADERS))(
  'H27 %s is refused at construction, without telling a value (%s)',
  (_, __, make, options, option) => {
    let thrown: unknown;
    try {
      make(options() as unknown as Parameters<typeof make>[0]);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ name: 'HoldfastError', code: 'INVALID_OPTIONS' });
    expect((thrown as Error).message).toContain(`"${option}`);
    expect(inspect(thrown, { showHidden: true, depth: 9 })).not.toContain(SECRET);
  },
);

test('H27 a header function that gives a second header fails the load slowly, and nothing is sent', async () => {
  await using server = await origin();
  let value = `${SECRET}\r\nX-Injected: 1`;
  const loader = httpLoader({
    url: server.url,
    headers: { 'x-a': () => value },
    proxyFromEnvironment: false,
  });
  await using app = trial<{ n: number }>({ loader, secrets: [SECRET] });
  for (let n = 0; n < 2; n++) await app.fails({ says: '"headers.x-a"', because: 'slow' });
  expect(server.requests).toEqual([]);
  value = SECRET;
  await app.heals({ n: 1 });
});

test.each(LOADERS)('H27 what is percent-encoded stays so on the wire (%s)', async (_, make) => {
  await using server = await origin();
  const url = server.url.replace('app.json', '%0d%0aX-Injected:%201/..%2fapp.json');
  await using app = await inForce(make, url);
  expect(server.lastRequest.split('\r\n')[0]).toMatch(
    /^GET \/%0d%0aX-Injected:%201\/\.\.%2fapp\.json\?token=\S+ HTTP\/1\.1$/,
  );
  expect(server.lastRequest).not.toMatch(/^x-injected/im);
  server.play(document({ n: 2 }));
  await app.heals({ n: 2 });
});
