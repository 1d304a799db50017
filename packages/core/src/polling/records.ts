import { type Protection, RecordKeeper } from '../cycle/persist.ts';
import { holdsSecret } from '../document/redact.ts';
import type { Decision } from '../state/proposal.ts';
import type { Cache } from '../ports/cache.ts';
import { Delay, isRecent } from '../lazy-base.ts';
import type { HoldfastError } from '../errors.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { SourceOwner } from './owner.ts';
import type { Source } from './source.ts';

/** A cache that does not answer must not keep the first poll waiting. */
const PATIENCE_MS = 1_000;

/** The cache records of a config's sources: read once at the start, written after commits. */
export class Records {
  readonly #owner: SourceOwner;
  readonly #keepers: readonly RecordKeeper[];
  readonly #patience: Delay[] = [];
  #withheld = false;

  constructor(owner: SourceOwner, cache: Cache) {
    const { environment, events } = owner.context;
    const { name: config, sources } = owner.policy;
    this.#owner = owner;
    this.#keepers = sources.map(({ name: source, loader }, index) => {
      const names = [environment, config, source, loader.key];
      const report = (error: HoldfastError): void =>
        events.emit('cache.failed', config, () => ({ source, error }));
      const keeper = new RecordKeeper(cache, names, report, this.#protection(source));
      // a refresh or a push may have been faster than this module
      const document = owner.documentOf(index);
      if (document) keeper.keep(document);
      return keeper;
    });
  }

  /**
   * Takes the cached document of a source, and begins to poll: at once, or, where the document was confirmed within the
   * interval, at a random phase, so that the deploy of a thousand processes is no stampede. Never rejects.
   */
  async start(source: Source): Promise<void> {
    const { clock, random, scheduler } = this.#owner.context;
    const patience = new Delay(scheduler, () => source.start(0));
    this.#patience.push(patience.start(clock.monotonic() + PATIENCE_MS));
    await this.#restore(source);
    this.#keepers[source.index]!.withhold();
    const inTime = patience.slot >= 0;
    patience.cancel();
    if (!inTime || this.#owner.closed) return;
    const { intervalMs } = source.policy.polling;
    const recent = isRecent(source.health, clock.monotonic(), intervalMs);
    source.start(recent ? random() * intervalMs : 0);
    this.#owner.healthChanged();
  }

  /** After a commit: stores the document, or notes that it was confirmed. */
  follow(index: number, decision: Decision): void {
    const keeper = this.#keepers[index]!;
    const { clock } = this.#owner.context;
    keeper.follow(decision, this.#owner.documentOf(index), clock.now());
  }

  /** Resolves when all is written; nothing that is still to be read is waited for. */
  async settled(): Promise<void> {
    for (const patience of this.#patience) patience.cancel();
    await Promise.all(this.#keepers.map((keeper) => keeper.settled()));
  }

  #protection(source: string): Protection {
    const { policy, context } = this.#owner;
    return {
      keys: context.cacheKeys,
      holdsSecrets: () => policy.secrets.length > 0 || transformsIntoSecrets(this.#owner.snapshot),
      withheld: () => {
        if (this.#withheld) return;
        this.#withheld = true;
        const message =
          'it holds secrets, so that nothing of it is cached: give cacheKeys to the manager';
        context.events.emit('config.warned', policy.name, () => ({ source, message }));
      },
    };
  }

  async #restore(source: Source): Promise<void> {
    const { clock } = this.#owner.context;
    const keeper = this.#keepers[source.index]!;
    for (const cached of await keeper.read()) {
      const { loaded, confirmedAt } = cached;
      const proposal = { kind: 'loaded', source: source.index, trigger: 'cache', loaded } as const;
      // the older generation is tried only when the newer one was refused
      const outcome = await this.#owner.propose(proposal, (decision) => {
        if (decision.outcome.kind !== 'accepted') return;
        keeper.restored(cached);
        // a record from the future says nothing about its age
        const ageMs = clock.now() - confirmedAt;
        if (ageMs < 0) return;
        const doubted = !cached.newest;
        source.health = { ...source.health, doubted, confirmedAt: clock.monotonic() - ageMs };
      });
      if (outcome.kind === 'accepted') return;
    }
  }
}

/** A schema made secrets that no path names. JSON holds none. */
function transformsIntoSecrets(snapshot: Snapshot | undefined): boolean {
  return (
    snapshot !== undefined && snapshot.value !== snapshot.merged && holdsSecret(snapshot.value)
  );
}
