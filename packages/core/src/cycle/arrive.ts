import { HoldfastError, seal, share, wallTime } from '../lazy-base.ts';
import type { Outcome } from '../outcome.ts';
import { type Inputs, type SourceDocument, withDocument } from '../state/inputs.ts';
import type { Arrival, Decision } from '../state/proposal.ts';
import { isRetryable, knownDocument, type Waiting } from '../state/waiting.ts';
import { type Attempt, attempt } from './attempt.ts';
import { isBarred } from './barred.ts';
import { compare } from './compare.ts';
import type { CycleTools } from './tools.ts';
import type { Candidate, Draft } from './draft.ts';
import { type Arrived, look, type SourceOutcome } from './look.ts';
import { jointly, type Reload } from './reload.ts';
import { reworded } from './reworded.ts';
import { subjectOf } from './title.ts';

type Tried<Kind extends Attempt['kind']> = Extract<Attempt, { kind: Kind }>;

/** The way of documents: detect, resolve, compare, limit. */
export class Arriving {
  readonly #draft: Draft;
  readonly #tools: CycleTools;
  /** By source. */
  readonly #outcomes = new Map<number, SourceOutcome>();
  /** Of those who made it. */
  readonly #reloads: Reload[] = [];

  constructor(draft: Draft, tools: CycleTools) {
    this.#draft = draft;
    this.#tools = tools;
  }

  /** Documents that were loaded just now. */
  async loaded(arrivals: readonly Arrival[]): Promise<Decision> {
    const arrived: Arrived[] = [];
    for (const arrival of arrivals) {
      const looked = await look(arrival, this.#draft, this.#tools);
      if (typeof looked === 'string' || 'kind' in looked) {
        this.#outcomes.set(arrival.source, looked);
        if (looked !== 'overtaken' && looked.kind === 'refused') this.#drop(arrival.source);
      } else arrived.push(looked);
    }
    await this.#consider(arrived);
    return this.#decision(arrivals.map(({ source }) => source));
  }

  /** Documents that wait. */
  async again(sources: readonly number[], cached: boolean): Promise<Decision> {
    const { before } = this.#draft;
    const waiting = cached ? before.cached : before.waiting;
    for (const source of sources) {
      // something else became of it meanwhile
      if (waiting[source] === undefined) this.#outcomes.set(source, { kind: 'unchanged' });
    }
    const waited = sources.filter((source) => waiting[source] !== undefined);
    await this.#consider(waited.map((source) => this.#waited(source, waiting[source]!, cached)));
    return this.#decision(sources);
  }

  /** It was read before what is in force now may have come: its unchanged parts become those of today. */
  #waited(source: number, { document }: Waiting, cached: boolean): Arrived {
    const known = this.#draft.inputs.documents[source];
    const raw = seal(share(known?.raw, document.raw), known?.raw, this.#tools.policy.limits);
    // the same one, unless it shares more now: polls that run go by that
    const waited = raw === document.raw ? document : { ...document, raw };
    return { source, document: waited, cached, ignorable: false };
  }

  /** All together, with what waits of other sources; if that will not do, each alone. */
  async #consider(arrived: readonly Arrived[]): Promise<void> {
    const fit: Arrived[] = [];
    for (const candidate of arrived) if (!(await this.#bar(candidate))) fit.push(candidate);
    if (fit.length === 0) return;
    const all = [...fit, ...this.#waitingBeside(fit)];
    if (await this.#try(all, all.length === 1)) return;
    if (all.length > 1) for (const candidate of all) await this.#try([candidate], true);
  }

  /** Documents of other sources that only the others kept away; what was in force before the restart was so together. */
  #waitingBeside(fit: readonly Candidate[]): readonly Arrived[] {
    const { waiting, cached } = this.#draft;
    const restores = fit.some((candidate) => candidate.cached);
    return this.#tools.policy.sources.flatMap((_, source) => {
      if (fit.some((candidate) => candidate.source === source)) return [];
      const [own, last] = [waiting[source], cached[source]];
      if (last && restores) return this.#waited(source, last, true);
      if (own && isRetryable(own)) return this.#waited(source, own, false);
      return last && isRetryable(last) ? this.#waited(source, last, true) : [];
    });
  }

  /** Whether the document was pinned away. */
  async #bar(candidate: Candidate): Promise<boolean> {
    const draft = this.#draft;
    const { source, document, cached } = candidate;
    const barred = await isBarred(draft.before, candidate, this.#tools);
    if (document === undefined || !barred) return false;
    // it is not what is to be in force again
    if (cached) draft.wait(candidate, undefined);
    const isNews = !cached || draft.waiting[source] === undefined;
    if (isNews) draft.wait({ source, cached: false }, { kind: 'barred', document });
    this.#outcomes.set(source, { kind: 'held' });
    return true;
  }

  /** What the document is compared with may keep it away: the error says so. */
  #compare(candidate: Arrived): HoldfastError | undefined {
    const { policy, trigger } = this.#tools;
    const { source, document, cached, lost } = candidate;
    if (document === undefined || trigger === 'operator' || cached) return undefined;
    const before = knownDocument(this.#draft, source);
    const context = compare(policy, { before, after: document, lost });
    if (context === undefined) return undefined;
    const error = new HoldfastError(
      context.code,
      `${this.#subjectOf(candidate)} ${context.message}`,
    );
    this.#keep(candidate, document, error);
    return error;
  }

  /** @param last Nothing else is tried: a refusal is the verdict. */
  async #try(candidates: readonly Arrived[], last: boolean): Promise<boolean> {
    const inputs = candidates.reduce<Inputs>(
      (so, { source, document }) => withDocument(so, source, document),
      this.#draft.inputs,
    );
    const tried = await attempt(inputs, this.#draft, this.#tools);
    if (tried.kind === 'refused') {
      if (last) for (const candidate of candidates) this.#refuse(candidate, tried);
      else tried.reload.failed(together(tried.error));
      return false;
    }
    const rest: Arrived[] = [];
    for (const candidate of candidates) {
      const error = this.#compare(candidate);
      if (error) tried.reload?.failed(error);
      else rest.push(candidate);
    }
    if (rest.length > 0 && rest.length < candidates.length) return this.#try(rest, last);
    if (rest.length > 0) this.#take(rest, tried);
    return true;
  }

  /** Nobody is against it: it is accepted, or waits until the limit of updates allows it, unless nothing in it counts. */
  #take(candidates: readonly Arrived[], { resolved, reload }: Tried<'value'>): void {
    const draft = this.#draft;
    if (reload) this.#reloads.push(reload);
    if (candidates.every(({ ignorable }) => ignorable)) {
      reload?.putAside('unchanged');
      draft.inputs = resolved.inputs;
      for (const candidate of candidates) {
        draft.wait(candidate, undefined);
        this.#outcomes.set(candidate.source, { kind: 'unchanged' });
      }
      return;
    }
    const dueAt = draft.heldUntil(resolved);
    if (dueAt === undefined) return draft.accept(resolved, candidates);
    reload?.putAside('held');
    for (const candidate of candidates) this.#hold(candidate, dueAt);
  }

