import { httpLoader } from './http.ts';
import { configServer } from '@holdfast/testing/config-server';
import { contractTests, type LoaderHarness, loaderContract } from '@holdfast/testing/contracts';
import { describe, expect, test, vi } from 'vitest';
import { KINDS } from './push/kinds.fixture.ts';
import { pushServer } from './push/push-server.fixture.ts';

const PATH = '/app.json';
const TOKEN = 'token-of-the-house';

async function createHarness([kind, create]: (typeof KINDS)[number]): Promise<LoaderHarness> {
  const document = { served: 'at first' };
  const server = await configServer({ documents: { [PATH]: document } });
  const pushes = await pushServer(kind);
  const make = () =>
    create(httpLoader({ url: server.url(PATH) }), { url: pushes.url, bearerToken: TOKEN });
  const loader = make();
  return {
    loader,
    document,
    publish(next) {
      server.set(PATH, next);
      pushes.tell();
    },
    breakSource: () => server.fault('refuse'),
    healSource: () => server.heal(),
    remove: () => server.delete(PATH),
    hang: () => server.fault('hang'),
    async disconnect() {
      // a long poll asks once more before it waits
      await vi.waitFor(() => expect(pushes.watching).toBe(1));
      pushes.end();
    },
    restart: make,
    secrets: [TOKEN],
    async dispose() {
      await loader.close?.();
      await pushes[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

describe.each(KINDS)('%s keeps the contract of loaders', (...kind) => {
  // undici has timers of its own
  const tests = contractTests(loaderContract, () => createHarness(kind), {
    without: ['decode', 'time'],
  });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});
