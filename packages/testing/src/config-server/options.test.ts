import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConfigServer, configServer } from '../config-server.ts';

let server: ConfigServer;

beforeAll(async () => {
  server = await configServer({ documents: { '/app.json': {} } });
});
afterAll(() => server.close());

/** What a wrong use ends in, whether it throws or rejects. */
async function refusalOf(use: () => unknown): Promise<string> {
  try {
    await use();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${code}: ${message}`;
  }
  return 'nothing';
}

test.each<[string, unknown]>([
  ['"fault" of fault() of configServer() as it must be an object: current value is null', null],
  [
    '"fault.kind" of fault() of configServer() as it must be "refuse" or "reset" or "cut" or "drip" or "hang" or "status" or "redirect" or "wrong-type" or "bomb" or "not-modified": current value is "hagn"',
    'hagn',
  ],
  ['"fault.status" of', 'status'],
  ['"fault.status" of', { kind: 'status', status: 100 }],
  ['"fault.headers" of', { kind: 'status', status: 503, headers: null }],
  ['"fault.retryAfter" of', { kind: 'status', status: 503, retryAfter: true }],
  ['"fault.body" of', { kind: 'status', status: 503, body: {} }],
  ['"fault.to" of', { kind: 'redirect' }],
  ['"fault.after" of', { kind: 'hang', after: 'body' }],
  ['"fault.everyMs" of', { kind: 'drip', everyMs: -1 }],
  ['"fault.bytes" of', { kind: 'bomb', bytes: 0 }],
  ['"fault.bytes" of', { kind: 'bomb', bytes: 2 ** 40 }],
  ['"fault.type" of', { kind: 'wrong-type', type: 5 }],
  ['"fault.type" of', { kind: 'wrong-type', type: 'a\nb' }],
  ['"fault.to" of', { kind: 'redirect', to: 'http://x.test/€' }],
  ['"fault.retryAfter" of', { kind: 'status', status: 503, retryAfter: 'a\r\nb: c' }],
  ['"fault.headers.x-a" of', { kind: 'status', status: 503, headers: { 'x-a': 'a\nb' } }],
  ['"fault.headers.x a" of', { kind: 'status', status: 503, headers: { 'x a': 'b' } }],
  [
    'option "fault.everyms" of fault() of configServer(): it is unknown; did you mean "fault.everyMs"?',
    { kind: 'drip', everyms: 5 },
  ],
])('fault() refuses: %s', async (message, fault) => {
  expect(await refusalOf(() => server.fault(fault as 'cut'))).toContain(
    `INVALID_OPTIONS: Cannot use ${message}`,
  );
});

test.each<[string, unknown]>([
  ['"options"', null],
  ['"times"', { times: 0 }],
  ['"times"', { times: '1' }],
  ['"path"', { path: 'app.json' }],
  ['option "paths"', { paths: '/' }],
])('fault() refuses wrong options: %s', async (option, options) => {
  expect(await refusalOf(() => server.fault('cut', options as object))).toContain(
    `INVALID_OPTIONS: Cannot use ${option}`,
  );
});

test.each<[string, unknown, unknown]>([
  ['"path"', 'app.json', undefined],
  ['"path"', null, undefined],
  ['"options"', '/', null],
  ['"etag"', '/', { etag: true }],
  ['"headers"', '/', { headers: 'x' }],
  ['"always"', '/', { always: 1 }],
  ['option "etags"', '/', { etags: '"x"' }],
])('set() refuses a wrong %s', async (option, path, options) => {
  const set = (): void => server.set(path as string, {}, options as object);
  expect(await refusalOf(set)).toContain(`INVALID_OPTIONS: Cannot use ${option}`);
});

test('set() refuses a document that is none, and edit() what is no function', async () => {
  for (const document of [undefined, () => 1, Symbol('x')]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await refusalOf(() => server.set('/', document))).toContain(
      'INVALID_OPTIONS: Cannot use "document" of set() of configServer() as it must be JSON, a text or bytes',
    );
  }
  expect(await refusalOf(() => server.edit('/app.json', 5 as never))).toContain(
    'INVALID_OPTIONS: Cannot use "change"',
  );
});

test('what was refused does no harm', async () => {
  expect(await (await fetch(server.url('/app.json'))).json()).toEqual({});
});
