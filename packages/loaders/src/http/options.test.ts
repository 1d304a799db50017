import { describe, expect, test } from 'vitest';
import { LOADERS } from './loaders.fixture.ts';
import type { CommonOptions } from './options.ts';

const url = 'https://config.test/app.json';

describe.each(LOADERS)('%s', (_name, createLoader) => {
  test.each<[unknown, string]>([
    [null, '"options" as it must be an object: current value is null'],
    [{}, '"url" as it must be an http: or https: URL without blanks: current value is undefined'],
    [
      { url: 'app.json' },
      '"url" as it must be an http: or https: URL without blanks: current value is a string of 8 characters',
    ],
    [
      { url: 'ftp://config.test/' },
      '"url" as it must be an http: or https: URL without blanks: current value is a string of 18 characters',
    ],
    [
      { url: 'http://config.test/a\r\nb' },
      '"url" as it must be an http: or https: URL without blanks: current value is a string of 23 characters',
    ],
    [
      { url: 'http://config.test/a\0b' },
      '"url" as it must be an http: or https: URL without blanks: current value is a string of 22 characters',
    ],
    [
      { url: 'https://a%zz@config.test/' },
      '"url" as it must be a URL whose user-info is percent-encoded: current value is user-info that is not',
    ],
    [
      { url, name: 'a\nb' },
      '"name" as it must be 1 to 200 characters without control characters: current value is a string of 3 characters',
    ],
    [
      { url, redirects: 'follow' },
      `"redirects" as it must be 'refuse' or 'same-origin': current value is a string of 6 characters`,
    ],
    [
      { url, hedaers: {} },
      '"hedaers" as it must be a known option, perhaps "headers": current value is an object',
    ],
    [
      { url, bearertoken: 's3cret' },
      '"bearertoken" as it must be a known option, perhaps "bearerToken": current value is a string of 6 characters',
    ],
  ])('createLoader(%j) explains what is wrong', (options, message) => {
    expect(() => createLoader(options as CommonOptions)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message: `Cannot use ${message}` }),
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
  ])('createLoader() for %s with %j has %i warnings', (address, options, count) => {
    const { warnings } = createLoader({ url: address, ...options });
    expect(warnings).toHaveLength(count);
    expect(warnings.join()).not.toContain('s3cret');
  });
});
