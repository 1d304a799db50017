import { contractTests, type LoaderHarness, loaderContract } from '@holdfast/testing/contracts';
import { describe, test } from 'vitest';
import { hashed } from './hashed.ts';
import { staticLoader } from './static.ts';

const document = { served: ['always', 1] };

/** Its source is a constant: it neither changes nor fails. */
const CONSTANT = [
  'publish',
  'breakSource',
  'healSource',
  'remove',
  'hang',
  'disconnect',
  'secrets',
  'watch',
  'decode',
  'close',
  'limits',
] as const;

describe('staticLoader() keeps the contract of loaders', () => {
  const createHarness = (): LoaderHarness => ({ loader: staticLoader(document), document });
  const tests = contractTests(loaderContract, createHarness, {
    without: [...CONSTANT, 'restart', 'validators'],
  });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});

describe('hashed(staticLoader()) keeps the contract of loaders', () => {
  const make = (): LoaderHarness['loader'] =>
    hashed(staticLoader(new TextEncoder().encode(JSON.stringify(document))));
  const createHarness = (): LoaderHarness => ({ loader: make(), document, restart: make });
  const tests = contractTests(loaderContract, createHarness, { without: CONSTANT });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});
