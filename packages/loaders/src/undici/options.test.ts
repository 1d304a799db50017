import { expect, test } from 'vitest';
import { type HttpLoaderOptions, httpLoader } from '../http.ts';

const url = 'https://config.test/app.json';

test.each<[unknown, string]>([
  [
    { url, proxyFromEnvironment: 1 },
    '"proxyFromEnvironment" of httpLoader() as it must be true or false: current value is 1',
  ],
  [
    { url, connectTimeoutMs: 0 },
    '"connectTimeoutMs" of httpLoader() as it must be a number from 1 to 300000: current value is 0',
  ],
  [
    { url, connectTimeoutMs: Number.NaN },
    '"connectTimeoutMs" of httpLoader() as it must be a number from 1 to 300000: current value is NaN',
  ],
  [
    { url, dispatcher: {} },
    `"dispatcher" of httpLoader() as it must be an object with dispatch(): current value is an object`,
  ],
])('httpLoader(%j) explains what is wrong', (options, message) => {
  expect(() => httpLoader(options as HttpLoaderOptions)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS', message: `Cannot use ${message}` }),
  );
});
