import type { EventHub } from '../event-hub.ts';
import { PollSlots } from '../schedule/poll-slots.ts';
import { LoaderUses } from './loader-uses.ts';
import { SignalPool } from './signals.ts';

/** What the polls of one manager share. Made with its first source. */
export class Pools {
  readonly slots: PollSlots;
  readonly signals: SignalPool = new SignalPool();
  readonly loaders: LoaderUses;

  constructor({ events, maxConcurrentPolls }: PoolsContext) {
    this.slots = new PollSlots(maxConcurrentPolls);
    this.loaders = new LoaderUses(events);
  }
}

/** What {@link Pools} are made of. */
interface PoolsContext {
  readonly events: EventHub;
  readonly maxConcurrentPolls: number;
}
