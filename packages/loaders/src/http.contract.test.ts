import { configServer, type EtagKind } from '@holdfast/testing/config-server';
import { contractTests, type LoaderHarness, loaderContract } from '@holdfast/testing/contracts';
import { describe, test } from 'vitest';
import { httpLoader } from './http.ts';

const PATH = '/app.json';

async function createHarness(etags: EtagKind): Promise<LoaderHarness> {
  const document = { served: 'at first' };
  const server = await configServer({ documents: { [PATH]: document }, etags });
  const url = new URL(server.url(PATH));
  url.username = 'admin';
  url.password = 'swordfish';
  const headers = { 'x-api-key': () => 'key-of-the-house' };
  const loader = httpLoader({ url, headers });
  return {
    loader,
    document,
    publish: (next) => server.set(PATH, next),
    breakSource: () => server.fault('refuse'),
    healSource: () => server.heal(),
    remove: () => server.delete(PATH),
    hang: () => server.fault('hang'),
    restart: () => httpLoader({ url, headers }),
    secrets: ['swordfish', btoa('admin:swordfish'), 'key-of-the-house'],
    async dispose() {
      await loader.close?.();
      await server.close();
    },
  };
}

describe.each(['strong', 'weak', 'none'] as EtagKind[])(
  'httpLoader() with %s tags keeps the contract of loaders',
  (etags) => {
    const tests = contractTests(loaderContract, () => createHarness(etags), {
      without: [
        // undici and node:zlib have timers of their own
        ...(['disconnect', 'watch', 'decode', 'time'] as const),
        ...(etags === 'none' ? (['validators'] as const) : []),
      ],
    });
    for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
  },
);
