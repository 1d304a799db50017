import type { EventHub } from '../event-hub.ts';
import type { KeyRing } from '../options/cache-keys.ts';
import type { Cache } from '../ports/cache.ts';
import type { Clock, LoaderTime } from '../ports/clock.ts';
import type { Scheduler } from '../schedule/scheduler.ts';
import type { Lazy } from '../lazily.ts';
import type { AuditTrail } from './audit.ts';
import type { Breaker } from './breaker.ts';
import type { Pools } from './pools.ts';
import type { Watches } from './watch.ts';

/** What the configs of one manager share. */
export interface ManagerContext {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly scheduler: Scheduler;
  /** What polls share; there since the first source is. */
  pools: Pools | undefined;
  readonly maxConcurrentPolls: number;
  /** Attempts to put another value in force that were given a name so far. */
  reloads: number;
  /** By origin; none for those where nothing failed. */
  readonly breakers: Map<string, Breaker>;
  /** A breaker opens at so many failures in a row; undefined where there are no breakers. */
  readonly breakerFailures: number | undefined;
  readonly time: LoaderTime;
  readonly events: EventHub;
  /** Loaded when the first loader that can be watched is used. */
  readonly watches: () => Promise<Watches>;
  readonly cache: Cache | undefined;
  /** What its records are encrypted with; empty where they are not. */
  readonly cacheKeys: KeyRing;
  readonly environment: string;
  /** Loaded with the way of a document. */
  readonly audit: Lazy<AuditTrail>;
}
