import { expectAll } from './expect-all.ts';
import { HOUR_MS } from './held-timers.ts';
import { importPeer, type PeerSdk } from './sdk.ts';

interface Client {
  init(options: {
    timeout: number;
    pollingInterval: number;
  }): Promise<{ readonly success: boolean }>;
  refreshFeatures(options: { skipCache: boolean }): Promise<void>;
  getFeatureValue(key: string, fallback: unknown, context: object): unknown;
  destroy(): void;
}
interface Module {
  readonly GrowthBookClient: new (options: { apiHost: string; clientKey: string }) => Client;
}

/** GrowthBook; polls by `refreshFeatures()` past its cache, which would send nothing for a minute. It sends no ETag. */
export const growthbook: PeerSdk = {
  package: '@growthbook/growthbook',
  label: 'GrowthBook',
  use: 'GrowthBookClient',
  async connect(origin, bytes, key = 'bench') {
    const { GrowthBookClient } = await importPeer<Module>(this.package);
    const client = new GrowthBookClient({
      apiHost: `${origin}/growthbook/${bytes}`,
      clientKey: key,
    });
    const { success } = await client.init({ timeout: 10_000, pollingInterval: HOUR_MS });
    if (!success) throw new Error('GrowthBook could not start');
    return {
      poll: () => client.refreshFeatures({ skipCache: true }),
      read(times) {
        const context = { attributes: {} };
        let found = 0;
        for (let i = 0; i < times; i += 1) {
          const value = client.getFeatureValue(`service-${i & 7}`, undefined, context);
          if (value !== undefined) found += 1;
        }
        return expectAll(found, times);
      },
      close: () => client.destroy(),
    };
  },
};
