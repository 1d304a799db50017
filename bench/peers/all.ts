import { configcat } from './configcat.ts';
import { growthbook } from './growthbook.ts';
import { launchdarkly } from './launchdarkly.ts';
import type { PeerSdk } from './sdk.ts';
import { unleash } from './unleash.ts';

/** The products that we measure ourselves against. */
export const PEERS: readonly PeerSdk[] = [configcat, launchdarkly, unleash, growthbook];
