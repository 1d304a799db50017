import { HoldfastError } from '../lazy-base.ts';
import type { Participant } from '../options/participant.ts';
import type { Decision } from '../state/proposal.ts';
import type { ValueCheck } from '../state/value-check.ts';
import { apply, askAll, takenBack, undoAll } from './apply.ts';
import type { Draft } from './draft.ts';
import { type Asking, concerned } from './participants.ts';
import { refusals } from './refusals.ts';
import { reworded } from './reworded.ts';
import type { CycleTools } from './tools.ts';
import { vetoed } from './veto.ts';

/** So often others may come while those that came before are asked. */
const MOST_ROUNDS = 16;

/**
 * A proposal that was looked at: the schema has nothing more to say. The last stage before the commit are its two phases,
 * in which participants make the change their own, or veto it. They are apart, so that several configs can go through
 * each together; and they are gone through while it `isOpen`: who comes meanwhile, a rule too, has a say like all others.
 */
export class Considered {
  /** What is to become of it, as far as it has come. */
  decision: Decision;
  readonly #draft: Draft;
  readonly #tools: CycleTools;
  /** What it would change; undefined where nobody is asked, or nobody any more. */
  #asking: Asking | undefined;
  /** Who was asked. */
  #participants: readonly Participant[] = [];
  #checks: readonly ValueCheck[];
  /** Who can, and has yet to apply. */
  #able: readonly Participant[] = [];
  /** Who applied, in order. */
  readonly #done: Participant[] = [];
  #rounds = 0;

  constructor(draft: Draft, decision: Decision, tools: CycleTools) {
    this.decision = decision;
    this.#draft = draft;
    this.#tools = tools;
    this.#checks = tools.checks;
    // defaults are nobody's to refuse
    if (tools.proposal.kind !== 'defaults' && draft.changes()) this.#asking = this.#ask();
  }

  #ask(): Asking {
    const { subject, trigger } = this.#tools;
    const { snapshot } = this.#draft.before;
    const version = (snapshot?.version ?? 0) + 1;
    const { value } = this.#draft.resolved!;
    const change = { value, previous: snapshot?.value, version, trigger };
    return { change, subject, reload: this.decision.reload! };
  }

  /** Whether there may be somebody who was not asked. A config that was closed meanwhile changes no more. */
  get isOpen(): boolean {
    const { participants, checks, closed } = this.#tools.subject;
    const asked = participants === this.#participants && checks === this.#checks;
    return this.#asking !== undefined && !closed && !asked;
  }

  /** All who were not asked yet are asked whether they can, which changes nothing: rules first. Never rejects. */
  async canApply(): Promise<void> {
    if (this.#asking === undefined || !this.isOpen) return;
    const { participants, checks } = this.#tools.subject;
    const rules = checks.filter((one) => !this.#checks.includes(one));
    const late = participants.filter((one) => !this.#participants.includes(one));
    this.#participants = participants;
    this.#checks = checks;
    const error = this.#refused(rules);
    if (error) return this.#end(error);
    this.#able = concerned(late, this.#asking);
    const veto = await askAll(this.#able, 'canApply', this.#asking);
    if (veto) await this.#end(veto);
  }

  #refused(rules: readonly ValueCheck[]): HoldfastError | undefined {
    this.#rounds += 1;
    const [refused] = refusals(this.#asking!.change.value, { checks: rules });
    if (refused) return reworded(refused, `What it would come to ${refused.message}`);
    if (this.#rounds <= MOST_ROUNDS) return undefined;
    return new HoldfastError('VETOED', 'Rules or participants kept coming while others were asked');
  }

  /** Each who can applies. Never rejects. */
  async apply(): Promise<void> {
    const [asking, done, by] = [this.#asking, this.#done, this.#able];
    if (asking === undefined || by.length === 0) return;
    this.#able = [];
    const veto = await apply(by, asking, done);
    if (veto) return this.#end(veto);
    const diverged = this.#draft.before.diverged?.filter(
      (name) => !done.some((participant) => participant.name === name),
    );
    const next = { ...this.decision.next, ...(diverged && { diverged }) };
    const undo = () => undoAll(done, asking);
    this.decision = { ...this.decision, next, appliedBy: done, undo };
  }

  /** Somebody would not have it: what was done is undone. */
  async #end(error: HoldfastError): Promise<void> {
    const veto = await takenBack(error, this.#done, this.#asking!);
    this.#asking = undefined;
    this.decision = vetoed(this.#draft, this.decision, { veto, tools: this.#tools });
  }
}
