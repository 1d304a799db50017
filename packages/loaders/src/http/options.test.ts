import { describe, expect, test } from 'vitest';
import { LOADERS } from './loaders.fixture.ts';
import type { CommonOptions } from './options.ts';

const url = 'https://config.test/app.json';

describe.each(LOADERS)('%s', (name, createLoader) => {
  test('cuts the name that a long path makes', () => {
    const loader = createLoader({ url: `https://config.test/${'a'.repeat(5_000)}` });
    expect(loader.name).toBe(`http config.test/${'a'.repeat(183)}`);
  });

  test.each([['not a token'], ['']])('refuses a header to keep that is none: %j', (header) => {
    expect(() => createLoader({ url, keepHeaders: [header] })).toThrow('"keepHeaders[0]" of');
  });

  test.each<[unknown, string]>([
    [null, '"options" of OWNER as it must be an object: { url }: current value is null'],
    [
      'https://user:s3cret@config.test/',
      '"options" of OWNER as it must be an object: { url }: current value is a string of 32 characters',
    ],
    [
      { url: 5 },
      '"url" of OWNER as it must be an http: or https: URL without blanks: current value is a number',
    ],
    [
      {},
      '"url" of OWNER as it must be an http: or https: URL without blanks: current value is undefined',
    ],
    [
      { url: 'app.json' },
      '"url" of OWNER as it must be an http: or https: URL without blanks: current value is a string of 8 characters without http:// or https://',
    ],
    [
      { url: 'localhost:4801/app.json?token=s3cret' },
      '"url" of OWNER as it must be an http: or https: URL without blanks: current value is a string of 36 characters without http:// or https://',
    ],
    [
      { url: '/app.json' },
      '"url" of OWNER as it must be an http: or https: URL without blanks: current value is a string of 9 characters, relative, which only a page can resolve',
    ],
    [
      { url: 'ftp://config.test/' },
      '"url" of OWNER as it must be an http: or https: URL without blanks: current value is a string of 18 characters',
    ],
    [
      { url: 'http://config.test/a\r\nb' },
      '"url" of OWNER as it must be an http: or https: URL without blanks: current value is a string of 23 characters',
    ],
    [
      { url: 'http://config.test/a\0b' },
      '"url" of OWNER as it must be an http: or https: URL without blanks: current value is a string of 22 characters',
    ],
    [
      { url: 'https://a%zz@config.test/' },
      '"url" of OWNER as it must be a URL whose user-info is percent-encoded: current value is one that is not',
    ],
    [
      { url, name: 'a\nb' },
      '"name" of OWNER as it must be 1 to 200 characters without control characters: current value is a string of 3 characters',
    ],
    [
      { url, redirects: 'follow' },
      `"redirects" of OWNER as it must be "refuse" or "same-origin": current value is "follow"`,
    ],
    [{ url, hedaers: {} }, 'option "hedaers" of OWNER: it is unknown; did you mean "headers"?'],
    [
      { url, bearertoken: 's3cret' },
      'option "bearertoken" of OWNER: it is unknown; did you mean "bearerToken"?',
    ],
  ])('createLoader(%j) explains what is wrong', (options, message) => {
    expect(() => createLoader(options as CommonOptions)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        message: `Cannot use ${message.replace('OWNER', `${name}()`)}`,
      }),
    );
  });

  test('createLoader() shows neither user-info nor query, and binds the key to the whole URL', () => {
    const loader = createLoader({ url: 'https://user:s3cret@config.test:8443/app.json?t=1#part' });
    expect(loader).toMatchObject({
      name: 'http config.test:8443/app.json',
      key: 'https://config.test:8443/app.json?t=1',
      origin: 'https://config.test:8443',
      warnings: [],
    });
  });

  test.each([
    ['http://config.test/', { bearerToken: 's3cret' }, 1],
    ['http://config.test/', { bearerToken: () => 's3cret' }, 1],
    ['http://user:s3cret@config.test/', {}, 1],
    ['http://config.test/', { headers: { Authorization: 's3cret' } }, 1],
    ['http://config.test/', { headers: { 'X-Api-Key': 's3cret' } }, 1],
    ['http://config.test/', { headers: { 'x-region': 'eu' } }, 0],
    ['https://config.test/', { bearerToken: 's3cret' }, 0],
    ['http://localhost/', { bearerToken: 's3cret' }, 0],
    ['http://127.0.0.2:8080/', { bearerToken: 's3cret' }, 0],
    ['http://[::1]/', { bearerToken: 's3cret' }, 0],
    ['http://127.0.0.1.evil.test/', { bearerToken: 's3cret' }, 1],
    ['http://config.test/?token=s3cret', {}, 1],
    ['http://config.test/?API_KEY=s3cret', {}, 1],
    ['http://config.test/?v=1&key=s3cret', {}, 1],
    ['http://config.test/?sv=1&sig=s3cret', {}, 1],
    ['http://config.test/?X-Amz-Signature=s3cret', {}, 1],
    ['http://config.test/?token=s3cret', { bearerToken: 's3cret' }, 1],
    ['http://config.test/?keyboard=de&page=2&design=1', {}, 0],
    ['https://config.test/?token=s3cret', {}, 0],
    ['http://localhost/?token=s3cret', {}, 0],
    ['https://config.test/', { bearerToken: undefined }, 1],
    ['https://config.test/?token=s3cret', { headers: undefined }, 0],
  ])('createLoader() for %s with %j has %i warnings', (address, options, count) => {
    const { warnings } = createLoader({ url: address, ...options });
    expect(warnings).toHaveLength(count);
    expect(warnings.join()).not.toContain('s3cret');
  });
});
