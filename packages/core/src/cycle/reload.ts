import { diff } from '../document/diff.ts';
import type { HoldfastError } from '../errors.ts';
import type { EventType, HoldfastEvents, ReloadBase } from '../events.ts';
import type { ReloadNotes } from '../state/proposal.ts';
import type { CycleTools } from './tools.ts';

/** Events of one attempt to put another value in force. */
type ReloadEvent = Extract<EventType, `reload.${string}`>;

/** What an event says beside what all events of an attempt say. */
type ReloadDetails<K extends ReloadEvent> = Omit<HoldfastEvents[K], keyof ReloadBase>;

/** One attempt to put another value in force, and what is told of it. Costs next to nothing where nobody listens. */
export class Reload implements ReloadNotes {
  readonly #tools: CycleTools;
  readonly #startedAt: number;
  #id: string | undefined;
  #failed = false;
  #values: readonly [before: unknown, after: unknown] = [undefined, undefined];

  constructor(tools: CycleTools) {
    this.#tools = tools;
    this.#startedAt = tools.context.clock.monotonic();
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

  completed(version: number): void {
    const durationMs = this.#durationMs;
    this.tell('reload.completed', () => this.#counted({ version, durationMs }));
  }

  /** Told once, though several of its documents may have been refused. */
  failed(error: HoldfastError): void {
    if (this.#failed) return;
    this.#failed = true;
    const outcome = error.code === 'VETOED' ? ('vetoed' as const) : ('refused' as const);
    this.tell('reload.failed', () => ({ outcome, error, durationMs: this.#durationMs }));
  }

  tell<K extends ReloadEvent>(type: K, details: () => ReloadDetails<K>): void {
    const { context, policy, trigger, comparer } = this.#tools;
    // a config that was closed meanwhile says nothing any more
    if (comparer.closed) return;
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

/** Attempts that come into force as one version, each with its own documents: told of as the last one. */
export function jointly(reloads: readonly ReloadNotes[]): ReloadNotes | undefined {
  const last = reloads.at(-1);
  if (last === undefined || reloads.length === 1) return last;
  return {
    get id() {
      return last.id;
    },
    completed: (version) => reloads.forEach((reload) => reload.completed(version)),
    failed: (error) => reloads.forEach((reload) => reload.failed(error)),
    tell: (type, details) => last.tell(type, details),
  };
}
