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
    { url, timeout: 5 },
    '"timeout" of httpLoader() as it must be left out (the time for a load is polling.deadlineMs of register()): current value is 5',
  ],
  [
    { url, intervalMs: 5 },
    '"intervalMs" of httpLoader() as it must be left out (how often it is read is polling.intervalMs of register()): current value is 5',
  ],
  [
    { url, connectTimeoutMs: Number.NaN },
    '"connectTimeoutMs" of httpLoader() as it must be a number from 1 to 300000: current value is NaN',
  ],
  [
    { url, dispatcher: {} },
    `"dispatcher" of httpLoader() as it must be an object with dispatch(): current value is an object`,
  ],
  [
    { url, maxConnectionAgeMs: Infinity },
    '"maxConnectionAgeMs" of httpLoader() as it must be a number from 1 to 2147483647: current value is Infinity',
  ],
  [
    { url, lookup: 'dns' },
    '"lookup" of httpLoader() as it must be a function: current value is "dns"',
  ],
  [
    { url, tls: { key: 'hunter2' } },
    '"tls.key" of httpLoader() as it must be a text in PEM, or a function that gives one: current value is a string of 7 characters',
  ],
  [
    { url, tls: { key: () => '' } },
    '"tls" of httpLoader() as it must be both cert and key, or neither: current value is an object',
  ],
  [
    { url: 'http://config.test/', tls: {} },
    '"tls" of httpLoader() as it must be left out, since the URL is not https:: current value is an object',
  ],
  [
    { url, dispatcher: { dispatch() {} }, maxConnectionAgeMs: 5 },
    '"maxConnectionAgeMs" of httpLoader() as it must be left out when "dispatcher" is given: current value is 5',
  ],
])('httpLoader(%j) explains what is wrong', (options, message) => {
  expect(() => httpLoader(options as HttpLoaderOptions)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS', message: `Cannot use ${message}` }),
  );
});
