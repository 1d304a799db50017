import { expectAll } from './expect-all.ts';
import { HOUR_MS } from './held-timers.ts';
import { importPeer, type PeerSdk } from './sdk.ts';

interface Client {
  waitForReady(): Promise<unknown>;
  forceRefreshAsync(): Promise<{ readonly isSuccess: boolean }>;
  snapshot(): { getValue(key: string, fallback: string): string };
  dispose(): void;
}
interface Options {
  readonly baseUrl: string;
  readonly pollIntervalSeconds: number;
}
interface Module {
  readonly PollingMode: { readonly AutoPoll: number };
  readonly getClient: (key: string, mode: number, options: Options) => Client;
}

/** ConfigCat, its unified SDK; polls by `forceRefreshAsync()`, reads from a snapshot, which is its fastest way. */
export const configcat: PeerSdk = {
  package: '@configcat/sdk',
  label: 'ConfigCat',
  use: 'getClient',
  async connect(origin, bytes, key = 'bench') {
    const { getClient, PollingMode } = await importPeer<Module>(this.package);
    const client = getClient(`configcat-proxy/${key}`, PollingMode.AutoPoll, {
      pollIntervalSeconds: HOUR_MS / 1000,
      baseUrl: `${origin}/configcat/${bytes}`,
    });
    const poll = async (): Promise<void> => {
      const { isSuccess } = await client.forceRefreshAsync();
      if (!isSuccess) throw new Error('ConfigCat could not refresh');
    };
    await client.waitForReady();
    return {
      poll,
      read(times) {
        const snapshot = client.snapshot();
        let found = 0;
        for (let i = 0; i < times; i += 1) {
          if (snapshot.getValue(`service-${i & 7}`, '') !== '') found += 1;
        }
        return expectAll(found, times);
      },
      close: () => client.dispose(),
    };
  },
};
