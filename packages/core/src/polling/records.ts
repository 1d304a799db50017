import { withPrints } from '../cycle/barred.ts';
import { asCacheError } from '../cycle/cache-errors.ts';
import { type CachedDocument, RecordKeeper } from '../cycle/persist.ts';
import type { Inputs } from '../state/inputs.ts';
import type { Decision, Proposal } from '../state/proposal.ts';
import type { Cache } from '../ports/cache.ts';
import type { JsonValue } from '../ports/json.ts';
import { Delay, HoldfastError } from '../lazy-base.ts';
import type { SourceOwner } from './owner.ts';
import { protectionOf, WITHHELD } from './protection.ts';
import type { Source } from './source.ts';

/** What documents of sources have, and what operators set has not. */
const NO_MARKS = {
  bytes: undefined,
  validator: undefined,
  evidence: undefined,
  young: false,
  doNotStore: false,
} as const;

/** What events call what operators set. */
const OPERATED = 'overrides and pins';

/** A cache that does not answer must not keep the first poll waiting for longer. */
const PATIENCE_MS = 1_000;

/** The cache records of a config's sources: read once at the start, written after commits. */
export class Records {
  readonly #owner: SourceOwner;
  readonly #sources: readonly Source[];
  readonly #keepers: readonly RecordKeeper[];
  /** Of what operators set. */
  readonly #operated: RecordKeeper;
  #patience: Delay | undefined;
  #restoring: Promise<void> | undefined;
  /** What operators set before the restart was taken, or there was nothing, or what they set since was written over it. */
  restored = false;
  /** What operators set before the restart came when nobody could take it any more. */
  #missed = false;

