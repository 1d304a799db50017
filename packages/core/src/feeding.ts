import type { ManagerContext } from './cycle/context.ts';
import { LoadError, messageOf } from './errors.ts';
import { type Lazy, lazily } from './lazily.ts';
import type { ConfigPolicy } from './options/config.ts';
import type * as FeedsModule from './polling/feeds.ts';
import { Delay } from './schedule/delay.ts';
import { settlesWithin } from './schedule/settles-within.ts';
import { type Health, newborn, troubled } from './state/health.ts';

/** Loaded in the background at the first `register`: nearly always it is there. */
export const loadFeeds: Lazy<typeof FeedsModule> = lazily(() => import('./polling/feeds.ts'));

/** A config whose sources are still to be made. */
interface HungryConfig {
  readonly policy: ConfigPolicy;
  readonly context: ManagerContext;
  readonly closed: boolean;
  feed(feeds: typeof FeedsModule): void;
  healthChanged(): void;
}

/** Makes the sources of a config when the code of polls is there; until then it is tried again and again. */
export class Feeding {
  /** Of sources that there are not yet. */
  health: Health = newborn;
  readonly #config: HungryConfig;
  readonly #again: Delay;
  #trying: Promise<LoadError | undefined> | undefined;

  constructor(config: HungryConfig) {
    this.#config = config;
    this.#again = new Delay(config.context.scheduler, () => void this.try());
  }

  /** Resolves when the sources are there, or with why they are not. */
  try(): Promise<LoadError | undefined> {
    this.#trying ??= this.#try().finally(() => (this.#trying = undefined));
    return this.#trying;
  }

  cancel(): void {
    this.#again.cancel();
  }

  async #try(): Promise<LoadError | undefined> {
    const { policy, context } = this.#config;
    const { loader, polling } = policy.sources[0]!;
    let cause: unknown = 'it took longer than polling.deadlineMs';
    const loading = loadFeeds().then(
      (feeds) => this.#config.feed(feeds),
      (error: unknown) => (cause = error),
    );
    await settlesWithin(loading, polling.deadlineMs, context);
    if (this.#config.closed || loadFeeds.loaded) return undefined;
    const text = `Cannot load ${loader.name}: Holdfast's own code could not be loaded: ${messageOf(cause)}`;
    const error = new LoadError(text, { cause });
    this.health = troubled(this.health, error, context.clock.now());
    this.#again.start(context.clock.monotonic() + polling.intervalMs);
    this.#config.healthChanged();
    return error;
  }
}
