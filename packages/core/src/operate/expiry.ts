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
      // of several each is tried alone
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
    for (const override of this.#overrides) {
      const now = this.#now();
      // one after the other: each is decided with what the one before left
      if (this.#dueAt(override, now) <= now) await this.#end(override);
    }
    this.#ending = false;
    this.follow();
  }

  async #end({ id, by, reason }: Override): Promise<void> {
    const { context, policy } = this.#config;
    let ended = false;
    const outcome = await this.#config.propose({
      kind: 'inputs',
      trigger: 'expiry',
      by,
      reason,
      change: ({ inputs }) => {
        const left = withoutOverrides(inputs, [id]);
        ended = left !== inputs;
        return left;
      },
    });
    if ('error' in outcome) return this.#failed(id, outcome);
    this.#vetoes = 0;
    // somebody may have been faster
    if (!ended) return;
    const details = { trigger: 'expiry', id, because: 'expired', by, reason } as const;
    context.events.emit('override.cleared', policy.name, () => details);
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