  constructor(owner: SourceOwner, sources: readonly Source[], cache: Cache) {
    const { environment } = owner.context;
    const { name: config } = owner.policy;
    this.#owner = owner;
    this.#sources = sources;
    const shared = protectionOf(owner);
    const keeperOf = (source: string, names: readonly string[], protection = shared) => {
      const report = (error: HoldfastError): void => this.#tell(source, error);
      return new RecordKeeper(cache, [environment, config, ...names], owner, report, protection);
    };
    this.#operated = keeperOf(OPERATED, ['operated'], {
      ...shared,
      stored: withPrints,
    });
    this.#keepers = owner.policy.sources.map(({ name: source, loader }, index) => {
      const keeper = keeperOf(source, [source, loader.key]);
      // an import may have been faster than this module
      const document = owner.documentOf(index);
      if (document) keeper.keep(document);
      return keeper;
    });
  }

  /**
   * Takes the cached documents, all in one proposal, and begins to poll: each source at once, or, where its document was
   * confirmed within the longest wait, at a random phase, so that the deploy of a thousand processes is no stampede. Never
   * rejects.
   */
  async start(): Promise<void> {
    const { clock, scheduler } = this.#owner.context;
    let [read, started] = [false, false];
    const begin = (): void => {
      started = true;
      for (const source of this.#sources) source.start();
    };
    const patience = new Delay(scheduler, () => {
      if (!read) this.#tellSilence();
      begin();
    });
    this.#patience = patience.start(clock.monotonic() + PATIENCE_MS);
    const reading = Promise.all(this.#keepers.map((keeper) => keeper.read()));
    const operated = this.#operated.read(false);
    // overrides and pins first: documents are laid under them
    this.#restoring = this.#restoreOperated(operated);
    const cached = await reading;
    await operated.catch((error: unknown) => this.#tellUnread(error));
    read = true;
    await this.#restoring;
    await this.#restore(cached);
    for (const keeper of [this.#operated, ...this.#keepers]) keeper.withhold();
    patience.cancel();
    if (started || this.#owner.closed) return;
    begin();
    this.#owner.healthChanged();
  }

  /** After a commit: stores the documents that are new, or notes that one was confirmed. */
  follow(
    proposal: Proposal,
    { overtaken, late, outcome, outcomes }: Decision,
    before: Inputs,
  ): void {
    for (const [source, keeper] of this.#keepers.entries()) {
      const document = this.#owner.documentOf(source);
      const index = touched(proposal).indexOf(source);
      const ageMs = this.#ageOf(this.#sources[source]!);
      // before 1970 there are no times that every cache can note
      const at = Math.max(0, this.#owner.context.clock.now() - ageMs);
      if (document !== before.documents[source]) {
        if (document) keeper.keep(document, ageMs < 1_000 ? undefined : at);
        else keeper.forget();
        continue;
      }
      if (index < 0 || overtaken || late?.includes(source)) continue;
      if ((outcomes?.[index] ?? outcome).kind === 'unchanged') keeper.confirmed(document, at);
    }
  }

  /** How long ago a source vouched for its answer: caches in between may have had it for hours. */
  #ageOf({ health }: Source): number {
    const now = this.#owner.context.clock.monotonic();
    return now - (health.confirmedAt ?? now);
  }

  /** Resolves when all is written; nothing that is still to be read is waited for. */
  async settled(): Promise<void> {
    this.#patience?.cancel();
    await Promise.all([...this.#keepers, this.#operated].map((keeper) => keeper.settled()));
  }

  /** Writes down what operators want to survive a restart. Resolves when that is done, or with why it is not. */
  async keep(raw: JsonValue | undefined): Promise<HoldfastError | undefined> {
    // what is still to be read must not be written over
    await this.#restoring;
    if (this.#missed)
      return new HoldfastError('CACHE_FAILED', 'it was closed before its cache was read');
    let kept = true;
    if (raw === undefined) this.#operated.forget();
    else kept = this.#operated.keep({ ...NO_MARKS, raw });
    const failure = await this.#operated.settled();
    this.restored ||= failure === undefined;
    return kept ? failure : new HoldfastError('CACHE_FAILED', WITHHELD);
  }

  #tellSilence(): void {
    const text = `no whole answer within ${PATIENCE_MS} ms; the sources are asked without it`;
    this.#tell(this.#owner.policy.sources[0]!.name, asCacheError(undefined, 'read', text));
  }

  /** A cache that fails altogether was told of for the sake of the sources. */
  #tellUnread(error: unknown): void {
    if (this.#keepers.some(({ unread }) => unread)) return;
    this.#tell(OPERATED, asCacheError(error, 'read'));
  }

  #tell(source: string, error: HoldfastError): void {
    const { context, policy } = this.#owner;
    context.events.emit('cache.failed', policy.name, () => ({ source, error }));
  }

  async #restoreOperated(operated: Promise<readonly CachedDocument[]>): Promise<void> {
    const documents = await operated.catch(() => undefined);
    if (documents === undefined) return;
    const [newest] = documents;
    this.#missed = newest !== undefined && this.#owner.closed;
    try {
      if (newest) await this.#owner.restore(newest.loaded.raw as JsonValue);
    } catch (error) {
      const { context, policy } = this.#owner;
      context.events.failed(policy.name, 'restoring overrides and pins', error);
    }
    this.restored = true;
  }

  /** The older generation of a source is tried only when its newer one was refused. */
  async #restore(cached: readonly (readonly CachedDocument[])[]): Promise<void> {
    const longest = Math.max(...cached.map((documents) => documents.length));
    for (let generation = 0; generation < longest; generation++) {
      const left = this.#sources.filter(
        ({ index }) =>
          cached[index]![generation] !== undefined && this.#owner.documentOf(index) === undefined,
      );
      if (left.length > 0) await this.#propose(left, (index) => cached[index]![generation]!);
    }
  }

  async #propose(
    sources: readonly Source[],
    cachedOf: (index: number) => CachedDocument,
  ): Promise<void> {
    const arrivals = sources.map(({ index: source }) => ({
      source,
      loaded: cachedOf(source).loaded,
    }));
    const proposal = { kind: 'loaded', trigger: 'cache', arrivals } as const;
    await this.#owner.propose(proposal, ({ outcome, outcomes }) => {
      for (const [i, source] of sources.entries()) {
        if ((outcomes?.[i] ?? outcome).kind === 'accepted')
          this.#restored(source, cachedOf(source.index));
      }
      // nothing is left to look for: whoever hears of it is told when the first poll is
      const whole = this.#keepers.every((_, index) => this.#owner.documentOf(index) !== undefined);
      if (whole) for (const source of sources) source.start();
    });
  }

  #restored(source: Source, cached: CachedDocument): void {
    const { clock } = this.#owner.context;
    this.#keepers[source.index]!.restored(cached);
    // a record from the future says nothing about its age
    const ageMs = clock.now() - cached.confirmedAt;
    if (ageMs < 0) return;
    // what somebody said while it was read counts
    const doubted = source.health.doubted || !cached.newest;
    source.health = { ...source.health, doubted, confirmedAt: clock.monotonic() - ageMs };
  }
}

/** The sources that a proposal is about, in the order of its outcomes. */
function touched(proposal: Proposal): readonly number[] {
  if (proposal.kind === 'unchanged') return [proposal.source];
  return proposal.kind === 'loaded' ? proposal.arrivals.map(({ source }) => source) : [];
}
