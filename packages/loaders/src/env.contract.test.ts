import type { JsonValue } from '@holdfast/core';
import { contractTests, type LoaderHarness, loaderContract } from '@holdfast/testing/contracts';
import { describe, test } from 'vitest';
import { envLoader } from './env.ts';

const variables = (document: JsonValue): Record<string, string> =>
  Object.fromEntries(
    Object.entries(document as object).map(([key, value]) => [
      `APP_${key}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );

function createHarness(): LoaderHarness {
  const document = { greeting: 'hello', size: 8 };
  const env = variables(document);
  const make = () => envLoader({ prefix: 'APP_', env });
  return {
    loader: make(),
    document,
    publish(next) {
      for (const name of Object.keys(env)) delete env[name];
      Object.assign(env, variables(next));
    },
    restart: make,
  };
}

describe('envLoader() keeps the contract of loaders', () => {
  const tests = contractTests(loaderContract, createHarness, {
    // the environment is always there, and tells of nothing
    without: [
      'breakSource',
      'healSource',
      'remove',
      'hang',
      'disconnect',
      'secrets',
      'watch',
      'close',
      'validators',
      'limits',
    ],
  });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});
