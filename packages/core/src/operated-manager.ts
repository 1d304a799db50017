import type { ConfigHandle } from './handle.ts';
import type { Config } from './config.ts';
import type { Because } from './operate/because.ts';
import type { ExportOptions, ImportResult } from './operate/import-state.ts';
import { loadOperations } from './operate/load-operations.ts';
import type { StateDocument } from './operate/state-document.ts';
import type { Transaction } from './operate/transaction.ts';
import type { Outcome } from './outcome.ts';
import type { Clock } from './ports/clock.ts';

/** A registered config, from inside and outside. */
export interface Registered {
  readonly config: Config;
  readonly handle: ConfigHandle<unknown>;
}

/** What operators do with several configs of a manager. */
export class OperatedManager {
  readonly #entries: ReadonlyMap<string, Registered>;
  readonly #clock: Clock;

  /** @internal */
  constructor(entries: ReadonlyMap<string, Registered>, clock: Clock) {
    this.#entries = entries;
    this.#clock = clock;
  }

  /**
   * Changes several configs together, or none: `work` notes down what is to be done, by the methods of what it is given;
   * then all of it is checked, participants have their say, and it comes into force in one step, so that nobody ever
   * sees one without the other. Where a health check would not have one of them, all go back. Resolves with the outcome
   * of each config by its name. `work` has no time limit: while it hangs the call does, and nothing else.
   *
   * @throws {HoldfastError} the first reason against it, and of which config; or what `work` throws. Then nothing has
   * changed, but where the message says that it stays in force: nobody could go back.
   */
  async transaction(
    work: (tx: Transaction) => unknown,
    because: Because,
  ): Promise<ReadonlyMap<string, Outcome>> {
    const { transaction } = await loadOperations();
    return transaction(this.#entries, work, because);
  }

  /**
   * All that the configs are (documents, overrides, pins, snapshots) as one JSON document, of one moment. Markers stand
   * for secrets.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS`
   */
  async exportState(options: ExportOptions = {}): Promise<StateDocument> {
    return (await loadOperations()).exportState(this.#all(), options, this.#clock.now());
  }

  /**
   * Makes the configs what a document of `exportState()` says, all or none of them. Where a marker stands for a secret, the
   * one in force stays. What the next poll brings counts again: `pin()` keeps it away.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS`, naming the path; or why it was refused. Then nothing has changed.
   */
  async importState(document: unknown, because: Because): Promise<ImportResult> {
    return (await loadOperations()).importState(this.#all(), document, because);
  }

  #all(): readonly Config[] {
    return Array.from(this.#entries.values(), ({ config }) => config);
  }
}
