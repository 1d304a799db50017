import type { Inputs } from '../state/inputs.ts';
import type { Decision, Proposal } from '../state/proposal.ts';
import { CLOSE_PATIENCE_MS, lazily, settlesWithin } from '../lazy-base.ts';
import type { HoldfastError } from '../errors.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Cache } from '../ports/cache.ts';
import type { SourceOwner } from './owner.ts';
import type * as RecordsModule from './records.ts';
import type { Records } from './records.ts';
import { Pools } from '../cycle/pools.ts';
import { Pushed } from './pushed.ts';
import { Source } from './source.ts';
import { warn } from './warn.ts';

/** Only polls bring the news that there is no news. */
export { decideUnchanged } from '../cycle/unchanged.ts';
export { refreshAll } from './refresh-all.ts';
export { invalidate } from './invalidate.ts';
export { followWaited } from './waited.ts';

/** Loaded where there is a cache. */
export const loadRecords: () => Promise<typeof RecordsModule> = lazily(
  () => import('./records.ts'),
);

/** What a config is fed by: the polls of its sources, their watches, and the cache at the start. */
export class Feeds {
  readonly sources: readonly Source[];
  readonly #owner: SourceOwner;
  /** What ends each watch. */
  #watches: readonly Promise<() => void>[] | undefined;
  #records: Records | undefined;
  #opening: Promise<void> | undefined;
  /** What operators want to survive a restart is being written down. */
  #keeping: Promise<unknown> | undefined;

  constructor(owner: SourceOwner) {
    this.#owner = owner;
    owner.context.pools ??= new Pools(owner.context);
    this.sources = owner.policy.sources.map((_, index) => new Source(owner, index));
  }

  /** Begins to watch, to read the cache, and to poll. */
  start(): void {
    const { context, policy } = this.#owner;
    if (this.#owner.paused) for (const source of this.sources) source.pause();
    for (const { loader } of policy.sources) context.pools!.loaders.enter(loader);
    warn(this.#owner);
    const watchable = this.sources.filter(
      ({ policy: { loader } }) => typeof loader.watch === 'function',
    );
    if (watchable.length > 0) this.#watches = watchable.map((source) => this.#watch(source));
    if (context.cache) this.#opening = this.#startFromCache(context.cache);
    else for (const source of this.sources) source.start();
  }

  /** After a commit: the cache follows what became of the documents. */
  follow(proposal: Proposal, decision: Decision, before: Inputs): void {
    if (this.#records && proposal.trigger !== 'cache')
      this.#records.follow(proposal, decision, before);
  }

  /** The cache has still to say what operators set before the restart. */
  get unread(): boolean {
    return this.#opening !== undefined && !this.#records?.restored;
  }

  /** Writes down what operators want to survive a restart. Resolves when that is done, or with why it is not. */
  keep(raw: JsonValue | undefined): Promise<HoldfastError | undefined> {
    const keeping = this.#keep(raw);
    this.#keeping = keeping;
    return keeping;
  }

  async #keep(raw: JsonValue | undefined): Promise<HoldfastError | undefined> {
    // what operators set may come before the cache was looked at
    await this.#opening;
    return this.#records?.keep(raw);
  }

  /** Resolves when the cache is written and the loaders are closed, or had time enough for it. Never rejects. */
  async close(): Promise<void> {
    const { context, policy } = this.#owner;
    for (const source of this.sources) source.close();
    if (await settlesWithin(this.#closeAll(), CLOSE_PATIENCE_MS, context)) return;
    const cause = new Error(
      `its cache, a loader or a participant did not end within ${CLOSE_PATIENCE_MS} ms`,
    );
    context.events.failed(policy.name, 'closing', cause);
  }

  async #closeAll(): Promise<void> {
    const { context, policy } = this.#owner;
    for (const end of await Promise.all(this.#watches ?? [])) end();
    const { loaders } = context.pools!;
    const leaving = policy.sources.map(({ loader }) => loaders.leave(loader, policy.name));
    await Promise.all([this.#written(), this.#owner.undone, ...leaving]);
  }

  async #written(): Promise<void> {
    await this.#opening;
    if (!this.unread) await this.#keeping;
    await this.#records?.settled();
  }

  /** Watches and the cache are loaded where there are any: most processes need one of them or none. */
  async #watch(source: Source): Promise<() => void> {
    const { context, policy } = this.#owner;
    const { loader } = source.policy;
    try {
      const watches = await context.watches();
      if (!this.#owner.closed) return watches.join(loader, new Pushed(this.#owner, source));
    } catch (error) {
      context.events.failed(policy.name, `the watch of ${loader.name}`, error);
    }
    return () => {};
  }

  async #startFromCache(cache: Cache): Promise<void> {
    const { context, policy } = this.#owner;
    try {
      const { Records } = await loadRecords();
      this.#records = new Records(this.#owner, this.sources, cache);
      if (this.#owner.closed) return;
      void this.#records.start();
    } catch (error) {
      context.events.failed(policy.name, 'loading the cache', error);
      for (const source of this.sources) source.start();
    }
  }
}
