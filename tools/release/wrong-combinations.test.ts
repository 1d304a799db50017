import { mockLoader } from '@holdfast/testing';
import { afterAll, expect, test } from 'vitest';
import { answerTo, endCalls } from './wrong-calls.ts';

afterAll(endCalls);

type Row = readonly [owner: string, what: string, option: string, options: object];

const register = 'ConfigManager.register';
const source = { name: 'a', loader: mockLoader() };
const userInfo = 'https://me:hunter2@config.test/app.json';

const SOURCES: readonly Row[] = [
  [register, 'neither loader nor sources', 'loader', { loader: undefined }],
  [register, 'a loader and sources', 'sources', { loader: source.loader, sources: [source] }],
  [register, 'no source', 'sources', { sources: [] }],
  [register, 'two sources of one name', 'sources[1].name', { sources: [source, source] }],
];

/** Refused by the first end of the other, given or not. */
const POLLING: readonly (readonly [what: string, option: string, polling: object])[] = [
  ['min > interval', 'minIntervalMs', { intervalMs: 5_000, minIntervalMs: 5_001 }],
  ['min > interval by default', 'minIntervalMs', { minIntervalMs: 60_001 }],
  ['max < interval', 'maxIntervalMs', { intervalMs: 5_000, maxIntervalMs: 4_999 }],
  ['max < interval by default', 'maxIntervalMs', { maxIntervalMs: 59_999 }],
  ['max < min', 'maxIntervalMs', { minIntervalMs: 50_000, maxIntervalMs: 40_000 }],
  ['backoff < min', 'backoff.maxMs', { minIntervalMs: 20_000, backoff: { maxMs: 19_999 } }],
  ['backoff < min by default', 'backoff.maxMs', { backoff: { maxMs: 9_999 } }],
];

const CREDENTIALS: readonly Row[] = ['httpLoader', 'fetchLoader'].flatMap((owner): Row[] => [
  [
    owner,
    'a token and a header',
    'bearerToken',
    { bearerToken: 'hunter2', headers: { Authorization: 'hunter2' } },
  ],
  [owner, 'a token and user-info', 'bearerToken', { bearerToken: 'hunter2', url: userInfo }],
  [
    owner,
    'a token of a function and user-info',
    'bearerToken',
    { bearerToken: () => 'hunter2', url: userInfo },
  ],
  [
    owner,
    'a header and user-info',
    'url',
    { headers: { authorization: 'hunter2' }, url: userInfo },
  ],
  [
    owner,
    'one header twice',
    'headers.X-Key',
    { headers: { 'x-key': 'hunter2', 'X-Key': 'hunter2' } },
  ],
  [owner, 'a header of the loader', 'headers.Range', { headers: { Range: 'hunter2' } }],
]);

const FILES: readonly Row[] = [
  ['fileLoader', 'no file', 'path', { path: undefined }],
  ['fileLoader', 'a path and a list', 'paths', { paths: ['b.json'] }],
  [
    'fileLoader',
    'a list and a pattern',
    'glob',
    { path: undefined, paths: ['b.json'], glob: '*.json' },
  ],
  ['fileLoader', 'no file in a list', 'paths', { path: undefined, paths: [] }],
  ['fileLoader', 'a name that tells no format', 'path', { path: 'app.txt' }],
  [
    'fileLoader',
    'a name in a list that tells none',
    'paths[1]',
    { path: undefined, paths: ['a.json', 'b'] },
  ],
  ['fileLoader', 'a pattern that tells none', 'glob', { path: undefined, glob: 'conf.d/*' }],
  [
    'fileLoader',
    'a pattern of which one end tells none',
    'glob',
    { path: undefined, glob: '*.{yaml,txt}' },
  ],
  ['fileLoader', 'a pattern in a folder', 'glob', { path: undefined, glob: '*/app.json' }],
  ['fileLoader', 'a pattern of many folders', 'glob', { path: undefined, glob: '**.json' }],
  ['fileLoader', 'a URL that is no file', 'path', { path: new URL(userInfo) }],
  ['fileLoader', 'a URL in a text', 'path', { path: 'file:///app.json' }],
  ['fileLoader', 'a URL of the network in a text', 'path', { path: userInfo }],
  ['fileLoader', 'a pattern that is a URL', 'glob', { path: undefined, glob: userInfo }],
  ['fileLoader', 'a NUL in a path', 'path', { path: 'app\0.json' }],
  ['envLoader', 'variables and a file', 'env', { env: { APP_A: 'hunter2' }, file: '.env' }],
  ['envLoader', 'an empty separator', 'separator', { separator: '' }],
];

const TESTING: readonly Row[] = [
  ['configServer', 'a key without a certificate', 'tls.cert', { tls: { key: 'hunter2' } }],
  ['configServer', 'a key that is none', 'tls', { tls: { key: 'hunter2', cert: 'hunter2' } }],
  ['contractTests', 'a need that there is not', 'without[0]', { without: ['hunter'] }],
];

test.each([
  ...SOURCES,
  ...POLLING.flatMap(([what, option, polling]): Row[] => [
    [register, what, `polling.${option}`, { polling }],
    [
      register,
      `${what}, of a source`,
      `sources[0].polling.${option}`,
      { sources: [{ ...source, polling }] },
    ],
  ]),
  ...CREDENTIALS,
  ...FILES,
  ...TESTING,
])('%s() refuses %s by "%s"', async (owner, _, option, options) => {
  const answer = await answerTo(owner, options);
  expect(answer).toContain(`INVALID_OPTIONS: Cannot use "${option}" of `);
  expect(answer).not.toContain('hunter2');
});
