import { seal } from '../document/seal.ts';
import { share } from '../document/share.ts';
import { HoldfastError, LoadError, messageOf } from '../errors.ts';
import type { ConfigPolicy } from '../options/config.ts';
import { Delay } from '../schedule/timers.ts';
import { type Inputs, type SourceDocument, withDocument } from '../state/inputs.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { Waiting } from '../state/waiting.ts';
import { compare } from './compare.ts';
import type { ManagerContext } from './context.ts';
import { detect, type Detected } from './detect.ts';
import { windowOpensAt } from './limit.ts';
import type { Decision, Proposal } from './proposal.ts';
import { type Resolution, resolve } from './resolve.ts';
import type { Validation } from './validate.ts';

/** What a config is, while one proposal is looked at. */
export interface CycleState {
  readonly policy: ConfigPolicy;
  readonly inputs: Inputs;
  readonly snapshot: Snapshot | undefined;
  /** By index of the source. */
  readonly waiting: readonly (Waiting | undefined)[];
  /** Monotonic times of the updates that may still count. */
  readonly updateTimes: readonly number[];
}

/** What the stages use beside the state. */
export interface CycleTools {
  readonly context: ManagerContext;
  readonly validation: Validation;
}

/**
 * The way of a document: detect, resolve, compare, limit. It changes nothing; the decision is carried out by the
 * commit. Never rejects.
 */
export async function decide(
  state: CycleState,
  proposal: Proposal,
  tools: CycleTools,
): Promise<Decision> {
  try {
    switch (proposal.kind) {
      case 'loaded':
        return await new Cycle(state, proposal, tools).loaded(proposal);
      case 'unchanged':
        return decideUnchanged(state, proposal);
      case 'waiting':
        return await new Cycle(state, proposal, tools).waiting(proposal.source);
      case 'defaults':
        return await new Cycle(state, proposal, tools).defaults();
    }
  } catch (cause) {
    return {
      outcome: {
        kind: 'failed',
        error: new LoadError(`The cycle failed: ${messageOf(cause)}`, { cause }),
      },
    };
  }
}

/** The short way of a poll that brought nothing: no queue, no promise. What waits is no longer what the source has. */
export function decideUnchanged(
  { inputs, waiting }: CycleState,
  { source, basedOn }: Extract<Proposal, { kind: 'unchanged' }>,
): Decision {
  if (inputs.documents[source] !== basedOn.document) return OVERTAKEN;
  return waiting[source] === undefined ? UNCHANGED : { ...UNCHANGED, waiting: undefined };
}

const UNCHANGED: Decision = { outcome: { kind: 'unchanged' } };
const OVERTAKEN: Decision = { ...UNCHANGED, overtaken: true };

class Cycle {
  readonly #state: CycleState;
  readonly #proposal: Proposal;
  readonly #tools: CycleTools;

  constructor(state: CycleState, proposal: Proposal, tools: CycleTools) {
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
      return OVERTAKEN;
    const from = policy.sources[source]!;
    const detected = await this.#inTime<Detected>(
      detect(policy, from, { known, loaded }),
      (limit) => {
        const text = `The document of ${from.loader.name} could not be decoded within ${limit}`;
        return { kind: 'refused', error: new HoldfastError('DECODE_FAILED', text) };
      },
    );
    if (detected.kind === 'refused') return { outcome: detected };
    if (detected.kind === 'new') return this.#propose(source, detected.document);
    return {
      ...UNCHANGED,
      ...(detected.document && { document: detected.document }),
      waiting: undefined,
    };
  }

  async waiting(source: number): Promise<Decision> {
    const waiting = this.#state.waiting[source];
    if (waiting === undefined) return UNCHANGED;
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
    if (snapshot) return UNCHANGED;
    const resolved = await this.#resolve(inputs);
    if (resolved.kind === 'refused') return UNCHANGED;
    return { outcome: this.#accepted(true), resolved };
  }

  async #propose(source: number, document: SourceDocument): Promise<Decision> {
    const { policy, inputs, snapshot } = this.#state;
    const resolved = await this.#resolve(withDocument(inputs, source, document));
    if (resolved.kind === 'refused') {
      const text = `The document of ${policy.sources[source]!.loader.name} ${resolved.error.message}`;
      return this.#refused(
        new HoldfastError(resolved.error.code, text, { cause: resolved.error.cause }),
      );
    }
    const { trigger } = this.#proposal;
    if (trigger !== 'operator' && trigger !== 'cache') {
      const context = compare(policy, inputs.documents[source], document);
      if (context) {
        const text = `The document of ${policy.sources[source]!.loader.name} ${context.message}`;
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
    const { policy, snapshot: before } = this.#state;
    const { validation } = this.#tools;
    const resolution = resolve(policy, inputs, { before, validation });
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
