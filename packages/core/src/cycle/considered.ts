import type { Participant } from '../options/participant.ts';
import type { Decision } from '../state/proposal.ts';
import { apply, canApply, type Vetoed } from './apply.ts';
import type { Draft } from './draft.ts';
import { type Asking, concerned } from './participants.ts';
import type { CycleTools } from './tools.ts';
import { vetoed } from './veto.ts';

/** What a proposal would change, and who is asked about it. */
interface Question {
  readonly by: readonly Participant[];
  readonly asking: Asking;
}

/**
 * A proposal that was looked at: schema and rules have nothing more to say. The last stage before the commit are its two
 * phases, in which participants make the change their own, or veto it. They are apart, so that several configs can go
 * through each together.
 */
export class Considered {
  /** What is to become of it, as far as it has come. */
  decision: Decision;
  readonly #draft: Draft;
  readonly #tools: CycleTools;
  /** None where nobody is asked, or nobody any more. */
  #question: Question | undefined;

  constructor(draft: Draft, decision: Decision, tools: CycleTools) {
    this.decision = decision;
    this.#draft = draft;
    this.#tools = tools;
    const { participants, proposal, comparer } = tools;
    // defaults are nobody's to refuse, and a config that was closed meanwhile changes no more
    const asks = proposal.kind !== 'defaults' && !comparer.closed;
    if (participants.length > 0 && asks && draft.changes()) this.#question = this.#ask();
  }

  #ask(): Question {
    const { participants, context, comparer, trigger } = this.#tools;
    const { snapshot } = this.#draft.before;
    const version = (snapshot?.version ?? 0) + 1;
    const { value } = this.#draft.resolved!;
    const change = { value, previous: snapshot?.value, version, trigger };
    const asking: Asking = { context, change, comparer, reload: this.decision.reload! };
    return { asking, by: concerned(participants, asking) };
  }

  /** All are asked whether they can, which changes nothing. Never rejects. */
  async canApply(): Promise<void> {
    if (this.#question === undefined) return;
    const veto = await canApply(this.#question.by, this.#question.asking);
    if (veto) this.#end(veto);
  }

  /** Each applies, unless one could not. Never rejects. */
  async apply(): Promise<void> {
    if (this.#question === undefined) return;
    const { by, asking } = this.#question;
    const result = await apply(by, asking);
    if (result.kind === 'vetoed') return this.#end(result);
    const diverged = this.#draft.before.diverged?.filter(
      (name) => !by.some((participant) => participant.name === name),
    );
    const next = { ...this.decision.next, ...(diverged && { diverged }) };
    this.decision = { ...this.decision, next, undo: result.undo };
  }

  #end(veto: Vetoed): void {
    this.decision = vetoed(this.#draft, this.decision, { veto, tools: this.#tools });
    this.#question = undefined;
  }
}
