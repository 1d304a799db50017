import type { JsonValue, StateDocument } from '@holdfast/core';
import { manualClock } from '../manual-clock.ts';
import type { Call } from './ordeal-call.fixture.ts';
import { OrdealCache } from './ordeal-cache.fixture.ts';
import { OrdealLedger } from './ordeal-ledger.fixture.ts';
import {
  defaults,
  type Moment,
  OrdealProcess,
  type OrdealValue,
} from './ordeal-process.fixture.ts';
import { OrdealSource, type SourceTerms } from './ordeal-source.fixture.ts';

/** What stays the same throughout an ordeal. */
export interface OrdealTerms {
  /** The lowest first. */
  readonly sources: readonly SourceTerms[];
  readonly lazy: boolean;
  readonly defaults: boolean;
  readonly schema: 'none' | 'quick' | 'slow';
  /** Whether operators wait until all is well before they take back what they did. */
  readonly patient: boolean;
  /** What operators do once all is over, each time from the start of a process on. */
  readonly shifts: readonly (readonly { readonly call: Call; readonly waitsMs: number }[])[];
  readonly seed: number;
}

/** What somebody does in a listener, the next time that it is called. */
interface Reaction {
  readonly moment: Moment;
  readonly call: Call;
}

/** What is around a process: time, sources, a cache, and those who wait for what they were promised. */
export class OrdealWorld {
  readonly clock = manualClock();
  readonly cache: OrdealCache;
  readonly sources: readonly OrdealSource[];
  readonly terms: OrdealTerms;
  /** Of the config that only transactions and imports change. */
  readonly other = new OrdealSource('other', { watch: false, origin: undefined, optional: false });
  readonly ledgers = { app: new OrdealLedger(), other: new OrdealLedger() } as const;
  /** What both configs are to be given, or neither. */
  readonly paired = new Set<JsonValue>();
  readonly violations: string[] = [];
  process: OrdealProcess;
  reactions: readonly Reaction[] = [];
  /** Nobody is against anything any more. */
  healing = false;
  /** How many participants there were: makes names that nobody had before. */
  participants = 0;
  /** How many overrides there were: makes names, too. */
  overrides = 0;
  /** What was exported last. */
  exported: StateDocument | undefined;
  readonly #promised = new Map<Promise<unknown>, string>();

  constructor(terms: OrdealTerms) {
    this.terms = terms;
    this.cache = new OrdealCache(this.clock, () => this.#forget('kept'));
    this.sources = terms.sources.map(
      (source, i) => new OrdealSource(`s${i}`, { ...source, optional: source.optional && i > 0 }),
    );
    this.process = new OrdealProcess(this);
  }

  /** What a config must say once it has heard of all that the sources say. */
  get wanted(): OrdealValue {
    const documents = this.sources.map(({ document }) => document);
    return Object.assign({}, this.terms.defaults && defaults, ...documents) as OrdealValue;
  }

  must(holds: boolean, otherwise: string): void {
    if (!holds) this.violations.push(otherwise);
  }

  /** Somebody waits for `promise`, and takes what comes: fulfilment or rejection. */
  promised(what: string, promise: Promise<unknown>): void {
    this.#promised.set(promise, what);
    const settled = (): void => void this.#promised.delete(promise);
    promise.then(settled, settled);
  }

  /** What somebody still waits for. */
  get awaited(): readonly string[] {
    return [...this.#promised.values()];
  }

  /** The process ends, `closingMs` after it was told to, and the next one starts. */
  async restart(closingMs: number): Promise<void> {
    this.promised('close()', this.process.manager.close());
    await this.clock.advance(closingMs);
    this.process.ended = true;
    // what hung is over, for good or ill: it ended with the process
    this.cache.release();
    await this.clock.advance(0);
    this.#forget('not kept');
    this.process = new OrdealProcess(this);
  }

  #forget(which: 'kept' | 'not kept'): void {
    for (const ledger of Object.values(this.ledgers)) ledger.forget(which);
  }

  ledgerOf({ name }: { readonly name: string }): OrdealLedger {
    return this.ledgers[name as 'app' | 'other'];
  }

  reactionTo(moment: Moment): Call | undefined {
    const reaction = this.reactions.find((one) => one.moment === moment);
    this.reactions = this.reactions.filter((one) => one !== reaction);
    return reaction?.call;
  }
}
