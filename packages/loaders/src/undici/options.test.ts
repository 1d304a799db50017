import { expect, test } from 'vitest';
import { type HttpLoaderOptions, httpLoader } from '../http.ts';

const url = 'https://config.test/app.json';

test.each<[unknown, string]>([
  [
    { url, proxyFromEnvironment: 1 },
    '"proxyFromEnvironment" as it must be true or false: current value is a number',
  ],
  [
    { url, connectTimeoutMs: 0 },
    '"connectTimeoutMs" as it must be between 1 and 300000: current value is 0',
  ],
  [
    { url, connectTimeoutMs: Number.NaN },
    '"connectTimeoutMs" as it must be between 1 and 300000: current value is NaN',
  ],
  [
    { url, dispatcher: {} },
    `"dispatcher" as it must be one of undici's dispatchers: current value is an object`,
  ],
])('httpLoader(%j) explains what is wrong', (options, message) => {
  expect(() => httpLoader(options as HttpLoaderOptions)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS', message: `Cannot use ${message}` }),
  );
});
