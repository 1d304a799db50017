import { backoffWait, Delay } from '../lazy-base.ts';
import type { HoldfastError } from '../errors.ts';
import type { Override } from '../state/inputs.ts';
import { withoutOverrides } from '../state/overrides.ts';
import type { Because } from './because.ts';
import type { OperatedConfig } from './operated-config.ts';

/** So many tries make a round, and between two rounds lies the backoff: one of a thousand is found within it. */
const MOST_TRIES = 24;

/** An override that is to go, and could not yet, or that somebody took away. */
interface Stay {
  /** Who took it away; nobody where its time is over. */
  because?: Because;
  /** What is against it. */
  error?: HoldfastError;
  /** With so many at most it is tried next; 0: it was tried alone, and is again after all others. */
  together: number;
  /** The monotonic time before which there is no use in trying; Infinity: not again in this round. */
  notBefore: number;
  told?: boolean;
}

/**
 * Ends overrides when their time is over, and those that could not be taken away when somebody wanted it. What cannot
 * go is tried again when the inputs or the checks have changed, and after the backoff.
 */
export class Expiry {
  readonly #config: OperatedConfig;
  readonly #delay: Delay;
  /** The monotonic time at which each ends at the latest: a wall clock that steps back keeps none alive. */
  readonly #latest = new WeakMap<Override, number>();
  readonly #stays = new Map<Override, Stay>();
  /** What those were tried with: checks, documents, overrides. */
  #with: readonly unknown[] = [];
  /** Rounds after which some stay, in a row. */
  #level = 0;
  #ending = false;

  constructor(config: OperatedConfig) {
    this.#config = config;
    this.#delay = new Delay(config.context.scheduler, () => void this.#endDue());
  }

  /** They could not be taken away together just now, but are to go. */
  end(overrides: readonly Override[], error: HoldfastError, because: Because): void {
    this.follow();
    const left = overrides.filter((override) => this.#overrides.includes(override));
    for (const override of left) this.#stayOf(override).because = because;
    this.#failed(left, error);
    if (!this.#ending) this.#rest();
    this.follow();
  }

  /** Something ended; the inputs may be others. */
  follow(): void {
    if (this.#config.closed) return this.#delay.cancel();
    // whoever ends them looks again afterwards
    if (this.#ending) return;
    this.#followInputs();
    this.#awaitNext();
  }

  /** Why an override is still there, though it is to go. */
  overdue(override: Override): string | undefined {
    return this.#stays.get(override)?.error?.message;
  }

  #followInputs(): void {
    const { checks, state } = this.#config;
    // an end that a health check took back leaves other inputs, in which all this is the same
    const now = [checks, state.inputs.documents, ...this.#overrides];
    const before = this.#with;
    if (now.length === before.length && now.every((one, i) => one === before[i])) return;
    this.#with = now;
    this.#level = 0;
    const left = new Set(this.#overrides);
    for (const [override, stay] of this.#stays) {
      if (left.has(override)) stay.notBefore = -Infinity;
      else this.#stays.delete(override);
    }
  }

  get #overrides(): readonly Override[] {
    return this.#config.state.inputs.overrides ?? [];
  }

  #now(): number {
    return this.#config.context.clock.monotonic();
  }

  #stayOf(override: Override): Stay {
    const stay = this.#stays.get(override) ?? { together: 0, notBefore: -Infinity };
    this.#stays.set(override, stay);
    return stay;
  }

  #awaitNext(): void {
    const now = this.#now();
    const next = Math.min(...this.#overrides.map((override) => this.#dueAt(override, now)));
    if (next === Infinity) this.#delay.cancel();
    else this.#delay.start(next);
  }

  /** In monotonic time; expiry goes by the wall clock, which goes on while the machine sleeps. */
  #dueAt(override: Override, now: number): number {
    const { at, expiresAt = Infinity } = override;
    const left = Math.max(0, expiresAt - this.#config.context.clock.now());
    // it is never longer than it was meant to be, wherever the clock was set while the process was down
    const byWall = now + Math.min(left, expiresAt - at);
    const latest = Math.min(byWall, this.#latest.get(override) ?? Infinity);
    this.#latest.set(override, latest);
    const { because, notBefore = -Infinity } = this.#stays.get(override) ?? {};
    return Math.max(because ? now : latest, notBefore);
  }

  #due(): readonly Override[] {
    const now = this.#now();
    return this.#overrides.filter((override) => this.#dueAt(override, now) <= now);
  }

  /** Those whose time has just come, or else the largest group of those that stayed. */
  #next(): readonly Override[] {
    const due = this.#due();
    const size = (override: Override): number => this.#stays.get(override)?.together ?? Infinity;
    const most = Math.max(...due.map(size));
    return due.filter((override) => size(override) === most).slice(0, most || Infinity);
  }

  async #endDue(): Promise<void> {
    this.#ending = true;
    let gone = 0;
    for (let tries = 0; tries < MOST_TRIES && !this.#config.closed; tries++) {
      const next = this.#next();
      if (next.length === 0) break;
      gone += await this.#end(next);
    }
    for (const override of this.#due()) {
      const stay = this.#stays.get(override);
      if (stay) stay.notBefore = Infinity;
    }
    // what could not go before the others went may be able to now
    this.#rest({ tell: gone === 0 });
    this.#ending = false;
    this.follow();
  }

