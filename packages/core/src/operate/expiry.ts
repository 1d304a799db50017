import { backoffWait, Delay } from '../lazy-base.ts';
import type { Outcome } from '../outcome.ts';
import type { Inputs, Override } from '../state/inputs.ts';
import { withoutOverrides } from '../state/overrides.ts';
import type { OperatedConfig } from './operated-config.ts';

/**
 * Ends overrides when their time is over, and those that could not be taken away when somebody wanted it. What is
 * refused is tried again when the inputs have changed, what is vetoed also after the backoff.
 */
export class Expiry {
  readonly #config: OperatedConfig;
  readonly #delay: Delay;
  /** The monotonic time at which each ends at the latest: a wall clock that steps back keeps none alive. */
  readonly #latest = new WeakMap<Override, number>();
  /** Somebody took them away, in vain so far. */
  readonly #unwanted = new Set<string>();
  /** By override: the monotonic time before which there is no use in trying. */
  readonly #vain = new Map<string, number>();
  /** With these. */
  #inputs: Inputs | undefined;
  /** In a row. */
  #vetoes = 0;
  #ending = false;

  constructor(config: OperatedConfig) {
    this.#config = config;
    this.#delay = new Delay(config.context.scheduler, () => void this.#endDue());
  }

  /** They could not be taken away together just now, but are to go. */
  end(overrides: readonly Override[], outcome: Outcome): void {
    this.follow();
    for (const { id } of overrides) {
      this.#unwanted.add(id);
      // of several some may go
      if (overrides.length === 1) this.#failed(id, outcome);
    }
    this.#awaitNext();
  }

  /** Something ended; the inputs may be others. */
  follow(): void {
    const { closed, state } = this.#config;
    if (closed) return this.#delay.cancel();
    if (state.inputs !== this.#inputs) {
      this.#inputs = state.inputs;
      this.#vain.clear();
      const left = new Set(this.#overrides.map(({ id }) => id));
      for (const id of this.#unwanted) if (!left.has(id)) this.#unwanted.delete(id);
    }
    this.#awaitNext();
  }

  get #overrides(): readonly Override[] {
    return this.#config.state.inputs.overrides ?? [];
  }

  #now(): number {
    return this.#config.context.clock.monotonic();
  }

  #awaitNext(): void {
    // whoever ends them looks again afterwards
    if (this.#ending) return;
    const now = this.#now();
    const next = Math.min(...this.#overrides.map((override) => this.#dueAt(override, now)));
    if (next === Infinity) this.#delay.cancel();
    else this.#delay.start(next);
  }

  /** In monotonic time; expiry goes by the wall clock, which goes on while the machine sleeps. */
  #dueAt(override: Override, now: number): number {
    const { id, expiresAt = Infinity } = override;
    const byWall = now + Math.max(0, expiresAt - this.#config.context.clock.now());
    const latest = Math.min(byWall, this.#latest.get(override) ?? Infinity);
    this.#latest.set(override, latest);
    return Math.max(this.#unwanted.has(id) ? now : latest, this.#vain.get(id) ?? -Infinity);
  }

  async #endDue(): Promise<void> {
    this.#ending = true;
    const now = this.#now();
    const { inputs } = this.#config.state;
    await this.#end(this.#overrides.filter((override) => this.#dueAt(override, now) <= now));
    // what could not go before the others went is tried again with what could not go after them
    if (this.#config.state.inputs !== inputs) this.#vain.clear();
    this.#ending = false;
    this.follow();
  }

  /** All in one step; where some of them cannot go, halves, each decided with what the one before left. */
  async #end(due: readonly Override[]): Promise<void> {
    if (due.length === 0) return;
    const { context, policy } = this.#config;
    const ids = new Set(due.map(({ id }) => id));
    let gone: readonly Override[] = [];
    const outcome = await this.#config.propose({
      kind: 'inputs',
      trigger: 'expiry',
      by: several(due.map(({ by }) => by)),
      reason: several(due.map(({ reason }) => reason)),
      change: ({ inputs }) => {
        // somebody may have been faster
        gone = (inputs.overrides ?? []).filter(({ id }) => ids.has(id));
        return withoutOverrides(inputs, [...ids]);
      },
    });
    if (!('error' in outcome)) {
      this.#vetoes = 0;
      for (const { id, by, reason } of gone) {
        const details = { trigger: 'expiry', id, because: 'expired', by, reason } as const;
        context.events.emit('override.cleared', policy.name, () => details);
      }
    } else if (due.length === 1) this.#failed(due[0]!.id, outcome);
    else {
      const half = due.length >> 1;
      await this.#end(due.slice(0, half));
      await this.#end(due.slice(half));
    }
  }

  #failed(id: string, { kind }: Outcome): void {
    const { context, policy } = this.#config;
    const { minIntervalMs, intervalMs, backoffMaxMs } = policy.sources[0]!.polling;
    const backoff = { minMs: minIntervalMs, baseMs: intervalMs, maxMs: backoffMaxMs };
    this.#vetoes = kind === 'vetoed' ? this.#vetoes + 1 : 0;
    const waitMs =
      kind === 'vetoed' ? backoffWait(backoff, this.#vetoes, context.random()) : Infinity;
    this.#vain.set(id, this.#now() + waitMs);
  }
}

/** So many are named. */
const NAMED = 3;

/** What differs in several, for people. */
function several(all: readonly string[]): string {
  const texts = [...new Set(all)];
  const more = texts.length - NAMED;
  const named = texts.slice(0, NAMED).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}
