import { Delay } from '../lazy-base.ts';
import { withoutOverrides } from '../state/overrides.ts';
import type { Inputs, Override, Pin } from '../state/inputs.ts';
import type { NamedSnapshot } from '../state/named-snapshot.ts';
import type { JsonValue } from '../ports/json.ts';
import type { OperatedConfig, OperatorMemory } from './operated-config.ts';

/**
 * What the operators of one config need between their calls: overrides end when their time is over, and what is to
 * survive a restart is written down. Made with the first call.
 */
export class Operator implements OperatorMemory {
  snapshots: readonly NamedSnapshot[] = [];
  readonly #config: OperatedConfig;
  readonly #delay: Delay;
  /** What could not be ended yet: the documents would be no value without it. */
  readonly #ended = new Set<string>();
  /** What is written down. */
  #written: Persisted;
  /** With these nothing could be ended. */
  #triedWith: Inputs | undefined;
  #writing: Promise<void> | undefined;
  readonly #counts = { o: 0, s: 0 };

  constructor(config: OperatedConfig) {
    const { scheduler } = config.context;
    this.#config = config;
    this.#delay = new Delay(scheduler, () => this.#endDue());
    this.#written = persistedOf(config.state.inputs);
    config.onSettled.add(() => this.#follow());
  }

  nextId(letter: 'o' | 's'): string {
    const { inputs, history } = this.#config.state;
    const versions = [{ inputs }, ...history, ...this.snapshots];
    // what a restart or an import brought has its names already
    const taken = new Set([
      ...versions.flatMap((version) => (version.inputs.overrides ?? []).map(({ id }) => id)),
      ...this.snapshots.map(({ id }) => id),
    ]);
    let id: string;
    do {
      this.#counts[letter] += 1;
      id = `${letter}${this.#counts[letter]}`;
    } while (taken.has(id));
    return id;
  }

  end(id: string): void {
    this.#ended.add(id);
  }

  async written(): Promise<void> {
    await this.#writing;
  }

  #follow(): void {
    const { inputs } = this.#config.state;
    if (this.#config.closed) return this.#delay.cancel();
    const persisted = persistedOf(inputs);
    if (!same(persisted, this.#written)) {
      this.#written = persisted;
      this.#write(persisted);
    }
    if (inputs !== this.#triedWith) this.#awaitEnd(inputs);
  }

  #write({ overrides, pin }: Persisted): void {
    const nothing = overrides.length === 0 && pin === undefined;
    // undefined members are no JSON
    const raw = nothing ? undefined : (JSON.parse(JSON.stringify({ overrides, pin })) as JsonValue);
    this.#writing = this.#config.keep(raw);
  }

  #awaitEnd({ overrides = [] }: Inputs): void {
    const { clock } = this.#config.context;
    const ends = overrides.map(({ id, expiresAt = Infinity }) =>
      this.#ended.has(id) ? -Infinity : expiresAt,
    );
    const next = Math.min(...ends);
    if (next === Infinity) this.#delay.cancel();
    else this.#delay.start(clock.monotonic() + Math.max(0, next - clock.now()));
  }

  #endDue(): void {
    const { inputs } = this.#config.state;
    const now = this.#config.context.clock.now();
    const due = (inputs.overrides ?? []).filter(
      ({ id, expiresAt = Infinity }) => this.#ended.has(id) || expiresAt <= now,
    );
    // the wall clock was set back meanwhile
    if (due.length === 0) return this.#awaitEnd(inputs);
    void this.#endAll(due, inputs);
  }

  async #endAll(due: readonly Override[], inputs: Inputs): Promise<void> {
    this.#triedWith = inputs;
    for (const { id, by, reason } of due) {
      const outcome = await this.#config.propose({
        kind: 'inputs',
        trigger: 'expiry',
        by,
        reason,
        change: (state) => withoutOverrides(state.inputs, [id]),
      });
      if (outcome.kind !== 'accepted') continue;
      this.#ended.delete(id);
      const { context, policy } = this.#config;
      const because = 'expired' as const;
      context.events.emit('override.cleared', policy.name, () => ({ id, because, by, reason }));
    }
  }
}

/** What survives a restart. */
interface Persisted {
  readonly overrides: readonly Override[];
  readonly pin: Pin | undefined;
}

function persistedOf({ overrides = [], pin }: Inputs): Persisted {
  return { overrides: overrides.filter(({ persist }) => persist), pin };
}

function same(a: Persisted, b: Persisted): boolean {
  const { length } = a.overrides;
  return (
    a.pin === b.pin &&
    length === b.overrides.length &&
    a.overrides.every((override, i) => override === b.overrides[i])
  );
}

/** What operators of this config need between their calls; made with the first of them. */
export function operatorOf(config: OperatedConfig): OperatorMemory {
  config.operator ??= new Operator(config);
  return config.operator;
}
