import { expectAll } from './expect-all.ts';
import { HOUR_MS, pollsByHand } from './held-timers.ts';
import { importPeer, type PeerSdk } from './sdk.ts';

interface Client {
  once(event: 'synchronized', heard: (value: unknown) => void): void;
  on(event: 'error', heard: (error: unknown) => void): void;
  isEnabled(name: string): boolean;
  destroy(): void;
}
interface Options {
  readonly url: string;
  readonly appName: string;
  readonly refreshInterval: number;
  readonly disableMetrics: boolean;
  readonly skipInstanceCountWarning: boolean;
  readonly storageProvider: object;
}
interface Module {
  readonly Unleash: new (options: Options) => Client;
  readonly InMemStorageProvider: new () => object;
}

/** Unleash without metrics and without its backup on the disk; it has no way to poll on demand. */
export const unleash: PeerSdk = {
  package: 'unleash-client',
  label: 'Unleash',
  use: 'initialize',
  async connect(origin, bytes, key = 'bench') {
    const { Unleash, InMemStorageProvider } = await importPeer<Module>(this.package);
    let client: Client;
    const poll = await pollsByHand(() => {
      client = new Unleash({
        url: `${origin}/unleash/${bytes}/`,
        appName: key,
        refreshInterval: HOUR_MS,
        disableMetrics: true,
        skipInstanceCountWarning: true,
        storageProvider: new InMemStorageProvider(),
      });
      return new Promise((resolve, reject) => {
        client.once('synchronized', resolve);
        client.on('error', reject);
      });
    });
    return {
      poll,
      read(times) {
        let found = 0;
        for (let i = 0; i < times; i += 1) if (client.isEnabled(`service-${i & 7}`)) found += 1;
        return expectAll(found, times);
      },
      close: () => client.destroy(),
    };
  },
};
