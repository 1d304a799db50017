import { ConfigHealth } from './config-health.ts';
import { Feeding, loadFeeds } from './feeding.ts';
import type { HoldfastError } from './errors.ts';
import type { Outcome } from './outcome.ts';
import type * as FeedsModule from './polling/feeds.ts';
import type { Feeds } from './polling/feeds.ts';
import type { SourceOwner } from './polling/owner.ts';
import type { Source } from './polling/source.ts';
import type { JsonValue } from './ports/json.ts';
import type { Inputs } from './state/inputs.ts';
import type { Decision, Proposal, Settle } from './state/proposal.ts';

const NO_SOURCES: readonly never[] = [];

/** A config and what feeds it: its sources, and what is kept for a restart. */
export abstract class FedConfig extends ConfigHealth implements SourceOwner {
  sources: readonly Source[] = NO_SOURCES;
  paused = false;
  #feeds: Feeds | undefined;
  #closing: Promise<void> | undefined;

  abstract get undone(): Promise<unknown> | undefined;
  abstract propose(proposal: Proposal, settle?: Settle): Outcome | Promise<Outcome>;

  abstract inTurn<T>(work: () => Promise<T>): Promise<T>;
  abstract handle(proposal: Proposal, settle?: Settle): Promise<Outcome>;

  /** Begins to load, unless it did. */
  start(): void {
    if (this.closed || this.startedAt < Infinity) return;
    this.startedAt = this.context.clock.monotonic();
    if (loadFeeds.loaded) return this.feed(loadFeeds.loaded);
    this.feeding = new Feeding(this);
    void this.feeding.try();
  }

  feed({ Feeds }: typeof FeedsModule): void {
    if (this.#feeds || this.closed) return;
    this.feeding?.cancel();
    this.feeding = undefined;
    this.#feeds = new Feeds(this);
    this.sources = this.#feeds.sources;
    this.#feeds.start();
  }

  async close(): Promise<void> {
    if (!this.closed) {
      this.closed = true;
      this.ending();
      this.feeding?.cancel();
      this.#closing = this.#feeds?.close();
      this.healthChanged();
    }
    await this.#closing;
  }

  /** The config is being closed. */
  protected abstract ending(): void;

  /** After a commit: the cache follows what became of the documents. */
  protected follow(proposal: Proposal, decision: Decision, before: Inputs): void {
    this.#feeds?.follow(proposal, decision, before);
  }

  /** What operators set before the restart is still to come. */
  get unread(): boolean {
    return this.#feeds?.unread ?? true;
  }

  async keep(raw: JsonValue | undefined): Promise<HoldfastError | undefined> {
    return this.#feeds?.keep(raw);
  }

  abstract restore(raw: JsonValue): Promise<void>;
}