  #hold(candidate: Candidate, dueAt: number): void {
    const { source, document } = candidate;
    const { clock } = this.#tools.context;
    // an absent document comes with the next poll
    if (document) this.#draft.wait(candidate, { kind: 'held', document, dueAt });
    this.#outcomes.set(source, { kind: 'held', until: wallTime(clock, dueAt) });
  }

  #refuse(candidate: Arrived, { error, contextual, reload }: Tried<'refused'>): void {
    const { policy, proposal } = this.#tools;
    const { source, document } = candidate;
    const merged =
      policy.defaults === undefined && policy.sources.length === 1 ? '' : this.#laidOver();
    const refused = reworded(error, `${this.#subjectOf(candidate)}${merged} ${error.message}`);
    reload.failed(refused);
    if (contextual && document) return this.#keep(candidate, document, refused);
    this.#outcomes.set(source, { kind: 'refused', error: refused });
    // a verdict on the document alone is final; what waited before it waits on, unless it is that document itself
    if (proposal.kind === 'waiting') this.#draft.wait(candidate, undefined);
    else if (!candidate.cached) this.#drop(source);
  }

  #subjectOf({ source, document, pushedBy }: Arrived): string {
    const { loader } = this.#tools.policy.sources[source]!;
    const cached = this.#tools.trigger === 'cache';
    return subjectOf(loader, { pushedBy, from: document?.from, cached });
  }

  /** A newer document was refused: what waits for `acceptRefused()` alone is what the source has no more. */
  #drop(source: number): void {
    const waiting = this.#draft.waiting[source];
    if (waiting?.kind === 'kept' && !isRetryable(waiting))
      this.#draft.wait({ source, cached: false }, undefined);
  }

  #laidOver(): string {
    const { sources } = this.#tools.policy;
    return sources.length === 1 ? ', laid over the defaults,' : ', with the other layers,';
  }

  #keep(candidate: Candidate, document: SourceDocument, error: HoldfastError): void {
    this.#draft.wait(candidate, { kind: 'kept', document, error });
    this.#outcomes.set(candidate.source, { kind: 'refused', error });
  }

  #decision(sources: readonly number[]): Decision {
    const draft = this.#draft;
    const late = sources.filter((source) => this.#outcomes.get(source) === 'overtaken');
    const outcomes = sources.map((source): Outcome => {
      const outcome = this.#outcomes.get(source) ?? (draft.resolved ? draft.accepted : undefined);
      return outcome === undefined || outcome === 'overtaken' ? { kind: 'unchanged' } : outcome;
    });
    const reload = jointly(this.#reloads);
    return {
      outcome: outcomes[0] ?? { kind: 'unchanged' },
      ...(outcomes.length > 1 && { outcomes }),
      ...(late.length > 0 && { late, overtaken: late.length === sources.length }),
      next: draft.next(),
      ...(reload && { reload }),
    };
  }
}

/** What is wrong with several documents at once; each is tried alone then. */
function together(error: HoldfastError): HoldfastError {
  return reworded(error, `What the sources say together ${error.message}`);
}
