import { expect, test } from 'vitest';
import { mockLoader, type MockLoader } from '../mock-loader.ts';

/** What is wrong, and the message's beginning after `Cannot use`. */
test.each<[string, (loader: MockLoader) => void]>([
  ['"times" of mockLoader()', (loader) => loader.fail(NaN)],
  ['"times" of mockLoader()', (loader) => loader.fail(-1)],
  ['"times" of mockLoader()', (loader) => loader.unchanged('2' as never)],
  ['"times" of mockLoader()', (loader) => loader.disconnect(undefined, NaN)],
  ['"ms" of mockLoader()', (loader) => loader.delay(Infinity)],
  ['"ms" of mockLoader()', (loader) => loader.delay(-1)],
  ['"options" of next() of mockLoader()', (loader) => loader.next({}, null as never)],
  ['"always" of next() of mockLoader()', (loader) => loader.push({}, { always: 1 as never })],
  [
    'option "validater" of next() of mockLoader(): it is unknown; did you mean "validator"?',
    (loader) => loader.next({}, { validater: false } as never),
  ],
])('mockLoader() refuses a wrong %s', (message, use) => {
  expect(() => use(mockLoader({ value: 1 }))).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining(`Cannot use ${message}`) as string,
    }),
  );
});

test('mockLoader() takes what tests need: no failure more, or no end of them', () => {
  const loader = mockLoader();
  expect(() => {
    loader.fail(0);
    loader.fail(Infinity);
    loader.unchanged();
    loader.delay(0);
    loader.next(NaN, {});
  }).not.toThrow();
});
