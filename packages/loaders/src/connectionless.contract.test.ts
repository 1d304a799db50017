import type { JsonValue, Loader } from '@holdfast/core';
import { configServer } from '@holdfast/testing/config-server';
import { contractTests, type LoaderHarness, loaderContract } from '@holdfast/testing/contracts';
import { describe, test } from 'vitest';
import { httpLoader } from './http.ts';
import { onSignal } from './signal.ts';
import { webhook } from './webhook.ts';
import { SECRET, signed } from './webhook/signed.fixture.ts';

const PATH = '/app.json';

/** A loader whose watch hears of changes without a connection, and what tells it. */
interface Made {
  readonly loader: Loader;
  readonly tell: (document: JsonValue) => Promise<unknown> | void;
}

/** A webhook whose messages are signed at one time, and have this body. */
function signedWebhook(
  inner: Loader,
  { acceptDocuments = false, bodyOf }: { acceptDocuments?: boolean; bodyOf: typeof JSON.stringify },
): Made {
  const timestamp = 1_767_225_600;
  const clock = { now: () => timestamp * 1_000 };
  const hooks = webhook({ secrets: [SECRET], acceptDocuments, clock });
  const tell = async (document: JsonValue): Promise<void> => {
    const { status } = await hooks.handle(signed({ timestamp, body: bodyOf(document) }));
    if (status !== 202) throw new Error(`answered with ${status}`);
  };
  return { loader: hooks.watched('app', inner), tell };
}

const KINDS: readonly (readonly [string, (loader: Loader) => Made])[] = [
  [
    'webhook',
    (inner) => {
      const hooks = webhook({ unsigned: true });
      const tell = () =>
        hooks.handle(new Request('http://127.0.0.1/hooks/app', { method: 'POST' }));
      return { loader: hooks.watched('app', inner), tell };
    },
  ],
  ['webhook that is signed', (inner) => signedWebhook(inner, { bodyOf: () => '{}' })],
  [
    'webhook that brings documents',
    (inner) =>
      signedWebhook(inner, {
        acceptDocuments: true,
        bodyOf: (document) => JSON.stringify({ config_name: 'app', config_data: document }),
      }),
  ],
  [
    'onSignal',
    (inner) => ({
      loader: onSignal(inner, { signal: 'SIGUSR2' }),
      tell: () => void process.emit('SIGUSR2'),
    }),
  ],
];

async function createHarness(make: (loader: Loader) => Made): Promise<LoaderHarness> {
  const document = { served: 'at first' };
  const server = await configServer({ documents: { [PATH]: document } });
  const inner = httpLoader({ url: server.url(PATH), bearerToken: 'token-of-the-house' });
  const { loader, tell } = make(inner);
  return {
    loader,
    document,
    connects: false,
    async publish(next) {
      server.set(PATH, next);
      await tell(next);
    },
    breakSource: () => server.fault('refuse'),
    healSource: () => server.heal(),
    remove: () => server.delete(PATH),
    hang: () => server.fault('hang'),
    restart: () => make(inner).loader,
    secrets: ['token-of-the-house', SECRET],
    async dispose() {
      await loader.close?.();
      await server.close();
    },
  };
}

describe.each(KINDS)('%s keeps the contract of loaders', (_, make) => {
  // undici has timers of its own; there is no connection that could end
  const tests = contractTests(loaderContract, () => createHarness(make), {
    without: ['decode', 'time', 'disconnect'],
  });
  for (const { name, skip, run } of tests) (skip ? test.skip : test)(name, run);
});
