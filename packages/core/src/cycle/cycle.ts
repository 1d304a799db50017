import {
  Delay,
  HoldfastError,
  overtaken,
  seal,
  share,
  unchanged,
  windowOpensAt,
  withDocument,
} from '../lazy-base.ts';
import type { Inputs, SourceDocument } from '../state/inputs.ts';
import type { CycleState, Decision, Proposal } from '../state/proposal.ts';
import { compare } from './compare.ts';
import type { ManagerContext } from './context.ts';
import { detect, type Detected } from './detect.ts';
import type { Resolution } from './resolve.ts';
import { titleOf } from './title.ts';

export { diff } from '../document/diff.ts';
export { AuditTrail } from './audit.ts';
export { notify } from './notify.ts';

/** What the stages use beside the state. */
export interface CycleTools {
  readonly context: ManagerContext;
  /** What inputs amount to, beside what is in force. */
  resolve(inputs: Inputs): Resolution | Promise<Resolution>;
}

/** What has to be looked at: all but the news that there is no news. */
export type Looked = Exclude<Proposal, { kind: 'unchanged' }>;

/**
 * The way of a document: detect, resolve, compare, limit. It changes nothing; the decision is carried out by the
 * commit.
 */
export function decide(state: CycleState, proposal: Looked, tools: CycleTools): Promise<Decision> {
  const cycle = new Cycle(state, proposal, tools);
  switch (proposal.kind) {
    case 'loaded':
      return cycle.loaded(proposal);
    case 'waiting':
      return cycle.waiting(proposal.source);
    case 'defaults':
      return cycle.defaults();
  }
}

class Cycle {
  readonly #state: CycleState;
  readonly #proposal: Looked;
  readonly #tools: CycleTools;

  constructor(state: CycleState, proposal: Looked, tools: CycleTools) {
    this.#state = state;
    this.#proposal = proposal;
    this.#tools = tools;
  }

  async loaded({
    source,
    loaded,
    basedOn,
  }: Extract<Proposal, { kind: 'loaded' }>): Promise<Decision> {
    const { policy, inputs } = this.#state;
    const known = inputs.documents[source];
    if (basedOn ? basedOn.document !== known : this.#proposal.trigger === 'cache' && known)
      return overtaken;
    const from = policy.sources[source]!;
    const detected = await this.#inTime<Detected>(
      detect(policy, from, { known, loaded }),
      (limit) => {
        const text = `The document of ${titleOf(from.loader)} could not be decoded within ${limit}`;
        return { kind: 'refused', error: new HoldfastError('DECODE_FAILED', text) };
      },
    );
    if (detected.kind === 'refused') return { outcome: detected };
    if (detected.kind === 'new') return this.#propose(source, detected.document);
    if (detected.kind === 'ignorable') return this.#confirm(source, detected.document);
    return {
      ...unchanged,
      ...(detected.document && { document: detected.document }),
      waiting: undefined,
    };
  }

  /** What changed does not count, but a document that the schema refuses is refused all the same. */
  async #confirm(source: number, document: SourceDocument): Promise<Decision> {
    const decision = await this.#propose(source, document);
    return decision.outcome.kind === 'accepted' || decision.outcome.kind === 'held'
      ? { ...unchanged, document, waiting: undefined }
      : decision;
  }

  async waiting(source: number): Promise<Decision> {
    const waiting = this.#state.waiting[source];
    if (waiting === undefined) return unchanged;
    // it was read before what is in force now may have come: its unchanged parts become those of today
    const known = this.#state.inputs.documents[source];
    const raw = seal(
      share(known?.raw, waiting.document.raw),
      known?.raw,
      this.#state.policy.limits,
    );
    return this.#propose(source, { ...waiting.document, raw });
  }

  async defaults(): Promise<Decision> {
    const { inputs, snapshot } = this.#state;
    if (snapshot) return unchanged;
    const resolved = await this.#resolve(inputs);
    if (resolved.kind === 'refused') return { ...unchanged, defaultsRefused: resolved.error };
    return { outcome: this.#accepted(true), resolved };
  }

  async #propose(source: number, document: SourceDocument): Promise<Decision> {
    const { policy, inputs, snapshot } = this.#state;
    const resolved = await this.#resolve(withDocument(inputs, source, document));
    if (resolved.kind === 'refused') {
      const merged = policy.defaults === undefined ? '' : ', laid over the defaults,';
      const title = titleOf(policy.sources[source]!.loader);
      const text = `The document of ${title}${merged} ${resolved.error.message}`;
      return this.#refused(
        new HoldfastError(resolved.error.code, text, { cause: resolved.error.cause }),
      );
    }
    const { trigger } = this.#proposal;
    if (trigger !== 'operator' && trigger !== 'cache') {
      const context = compare(policy, inputs.documents[source], document);
      if (context) {
        const text = `The document of ${titleOf(policy.sources[source]!.loader)} ${context.message}`;
        const error = new HoldfastError(context.code, text);
        return { outcome: { kind: 'refused', error }, waiting: { kind: 'kept', document, error } };
      }
    }
    const changed = snapshot === undefined || !Object.is(resolved.value, snapshot.value);
    const held = changed ? this.#held(document) : undefined;
    return held ?? { outcome: this.#accepted(changed), document, resolved, waiting: undefined };
  }

  /** A verdict on the document alone is final. What waited before it waits on, unless it is that document itself. */
  #refused(error: HoldfastError): Decision {
    const outcome = { kind: 'refused', error } as const;
    return this.#proposal.kind === 'waiting' ? { outcome, waiting: undefined } : { outcome };
  }

  #held(document: SourceDocument): Decision | undefined {
    const { trigger } = this.#proposal;
    if (trigger === 'operator' || trigger === 'cache') return undefined;
    const { clock } = this.#tools.context;
    const { updateTimes, policy } = this.#state;
    const now = clock.monotonic();
    const opensAt = windowOpensAt(updateTimes, policy.updates, now);
    if (opensAt === undefined) return undefined;
    const until = clock.now() + (opensAt - now);
    return { outcome: { kind: 'held', until }, waiting: { kind: 'held', document, opensAt } };
  }

  #accepted(changed: boolean): Decision['outcome'] {
    const version = this.#state.snapshot?.version ?? 0;
    return { kind: 'accepted', version: changed ? version + 1 : version, changed };
  }

  async #resolve(inputs: Inputs): Promise<Resolution> {
    const resolution = this.#tools.resolve(inputs);
    if (!(resolution instanceof Promise)) return resolution;
    return this.#inTime(resolution, (limit) => {
      const text = `could not be checked: the schema did not answer within ${limit}`;
      return { kind: 'refused', error: new HoldfastError('SCHEMA_FAILED', text) };
    });
  }

  /** Only what is asynchronous can be stopped; the rest holds the thread. */
  #inTime<T>(pending: Promise<T>, late: (limit: string) => T): Promise<T> {
    const { clock, scheduler } = this.#tools.context;
    const { validateTimeoutMs } = this.#state.policy;
    return new Promise((give, fail) => {
      const delay = new Delay(scheduler, () =>
        give(late(`${validateTimeoutMs} ms (validateTimeoutMs)`)),
      ).start(clock.monotonic() + validateTimeoutMs);
      pending.finally(() => delay.cancel()).then(give, fail);
    });
  }
}
