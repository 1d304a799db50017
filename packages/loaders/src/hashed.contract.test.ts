import type { JsonValue, Loader } from '@holdfast/core';
import { mockLoader } from '@holdfast/testing';
import { contractTests, type LoaderHarness, loaderContract } from '@holdfast/testing/contracts';
import { describe, test } from 'vitest';
import { hashed } from './hashed.ts';

/** Around a loader that can do all but recognise its documents. */
function createHarness(): LoaderHarness {
  const document = { served: 'at first' };
  const encode = (value: JsonValue): Uint8Array =>
    new TextEncoder().encode(`# ${JSON.stringify(value)}`);
  const mock = mockLoader({ watch: true });
  mock.next(encode(document), { validator: false });
  mock.connect();
  const inner: Loader = {
    ...mock,
    decode: ({ raw }) => JSON.parse(new TextDecoder().decode(raw as Uint8Array).slice(2)),
  };
  return {
    loader: hashed(inner),
    document,
    publish: (next) => mock.push(encode(next), { validator: false }),
    breakSource: () => mock.fail(Infinity),
    healSource: () => mock.heal(),
    remove: () => mock.absent(),
    hang: () => mock.delay(3_600_000),
    restart: () => hashed(inner),
    disconnect: () => mock.disconnect(),
  };
}

describe('hashed() keeps the contract of loaders', () => {
  const tests = contractTests(loaderContract, createHarness, { without: ['secrets', 'limits'] });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});
