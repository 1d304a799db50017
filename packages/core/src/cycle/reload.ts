import { diff } from '../document/diff.ts';
import type { HoldfastError } from '../errors.ts';
import type { EventType, HoldfastEvents, ReloadBase, Unsubscribe } from '../events.ts';
import { closedOutcome } from '../lazy-base.ts';
import type { ReloadNotes } from '../state/proposal.ts';
import type { CycleTools } from './tools.ts';

/** Events of one attempt to put another value in force. */
type ReloadEvent = Extract<EventType, `reload.${string}`>;

/** What an event says beside what all events of an attempt say. */
type ReloadDetails<K extends ReloadEvent> = Omit<HoldfastEvents[K], keyof ReloadBase>;

/** How an attempt ends that nobody was against. */
type ReloadOutcome = HoldfastEvents['reload.completed']['outcome'];

/**
 * One attempt to put another value in force, and what is told of it: a beginning, and one end, whatever becomes of it.
 * Costs next to nothing where nobody listens.
 */
export class Reload implements ReloadNotes {
  readonly #tools: CycleTools;
  readonly #startedAt: number;
  #id: string | undefined;
  #aside: Exclude<ReloadOutcome, 'applied'> | undefined;
  /** That of a closed config does not begin. */
  #ended: boolean;
  #telling = false;
  readonly #unfollow: Unsubscribe | undefined;
  #values: readonly [before: unknown, after: unknown] = [undefined, undefined];

  constructor(tools: CycleTools) {
    this.#tools = tools;
    this.#startedAt = tools.context.clock.monotonic();
    const { subject, context } = tools;
    this.#ended = subject.closed;
    // closing the config is an end, too
    if (!subject.closed && context.events.hears('reload.failed'))
      this.#unfollow = subject.onSettled.add(() => this.#closed());
    this.tell('reload.started', () => ({}));
  }

  /** A number is enough, and less than a UUID: the audit trail remembers a thousand. */
  get id(): string {
    this.#id ??= String((this.#tools.context.reloads += 1));
    return this.#id;
  }

  validated(before: unknown, after: unknown): void {
    this.#values = [before, after];
    this.tell('reload.validated', () => this.#counted({ durationMs: this.#durationMs }));
  }

  /** It does not come into force, though nobody is against it: so it ends with the commit. */
  putAside(as: Exclude<ReloadOutcome, 'applied'>): this {
    this.#aside = as;
    return this;
  }

  get isAside(): boolean {
    return this.#aside !== undefined;
  }

  completed(version: number, changed: boolean): void {
    if (this.#tools.subject.closed) return;
    const outcome = this.#aside ?? (changed ? 'applied' : 'unchanged');
    const durationMs = this.#durationMs;
    this.#end('reload.completed', () => this.#counted({ outcome, version, durationMs }));
  }

  /** Told once, though several of its documents may have been refused. What was put aside is not what failed. */
  failed(error: HoldfastError): void {
    if (this.isAside || this.#tools.subject.closed) return;
    this.#fail(error, error.code === 'VETOED' ? 'vetoed' : 'refused');
  }

  /** Who closes the config when they hear of it does so before others have heard: the end is told after that. */
  #closed(): void {
    const { subject, policy } = this.#tools;
    if (subject.closed && !this.#telling) this.#fail(closedOutcome(policy.name).error, 'failed');
  }

  #fail(error: HoldfastError, outcome: HoldfastEvents['reload.failed']['outcome']): void {
    this.#end('reload.failed', () => ({ outcome, error, durationMs: this.#durationMs }));
  }

  #end<K extends ReloadEvent>(type: K, details: () => ReloadDetails<K>): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#unfollow?.();
    this.#emit(type, details);
  }

  tell<K extends ReloadEvent>(type: K, details: () => ReloadDetails<K>): void {
    // a config that was closed meanwhile says nothing any more
    if (this.#tools.subject.closed) return;
    this.#telling = true;
    this.#emit(type, details);
    this.#telling = false;
    this.#closed();
  }

  #emit<K extends ReloadEvent>(type: K, details: () => ReloadDetails<K>): void {
    const { context, policy, trigger } = this.#tools;
    context.events.emit(type, policy.name, () => {
      const base = { reloadId: this.id, trigger };
      return Object.defineProperties(base, Object.getOwnPropertyDescriptors(details())) as never;
    });
  }

  get #durationMs(): number {
    return this.#tools.context.clock.monotonic() - this.#startedAt;
  }

  /** Counting compares the values: only for who asks. */
  #counted<T extends object>(details: T): T & { readonly changeCount: number } {
    const [before, after] = this.#values;
    let count: number | undefined;
    return Object.defineProperty(details, 'changeCount', {
      enumerable: true,
      get: () => (count ??= diff(before, after).length),
    }) as T & { readonly changeCount: number };
  }
}

/** Attempts that come into force as one version, each with its own documents: told of as the last one of them. */
export function jointly(reloads: readonly Reload[]): ReloadNotes | undefined {
  const last: ReloadNotes | undefined =
    reloads.findLast(({ isAside }) => !isAside) ?? reloads.at(-1);
  if (last === undefined || reloads.length === 1) return last;
  return {
    get id() {
      return last.id;
    },
    completed: (version, changed) =>
      reloads.forEach((reload) => reload.completed(version, changed)),
    failed: (error) => reloads.forEach((reload) => reload.failed(error)),
    tell: (type, details) => last.tell(type, details),
  };
}
