import type { JsonValue } from '@holdfast/core';
import { contractTests, type LoaderHarness, loaderContract } from '@holdfast/testing/contracts';
import { describe, test } from 'vitest';
import { ABSENT, functionLoader } from './function.ts';

/** A function that never looks at its signal. */
function createHarness(hashed: boolean): LoaderHarness {
  const document = { served: 'at first' };
  let answer: () => unknown = () => document;
  const load = (): unknown => answer();
  const make = (): LoaderHarness['loader'] => functionLoader(load, { name: 'service', hashed });
  return {
    loader: make(),
    document,
    publish(next: JsonValue) {
      answer = async () => next;
    },
    remove() {
      answer = () => ABSENT;
    },
    breakSource() {
      answer = () => {
        throw new TypeError('fetch failed');
      };
    },
    healSource() {
      answer = () => document;
    },
    hang() {
      answer = () => new Promise(() => {});
    },
    restart: make,
  };
}

describe.each([true, false])('functionLoader({ hashed: %s }) keeps the contract', (hashed) => {
  const tests = contractTests(loaderContract, () => createHarness(hashed), {
    without: [
      ...(['disconnect', 'secrets', 'watch', 'decode', 'close', 'limits'] as const),
      ...(hashed ? [] : (['validators'] as const)),
    ],
  });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});
