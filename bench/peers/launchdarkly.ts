import { expectAll } from './expect-all.ts';
import { HOUR_MS, pollsByHand } from './held-timers.ts';
import { importPeer, type PeerSdk } from './sdk.ts';

interface Client {
  waitForInitialization(options: { timeout: number }): Promise<unknown>;
  variation(key: string, context: object, fallback: unknown): Promise<unknown>;
  close(): void;
}
interface Options {
  readonly baseUri: string;
  readonly stream: boolean;
  readonly pollInterval: number;
  readonly sendEvents: boolean;
  readonly diagnosticOptOut: boolean;
  readonly logger: object;
}
interface Module {
  readonly basicLogger: (options: { level: 'none' }) => object;
  readonly init: (key: string, options: Options) => Client;
}

/** LaunchDarkly's server SDK in polling mode, without events; it has no way to poll on demand. */
export const launchdarkly: PeerSdk = {
  package: '@launchdarkly/node-server-sdk',
  label: 'LaunchDarkly',
  use: 'init',
  async connect(origin, bytes, key = 'bench') {
    const { init, basicLogger } = await importPeer<Module>(this.package);
    let client: Client;
    const poll = await pollsByHand(() => {
      client = init(key, {
        baseUri: `${origin}/launchdarkly/${bytes}`,
        stream: false,
        pollInterval: HOUR_MS / 1000,
        sendEvents: false,
        diagnosticOptOut: true,
        logger: basicLogger({ level: 'none' }),
      });
      return client.waitForInitialization({ timeout: 10 });
    });
    return {
      poll,
      async read(times) {
        const context = { kind: 'user', key: 'bench' };
        let found = 0;
        for (let i = 0; i < times; i += 1) {
          const value = await client.variation(`service-${i & 7}`, context, undefined);
          if (value !== undefined) found += 1;
        }
        return expectAll(found, times);
      },
      close: () => client.close(),
    };
  },
};
