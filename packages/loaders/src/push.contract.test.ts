import { httpLoader } from './http.ts';
import { configServer } from '@holdfast/testing/config-server';
import { contractTests, type LoaderHarness, loaderContract } from '@holdfast/testing/contracts';
import { describe, expect, test, vi } from 'vitest';
import { loadRequest } from './http/load.fixture.ts';
import { DOCUMENT_KINDS, type KINDS, TELLING_KINDS } from './push/kinds.fixture.ts';
import { pushServer } from './push/push-server.fixture.ts';

const PATH = '/app.json';
const TOKEN = 'token-of-the-house';

/** A server that tells of a change, or pushes the document itself. */
async function createHarness(
  [kind, create]: (typeof KINDS)[number],
  how: 'tells' | 'pushes',
): Promise<LoaderHarness> {
  const document = { served: 'at first' };
  const server = await configServer({ documents: { [PATH]: document } });
  const pushes = await pushServer(kind);
  const make = () =>
    create(httpLoader({ url: server.url(PATH) }), { url: pushes.url, bearerToken: TOKEN });
  const loader = make();
  return {
    loader,
    document,
    async publish(next) {
      // as the engine does once the connection stands: what is pushed before that waits for it
      if (how === 'pushes') await loader.load(loadRequest());
      server.set(PATH, next);
      if (how === 'pushes') pushes.push(next);
      else pushes.tell();
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

function keepsContract(create: () => Promise<LoaderHarness>): void {
  // undici has timers of its own
  const tests = contractTests(loaderContract, create, { without: ['decode', 'time'] });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
}

describe.each(TELLING_KINDS)('%s keeps the contract of loaders', (...kind) => {
  keepsContract(() => createHarness(kind, 'tells'));
});

describe.each(DOCUMENT_KINDS)(
  '%s that brings documents keeps the contract of loaders',
  (...kind) => {
    keepsContract(() => createHarness(kind, 'pushes'));
  },
);
