import { createConfigManager } from '@holdfast/core';
import { fetchLoader } from '@holdfast/loaders/fetch';
import { indexedDbCache } from '@holdfast/loaders/indexed-db';

/** What the page can be told from outside. */
export interface PageConfig {
  readonly banner: string;
  readonly theme: 'light' | 'dark';
}

const manager = createConfigManager({ cache: indexedDbCache() });

export const page = manager.register<PageConfig>('page', {
  loader: fetchLoader({ url: '/config.json' }), // relative to the page
  defaults: { banner: 'Welcome', theme: 'light' }, // so that the first paint waits for nothing
  polling: { intervalMs: 1_000 }, // so that the example is lively; the default is a minute
});
