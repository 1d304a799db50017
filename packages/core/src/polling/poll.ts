import { Load, type LoadTask } from '../cycle/load.ts';
import type { Basis, Decision, Proposal } from '../cycle/proposal.ts';
import { type HoldfastError, LoadError } from '../errors.ts';
import type { Outcome, Trigger } from '../outcome.ts';
import type { Hints } from '../ports/loader.ts';
import type { SourceOwner } from './owner.ts';

/** What a poll tells its source. */
export interface PollHost {
  /** There is an answer: the deadline is met. */
  answered(): void;
  /** Called within the commit, before anybody hears of it. */
  settle(decision: Decision, hints: Hints | undefined): void;
}

/** One poll of a source: a load, whose answer becomes a proposal, which ends in an outcome. */
export class Poll {
  readonly #owner: SourceOwner;
  readonly #index: number;
  readonly #basedOn: Basis;
  readonly #startedAt: number;
  readonly #load: Load;
  #ended = false;

  constructor(owner: SourceOwner, index: number) {
    const { context } = owner;
    this.#owner = owner;
    this.#index = index;
    this.#basedOn = { document: owner.documentOf(index) };
    this.#startedAt = context.clock.monotonic();
    this.#load = new Load(context);
  }

  /** So far, in milliseconds. */
  get durationMs(): number {
    return this.#owner.context.clock.monotonic() - this.#startedAt;
  }

  /** Its time is over: whatever the loader answers later is ignored. */
  expire(): void {
    const { loader, polling } = this.#owner.policy.sources[this.#index]!;
    const text = `Cannot load ${loader.name}: no whole answer within ${polling.deadlineMs} ms (deadlineMs)`;
    this.#load.abort(new LoadError(text, { failure: 'timeout' }));
  }

  /** Ends it without an outcome. */
  abort(error: HoldfastError): void {
    this.#ended = true;
    this.#load.abort(error);
  }

  /** Resolves with the outcome, after its commit; with nothing when it was aborted. Never rejects. */
  async run(task: LoadTask, trigger: Trigger, host: PollHost): Promise<Outcome | undefined> {
    const answer = await this.#load.run(task);
    if (this.#ended) return undefined;
    host.answered();
    if (answer.kind === 'failed') {
      host.settle({ outcome: answer }, undefined);
      this.#owner.healthChanged();
      return answer;
    }
    const common = { source: this.#index, trigger, basedOn: this.#basedOn };
    const proposal: Proposal =
      answer.kind === 'unchanged'
        ? { kind: 'unchanged', ...common }
        : { kind: 'loaded', ...common, loaded: answer };
    const outcome = await this.#owner.propose(proposal, (decision) =>
      host.settle(decision, answer.hints),
    );
    return this.#ended ? undefined : outcome;
  }
}
