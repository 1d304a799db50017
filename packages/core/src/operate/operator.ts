import { CLOSE_PATIENCE_MS, HoldfastError, settlesWithin } from '../lazy-base.ts';
import type { Override, Pin } from '../state/inputs.ts';
import type { NamedSnapshot } from '../state/named-snapshot.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Because } from './because.ts';
import { Expiry } from './expiry.ts';
import { IgnoredWatch } from './ignored.ts';
import type { OperatedConfig, OperatorMemory } from './operated-config.ts';

/**
 * What the operators of one config need between their calls: overrides end when their time is over, and what is to
 * survive a restart is written down. Made with the first call.
 */
class Operator implements OperatorMemory {
  snapshots: readonly NamedSnapshot[] = [];
  readonly #config: OperatedConfig;
  readonly #expiry: Expiry;
  readonly #ignored: IgnoredWatch;
  /** What is written down; undefined where that has ended in part, and is to be written again. */
  #written: Persisted | undefined;
  #writing: Promise<HoldfastError | undefined> | undefined;
  /** The last write did not succeed. */
  #behind = false;
  readonly #counts = { o: 0, s: 0 };

  constructor(config: OperatedConfig) {
    this.#config = config;
    this.#expiry = new Expiry(config);
    this.#ignored = new IgnoredWatch(config);
    this.#written = persistedOf(config);
    config.onSettled.add(() => this.follow());
  }

  nextId(letter: 'o' | 's'): string {
    let id: string;
    do {
      this.#counts[letter] += 1;
      id = `${letter}${this.#counts[letter]}`;
    } while (this.#isTaken(id));
    return id;
  }

  isGiven(id: string): boolean {
    const wasCounted = id.startsWith('o') && Number(id.slice(1)) <= this.#counts.o;
    return wasCounted || this.#isTaken(id);
  }

  /** What a restart or an import brought has its names already. */
  #isTaken(id: string): boolean {
    const { inputs, history } = this.#config.state;
    const versions = [{ inputs }, ...history, ...this.snapshots];
    return (
      this.snapshots.some((own) => own.id === id) ||
      versions.some(({ inputs: { overrides } }) => overrides?.some((own) => own.id === id))
    );
  }

  end(overrides: readonly Override[], error: HoldfastError, because: Because): void {
    this.#expiry.end(overrides, error, because);
  }

  overdue(override: Override): string | undefined {
    return this.#expiry.overdue(override);
  }

  lookAt(override: Override): void {
    this.#ignored.add(override);
  }

  writes(): (takesAway?: boolean) => Promise<void> {
    const before = this.#writing;
    return async (takesAway = false) => {
      if (takesAway && this.#behind && this.#writing === before) this.rewrite();
      const writing = this.#writing;
      // who writes nothing has nothing to complain of
      if (writing === undefined || (writing === before && !takesAway)) return;
      const { context, policy } = this.#config;
      const inTime = await settlesWithin(writing, CLOSE_PATIENCE_MS, context);
      const cause = inTime ? await writing : new Error(`no answer within ${CLOSE_PATIENCE_MS} ms`);
      if (cause === undefined) return;
      const text = `Config ${JSON.stringify(policy.name)}: it is in force, but not written down, so that a restart does not know of it: ${cause.message}`;
      throw new HoldfastError('CACHE_FAILED', text, { cause });
    };
  }

  rewrite(): void {
    this.#written = undefined;
    this.follow();
  }

  follow(): void {
    this.#expiry.follow();
    const persisted = persistedOf(this.#config);
    if (this.#written === undefined || !same(persisted, this.#written)) {
      this.#written = persisted;
      this.#write(persisted);
    }
  }

  #write({ overrides, pin }: Persisted): void {
    const nothing = overrides.length === 0 && pin === undefined;
    // by name: the next release may have its sources in another order
    const sources = this.#config.policy.sources.map(({ name }) => name);
    // by way of a text: undefined members are no JSON
    const kept = JSON.stringify({ overrides, pin, sources });
    const raw = nothing ? undefined : (JSON.parse(kept) as JsonValue);
    const writing = this.#config.keep(raw);
    this.#writing = writing;
    void writing.then((failure) => (this.#behind = failure !== undefined));
  }
}

/** What survives a restart. */
interface Persisted {
  readonly overrides: readonly Override[];
  readonly pin: Pin | undefined;
  /** What the cache has still to say is pinned is to go. */
  readonly unpinned: boolean;
  /** What the cache has still to say is laid over the documents is to go. */
  readonly cleared: boolean;
}

function persistedOf({ state: { inputs }, unread }: OperatedConfig): Persisted {
  const { overrides = [], pin } = inputs;
  const unpinned = unread && pin === undefined && 'pin' in inputs;
  const cleared = unread && inputs.cleared !== undefined;
  return { overrides: overrides.filter(({ persist }) => persist), pin, unpinned, cleared };
}

/** Whether `b`, which is written, says all that `a` says. */
function same(a: Persisted, b: Persisted): boolean {
  const { length } = a.overrides;
  return (
    a.pin === b.pin &&
    (b.unpinned || !a.unpinned) &&
    (b.cleared || !a.cleared) &&
    length === b.overrides.length &&
    a.overrides.every((override, i) => override === b.overrides[i])
  );
}

/** What operators of this config need between their calls; made with the first of them. */
export function operatorOf(config: OperatedConfig): OperatorMemory {
  // what the cache remembers of operators must not come after what they do now
  config.start();
  config.operator ??= new Operator(config);
  return config.operator;
}