  /** All in one step; where some of them cannot go, halves are tried next. Gives how many went. */
  async #end(due: readonly Override[]): Promise<number> {
    const because = due.map((override) => this.#stays.get(override)?.because ?? override);
    let gone: readonly Override[] = [];
    const outcome = await this.#config.propose({
      kind: 'inputs',
      trigger: 'expiry',
      by: several(because.map(({ by }) => by)),
      reason: several(because.map(({ reason }) => reason)),
      change: ({ inputs }) => {
        // somebody may have been faster
        gone = due.filter((override) => inputs.overrides?.includes(override));
        return withoutOverrides(
          inputs,
          gone.map(({ id }) => id),
        );
      },
    });
    if ('error' in outcome) {
      this.#failed(due, outcome.error);
      return 0;
    }
    const { context, policy } = this.#config;
    for (const override of gone) {
      const cleared = this.#stays.get(override)?.because;
      const { by, reason } = cleared ?? override;
      const how = cleared ? 'cleared' : 'expired';
      const details = { trigger: 'expiry', id: override.id, because: how, by, reason } as const;
      context.events.emit('override.cleared', policy.name, () => details);
    }
    return gone.length;
  }

  #failed(group: readonly Override[], error: HoldfastError): void {
    const next =
      group.length === 1
        ? { together: 0, notBefore: Infinity }
        : { together: Math.ceil(group.length / 2) };
    for (const override of group) Object.assign(this.#stayOf(override), { error, ...next });
  }

  /** Those that stay after this round wait for the backoff. */
  #rest({ tell } = { tell: true }): void {
    const present = new Set(this.#overrides);
    const those = [...this.#stays].filter(
      ([override, { notBefore }]) => notBefore === Infinity && present.has(override),
    );
    if (those.length === 0) return;
    const { context, policy } = this.#config;
    this.#level += 1;
    const waitMs = backoffWait(policy.sources[0]!.polling, this.#level, context.random());
    for (const [, stay] of those) stay.notBefore = this.#now() + waitMs;
    if (tell) this.#tell(those.filter(([, { told }]) => told !== true));
  }

  /** Says it once of each that stays, and of all at once. */
  #tell(those: readonly (readonly [Override, Stay])[]): void {
    if (those.length === 0 || this.#config.closed) return;
    for (const [, stay] of those) stay.told = true;
    const source = several(those.map(([{ id }]) => id));
    const [[{ expiresAt }, { because, error }]] = those as [(typeof those)[number]];
    const ended = because
      ? `was cleared by ${because.by}`
      : `ended at ${new Date(expiresAt!).toJSON()}`;
    const what =
      those.length === 1
        ? `Override ${source} ${ended}, but stays`
        : `Overrides ${source} were cleared or came to their end, but stay`;
    const message = `${what}: ${error?.message}`;
    const { context, policy } = this.#config;
    context.events.emit('config.warned', policy.name, () => ({ source, message }));
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
