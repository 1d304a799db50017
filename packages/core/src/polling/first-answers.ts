import type { Outcome } from '../outcome.ts';
import type { Proposal, Settle } from '../state/proposal.ts';
import type { Gathering, SourceOwner } from './owner.ts';

type LoadedProposal = Extract<Proposal, { kind: 'loaded' }>;

/** An answer that waits for those of the other sources. */
interface FirstAnswer {
  readonly proposal: LoadedProposal;
  readonly settle: Settle;
  readonly give: (outcome: Outcome) => void;
}

/**
 * Proposes the answer of a poll. The first answers of several sources are one proposal: they are proposed once every
 * required one has answered or failed, so that nobody sees the layers come one by one.
 */
export function proposeFirst(
  owner: SourceOwner,
  proposal: Proposal,
  settle: Settle,
): Outcome | Promise<Outcome> {
  if (proposal.kind !== 'loaded' || owner.sources.length === 1)
    return owner.propose(proposal, settle);
  const first = (owner.firstAnswers ??= new FirstAnswers(owner));
  return first.add(proposal, settle);
}

/** The first answers of the sources of one config. */
class FirstAnswers implements Gathering {
  readonly #owner: SourceOwner;
  #waiting: FirstAnswer[] = [];
  #over = false;

  constructor(owner: SourceOwner) {
    this.#owner = owner;
  }

  add(proposal: LoadedProposal, settle: Settle): Outcome | Promise<Outcome> {
    if (this.#over) return this.#owner.propose(proposal, settle);
    return new Promise((give) => {
      this.#waiting.push({ proposal, settle, give });
      this.follow();
    });
  }

  follow(): void {
    if (this.#over || this.#waiting.length === 0) return;
    const { sources, closed } = this.#owner;
    const here = new Set(this.#waiting.flatMap(({ proposal }) => proposal.arrivals[0]!.source));
    const complete = sources.every(
      ({ policy, settled, health, index }) =>
        policy.optional ||
        // skipped by a breaker, too; or it ended before it was invalidated
        settled ||
        health.succeeded !== undefined ||
        here.has(index) ||
        this.#owner.documentOf(index) !== undefined,
    );
    if (!complete && !closed) return;
    this.#over = true;
    void this.#propose(this.#waiting);
    this.#waiting = [];
  }

  async #propose(answers: readonly FirstAnswer[]): Promise<void> {
    const arrivals = answers.flatMap(({ proposal }) => proposal.arrivals);
    const { trigger } = answers[0]!.proposal;
    let outcomes: readonly Outcome[] = [];
    const last = await this.#owner.propose({ kind: 'loaded', trigger, arrivals }, (decision) => {
      outcomes = answers.map((_, i) => decision.outcomes?.[i] ?? decision.outcome);
      const { late = [] } = decision;
      for (const [i, { settle, proposal }] of answers.entries()) {
        const overtaken = late.includes(proposal.arrivals[0]!.source);
        settle({ ...decision, outcome: outcomes[i]!, overtaken });
      }
    });
    for (const [i, { give }] of answers.entries()) give(outcomes[i] ?? last);
  }
}
