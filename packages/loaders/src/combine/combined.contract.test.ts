import type { Loader } from '@holdfast/core';
import { mockLoader } from '@holdfast/testing';
import { configServer } from '@holdfast/testing/config-server';
import { contractTests, type LoaderHarness, loaderContract } from '@holdfast/testing/contracts';
import { describe, test } from 'vitest';
import { firstOf } from '../first-of.ts';
import { hedged } from '../hedged.ts';
import { httpLoader } from '../http.ts';
import { mapped } from '../mapped.ts';
import { type Break, pairHarness } from './pair.fixture.ts';

const SRV = [
  { name: 'a', port: 1, priority: 1, weight: 0 },
  { name: 'b', port: 2, priority: 2, weight: 0 },
];

/** What is found by DNS, made of the same two loaders. */
const bySrv = (loaders: readonly Loader[]): Loader =>
  firstOf({
    srv: '_config._tcp.test',
    resolve: async () => SRV,
    loader: ({ host }) => loaders[host === 'b' ? 1 : 0]!,
  });

const COMBINATORS: readonly (readonly [string, (loaders: readonly Loader[]) => Loader])[] = [
  ['firstOf', (loaders) => firstOf(loaders)],
  ['firstOf by SRV', bySrv],
  ['hedged', (loaders) => hedged(loaders)],
];

const BREAKS: readonly Break[] = ['none', 'first fails', 'first is absent', 'second fails'];

describe.each(
  COMBINATORS.flatMap(([name, combine]) => BREAKS.map((how) => [name, how, combine] as const)),
)('%s() keeps the contract of loaders while: %s', (_, how, combine) => {
  const tests = contractTests(loaderContract, () => pairHarness(combine, how), {
    without: ['secrets', 'limits'],
  });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});

describe('hedged() keeps the contract of loaders while: first hangs', () => {
  const create = (): LoaderHarness =>
    pairHarness((loaders) => hedged(loaders, { afterMs: 5 }), 'first hangs');
  const tests = contractTests(loaderContract, create, {
    // it waits for the one that hangs, up to its share of a deadline that cases do not wait for
    without: ['secrets', 'limits', 'breakSource', 'healSource', 'remove'],
  });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});

const PATH = '/app.json';

/** Over real servers, the first of which is down, with credentials. */
async function overHttp(combine: (loaders: readonly Loader[]) => Loader): Promise<LoaderHarness> {
  const document = { served: 'at first' };
  const [dead, server] = await Promise.all([
    configServer(),
    configServer({ documents: { [PATH]: document } }),
  ]);
  await dead.fault('refuse');
  const make = (): Loader =>
    combine(
      [dead, server].map((each) => {
        const whole = new URL(each.url(PATH));
        whole.password = 'swordfish';
        const bearer = { 'x-api-key': () => 'key-of-the-house' };
        return httpLoader({ url: whole, headers: bearer, proxyFromEnvironment: false });
      }),
    );
  const loader = make();
  return {
    loader,
    document,
    publish: (next) => server.set(PATH, next),
    breakSource: () => server.fault('refuse'),
    healSource: () => server.heal(),
    remove: () => server.delete(PATH),
    hang: () => server.fault('hang'),
    restart: make,
    secrets: ['swordfish', btoa(':swordfish'), 'key-of-the-house'],
    async dispose() {
      await loader.close?.();
      await Promise.all([dead.close(), server.close()]);
    },
  };
}

describe.each([
  ...COMBINATORS.filter(([name]) => !name.includes('SRV')),
  ['mapped firstOf', (loaders: readonly Loader[]) => mapped(firstOf(loaders), (same) => same)],
] as const)(
  '%s() over HTTP keeps the contract of loaders while the first is down',
  (name, combine) => {
    const without = ['disconnect', 'watch', 'time'] as const;
    const tests = contractTests(loaderContract, () => overHttp(combine), {
      without: name.startsWith('mapped') ? without : [...without, 'decode'],
    });
    for (const { name: rule, skip, run } of tests) (skip ? test.skip : test)(rule, run);
  },
);

describe.each(['bytes', 'values'])('mapped() over %s keeps the contract of loaders', (form) => {
  const createHarness = (): LoaderHarness => {
    const document = { served: 'at first' };
    const mock = mockLoader({ watch: true });
    const wrap = (inner: unknown): never => {
      const value = { inner };
      return (form === 'bytes' ? new TextEncoder().encode(JSON.stringify(value)) : value) as never;
    };
    mock.next(wrap(document));
    mock.connect();
    const make = (): Loader => mapped(mock, (given) => (given as { inner: never }).inner);
    return {
      loader: make(),
      document,
      publish: (next) => mock.push(wrap(next)),
      breakSource: () => mock.fail(Infinity),
      healSource: () => mock.heal(),
      remove: () => mock.absent(),
      hang: () => mock.delay(3_600_000),
      restart: make,
      disconnect: () => mock.disconnect(),
    };
  };
  const tests = contractTests(loaderContract, createHarness, { without: ['secrets', 'limits'] });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});
