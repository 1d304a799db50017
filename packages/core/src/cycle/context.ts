import type { EventHub } from '../event-hub.ts';
import type { Cache } from '../ports/cache.ts';
import type { Clock, LoaderTime } from '../ports/clock.ts';
import type { PollSlots } from '../schedule/poll-slots.ts';
import type { Scheduler } from '../schedule/scheduler.ts';
import type { SignalPool } from './signals.ts';
import type { Watches } from './watch.ts';

/** What the configs of one manager share. */
export interface ManagerContext {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly scheduler: Scheduler;
  readonly slots: PollSlots;
  readonly signals: SignalPool;
  readonly time: LoaderTime;
  readonly events: EventHub;
  readonly watches: Watches;
  readonly cache: Cache | undefined;
  readonly environment: string;
}
