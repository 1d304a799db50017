import { configServer, type EtagKind } from '@holdfast/testing/config-server';
import { contractTests, type LoaderHarness, loaderContract } from '@holdfast/testing/contracts';
import { describe, test } from 'vitest';
import { LOADERS } from './http/loaders.fixture.ts';

const PATH = '/app.json';

type Create = (typeof LOADERS)[number][1];

async function createHarness(create: Create, etags: EtagKind): Promise<LoaderHarness> {
  const document = { served: 'at first' };
  const server = await configServer({ documents: { [PATH]: document }, etags });
  const url = new URL(server.url(PATH));
  url.username = 'admin';
  url.password = 'swordfish';
  const headers = { 'x-api-key': () => 'key-of-the-house' };
  const loader = create({ url, headers });
  return {
    loader,
    document,
    publish: (next) => server.set(PATH, next),
    breakSource: () => server.fault('refuse'),
    healSource: () => server.heal(),
    remove: () => server.delete(PATH),
    hang: () => server.fault('hang'),
    restart: () => create({ url, headers }),
    secrets: ['swordfish', btoa('admin:swordfish'), 'key-of-the-house'],
    async dispose() {
      await loader.close?.();
      await server.close();
    },
  };
}

const TAGS = ['strong', 'weak', 'none'] as const satisfies readonly EtagKind[];

describe.each(
  LOADERS.flatMap(([name, create]) => TAGS.map((etags) => [name, etags, create] as const)),
)('%s() with %s tags keeps the contract of loaders', (loader, etags, create) => {
  const tests = contractTests(loaderContract, () => createHarness(create, etags), {
    without: [
      // undici, node:zlib and fetch have timers of their own
      ...(['disconnect', 'watch', 'decode', 'time'] as const),
      // its connections are the platform's
      ...(loader === 'fetchLoader' ? (['close'] as const) : []),
      ...(etags === 'none' ? (['validators'] as const) : []),
    ],
  });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});
