import { type ManualClock, manualClock } from '@holdfast/testing';
import { EventHub } from '../event-hub.ts';
import { lazily } from '../lazily.ts';
import type { HoldfastEvent } from '../events.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { createLoaderTime } from '../schedule/loader-time.ts';
import { AuditTrail } from './audit.ts';
import type { ManagerContext } from './context.ts';
import { Pools } from './pools.ts';
import { Watches } from './watch.ts';

/** What the configs of a manager share, on a manual clock; chance is always one half. */
export interface TestContext extends ManagerContext {
  readonly clock: ManualClock;
  readonly pools: Pools;
  /** Lets everything run that can run without time passing. */
  readonly turn: () => Promise<void>;
  /** Messages of the failures of foreign code so far. */
  readonly failures: readonly string[];
}

export function createContext(): TestContext {
  const clock = manualClock({ preload: [() => import('p-retry')] });
  const random = (): number => 0.5;
  const scheduler = new Scheduler(clock, () => {});
  const time = createLoaderTime(clock, scheduler);
  const events = new EventHub(clock);
  const failures: string[] = [];
  events.on('listener.failed', (event: HoldfastEvent<'listener.failed'>) =>
    failures.push(event.error.message),
  );
  const services = { clock, random, scheduler, time, events, environment: '' };
  const watches = new Watches(services);
  return {
    clock,
    random,
    scheduler,
    time,
    events,
    pools: new Pools({ events, maxConcurrentPolls: 16 }),
    maxConcurrentPolls: 16,
    reloads: 0,
    breakers: new Map(),
    breakerFailures: 5,
    watches: async () => watches,
    cache: undefined,
    cacheKeys: [],
    environment: '',
    audit: lazily(async () => new AuditTrail(services, { keep: 1_000, sink: undefined })),
    turn: () => clock.advance(0),
    failures,
  };
}
