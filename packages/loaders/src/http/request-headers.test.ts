import { describe, expect, test } from 'vitest';
import { loadDocument, loadFailure, loadRequest } from './load.fixture.ts';
import { LOADERS } from './loaders.fixture.ts';
import { document, rawServer } from './raw-server.fixture.ts';

const url = 'https://config.test/app.json';

describe.each(LOADERS)('%s', (name, createLoader) => {
  test.each<[object, string]>([
    [
      { headers: { 'x-y': 'a\r\nHost: evil' } },
      '"headers.x-y" of OWNER as it must be Latin-1 text without control characters, or a function that gives them: current value is a string of 13 characters',
    ],
    [
      { headers: { 'x-y': 'a\0' } },
      '"headers.x-y" of OWNER as it must be Latin-1 text without control characters, or a function that gives them: current value is a string of 2 characters',
    ],
    [
      { headers: { 'x-y': '\u0100' } },
      '"headers.x-y" of OWNER as it must be Latin-1 text without control characters, or a function that gives them: current value is a string of 1 characters',
    ],
    [
      { headers: { 'x-y': 1 } },
      '"headers.x-y" of OWNER as it must be Latin-1 text without control characters, or a function that gives them: current value is a number',
    ],
    [
      { headers: { 'x y': 'a' } },
      '"headers" of OWNER as it must be named by letters, digits and -: current value is a name of 3 characters',
    ],
    [
      { headers: { 'x:\r\ny': 'a' } },
      '"headers" of OWNER as it must be named by letters, digits and -: current value is a name of 5 characters',
    ],
    [
      { headers: { '': 'a' } },
      '"headers" of OWNER as it must be named by letters, digits and -: current value is a name of 0 characters',
    ],
    [
      { headers: { 'If-None-Match': '"a"' } },
      '"headers.If-None-Match" of OWNER as it must be left to the loader: current value is a header of your own',
    ],
    [
      { headers: { 'x-y': 'a', 'X-Y': 'b' } },
      '"headers.X-Y" of OWNER as it must be given once: current value is given twice',
    ],
    [
      { headers: [['a', 'b']] },
      '"headers" of OWNER as it must be an object of names and values: current value is an array',
    ],
    [
      { bearerToken: 'a b' },
      '"bearerToken" of OWNER as it must be visible ASCII characters, or a function that gives them: current value is a string of 3 characters',
    ],
    [
      { bearerToken: '' },
      '"bearerToken" of OWNER as it must be visible ASCII characters, or a function that gives them: current value is a string of 0 characters',
    ],
    [
      { bearerToken: 'a', headers: { authorization: 'b' } },
      '"bearerToken" of OWNER as it must be the only one of bearerToken, headers.authorization and user-info in the URL: current value is one of several',
    ],
  ])('createLoader(%j) refuses what would break a request', (options, message) => {
    expect(() => createLoader({ url, ...options })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        message: `Cannot use ${message.replace('OWNER', `${name}()`)}`,
      }),
    );
  });

  test('load() asks for the token at each load', async () => {
    await using server = await rawServer(document());
    let asked = 0;
    const bearerToken = async (): Promise<string> => `t${(asked += 1)}`;
    const loader = createLoader({ url: server.url, bearerToken });
    await loadDocument(loader);
    await loadDocument(loader);
    await loader.close?.();
    expect(server.requests[0]).toContain('authorization: Bearer t1');
    expect(server.requests[1]).toContain('authorization: Bearer t2');
  });

  test('load() sends user-info as basic credentials', async () => {
    await using server = await rawServer(document());
    const loader = createLoader({ url: server.url.replace('//', '//us%65r:p%40ss@') });
    await loadDocument(loader);
    await loader.close?.();
    const expected = Buffer.from('user:p@ss').toString('base64');
    expect(server.requests[0]).toContain(`authorization: Basic ${expected}`);
  });

  test.each<[string, () => string | Promise<string>, string]>([
    [
      'throws',
      () => {
        throw new TypeError('s3cret');
      },
      '"headers.x-key" failed with TypeError',
    ],
    [
      'rejects',
      () => Promise.reject(Object.assign(new Error('s3cret'), { code: 'ENOENT' })),
      '"headers.x-key" failed with Error ENOENT',
    ],
    [
      'gives a break',
      () => 's3cret\r\nx: y',
      '"headers.x-key" gave a string of 12 characters, which no header can carry',
    ],
    [
      'gives nothing',
      () => undefined as never,
      '"headers.x-key" gave undefined, which no header can carry',
    ],
  ])('load() fails slowly when a header function %s', async (_, read, what) => {
    const loader = createLoader({ url, headers: { 'x-key': read } });
    const error = await loadFailure(loader);
    expect(error).toMatchObject({
      retry: 'slow',
      message: `Cannot load http config.test/app.json: ${what}`,
    });
    expect(error.cause).toBeUndefined();
  });

  test('load() does not wait for a token function once the signal aborts', async () => {
    const controller = new AbortController();
    const loader = createLoader({ url, bearerToken: () => new Promise(() => {}) });
    const loading = loader.load(loadRequest({ signal: controller.signal }));
    const reason = new Error('deadline');
    controller.abort(reason);
    await expect(loading).rejects.toBe(reason);
  });
});
