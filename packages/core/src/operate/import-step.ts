import { HoldfastError, isHoldfastError, seal } from '../lazy-base.ts';
import type * as Cycle from '../cycle/cycle.ts';
import { reworded } from '../cycle/reworded.ts';
import { toldFault } from '../document/redact.ts';
import { share } from '../document/share.ts';
import type { JsonValue } from '../ports/json.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Inputs, Override, Pin, SourceDocument } from '../state/inputs.ts';
import { measured } from '../state/history.ts';
import { type NamedSnapshot, withinBounds } from '../state/named-snapshot.ts';
import { patchBytes, tooMany } from '../state/overrides.ts';
import { MOST_BARRED } from '../state/rollback.ts';
import type { Because } from './because.ts';
import type { OperatedConfig } from './operated-config.ts';
import { barredNow } from './barred-now.ts';
import { ImportedNames, KnownOverrides } from './imported-names.ts';
import { operatorOf } from './operator.ts';
import { tellReplaced } from './override-steps.ts';
import { tooMuch } from './snapshots.ts';
import { originalOf, withoutMarkers } from './secret-markers.ts';
import type {
  ConfigStateDocument,
  LayersDocument,
  OverrideDocument,
  PinDocument,
  SnapshotDocument,
} from './state-document.ts';
import type { Step } from './step.ts';

/** Makes one config what a document says. */
export class ImportStep implements Step {
  readonly trigger = 'import';
  readonly takesAway = true;
  readonly #config: OperatedConfig;
  readonly #read: ConfigStateDocument;
  readonly #because: Because;
  readonly #cycle: typeof Cycle;
  #inputs: { readonly before: Inputs; readonly after: Inputs } | undefined;
  #snapshots: readonly NamedSnapshot[] = [];
  #names: ImportedNames | undefined;
  #known: KnownOverrides | undefined;
  readonly #parts = new Map<string, object>();

  constructor(
    config: OperatedConfig,
    read: ConfigStateDocument,
    { because, cycle }: { because: Because; cycle: typeof Cycle },
  ) {
    this.#config = config;
    this.#read = read;
    this.#because = because;
    this.#cycle = cycle;
  }

  change(state: ConfigState): Inputs | HoldfastError {
    try {
      const { policy } = this.#config;
      this.#names = new ImportedNames(this.#config, this.#read);
      this.#known = new KnownOverrides(state, this.#config);
      const snapshots = this.#read.snapshots.map((one) => this.#snapshot(state, one));
      const bounded = withinBounds(snapshots, policy.history);
      if (typeof bounded === 'string')
        return tooMuch(
          policy,
          bounded,
          snapshots.filter(({ keep }) => keep),
        );
      this.#snapshots = bounded;
      const layers = this.#layers(state, this.#read, { own: state.inputs, of: '' });
      const pin = this.#pin(state, this.#read.pin);
      const cleared = this.#config.unread && ({ cleared: 'all' } as const);
      const after = { ...state.inputs, ...layers, pin, ...cleared };
      this.#inputs = { before: state.inputs, after };
      return after;
    } catch (thrown) {
      if (isHoldfastError(thrown)) return thrown;
      const why = toldFault(thrown, this.#config.policy.secrets);
      return new HoldfastError('INVALID_OPTIONS', `It ${why}`);
    }
  }

  told(): void {
    const { before, after } = this.#inputs!;
    operatorOf(this.#config).snapshots = this.#snapshots;
    const overrides = { before: before.overrides ?? [], after: after.overrides ?? [] };
    tellReplaced(this.#config, overrides, { ...this.#because, because: 'import' });
  }

  #snapshot(state: ConfigState, read: SnapshotDocument): NamedSnapshot {
    const { sources: _sources, overrides: _overrides, ...info } = read;
    const own = this.#own(read) ?? state.inputs;
    const inputs = this.#layers(state, read, { own, of: ` of snapshot ${read.id}` });
    return measured({ ...info, inputs }, undefined);
  }

  /** What a snapshot was made of, where it is one of this process. */
  #own({ id }: SnapshotDocument): Inputs | undefined {
    return this.#config.operator?.snapshots.find((snapshot) => snapshot.id === id)?.inputs;
  }

  /**
   * @param own What may have been written down.
   * @param of What they are of, for people.
   */
  #layers(
    { inputs, snapshot }: ConfigState,
    read: LayersDocument,
    { own, of }: { readonly own: Inputs; readonly of: string },
  ): Inputs {
    const { policy, context } = this.#config;
    const documents = policy.sources.map(({ name, loader }, i): SourceDocument | undefined => {
      const known = inputs.documents[i];
      const source = Object.hasOwn(read.sources, name) ? read.sources[name] : undefined;
      if (!source) return source === null ? undefined : known;
      const { raw, migrated } = this.#upToDate(
        this.#sealed(source.document, [own.documents[i]?.raw], [known?.raw, snapshot?.merged]),
        `The document of source ${JSON.stringify(name)}${of}`,
      );
      // the same content: its validator and bytes are as good as before
      if (known && share(known.raw, raw) === known.raw) return known;
      // what a loader decodes is kept as it was loaded, and this was not
      const doNotStore = source.doNotStore === true || loader.decode !== undefined;
      return this.#once(name, { ...NO_MARKS, raw, doNotStore, ...(migrated && { migrated }) });
    });
    const now = context.clock.now();
    const alive = read.overrides.filter(({ expiresAt = Infinity }) => expiresAt > now);
    const overrides = this.#overrides(alive, snapshot?.merged);
    const most = tooMany(overrides);
    if (most) throw most;
    return { documents, ...((overrides.length > 0 || inputs.overrides) && { overrides }) };
  }

  /** One that is there already, or was, stays the same, for the sake of who holds its handle. */
  #overrides(read: readonly OverrideDocument[], merged: unknown): readonly Override[] {
    const taken = new Set<string>();
    const hasCache = this.#config.context.cache !== undefined;
    return read.map((exported) => {
      // without a cache no restart keeps it
      const one = { ...exported, persist: exported.persist && hasCache };
      const same = this.#known!.like(one).filter(({ id }) => !taken.has(id));
      const patches = same.map(({ patch }) => patch);
      const patch = this.#sealed(one.patch, patches, [patches[0], merged]);
      const known = same.find((other) => share(other.patch, patch) === other.patch);
      if (known) taken.add(known.id);
      const id = this.#names!.of(one.id);
      return known ?? this.#once(id, { ...one, id, patch, bytes: patchBytes(patch) });
    });
  }

  /** What several snapshots have is one object again, as it was: so it takes its place, and counts, once. */
  #once<T extends object>(name: string, part: T): T {
    const key = JSON.stringify([name, part]);
    const known = this.#parts.get(key) ?? part;
    this.#parts.set(key, known);
    return known as T;
  }

  #pin({ inputs }: ConfigState, pin: PinDocument | null): Pin | undefined {
    if (pin === null) return undefined;
    const barred = this.#config.policy.sources.map(({ name }, i) => {
      const documents = Object.hasOwn(pin.barred, name) ? pin.barred[name]! : [];
      const own = inputs.pin?.barred[i] ?? [];
      // the one of the same place first: two can differ in nothing but their secrets
      return documents
        .map((raw, at) => this.#sealed(raw, [own[at], ...own], [inputs.documents[i]?.raw]))
        .slice(-MOST_BARRED);
    });
    return { ...pin, barred: barredNow(this.#config.policy, barred, this.#cycle) };
  }

  /** It goes no other way than a document of its source. @throws {HoldfastError} why it cannot be in force */
  #upToDate(raw: JsonValue, what: string): Pick<SourceDocument, 'raw' | 'migrated'> {
    const { policy } = this.#config;
    try {
      const current = this.#cycle.upToDate(policy, raw);
      return { ...current, raw: seal(current.raw, raw, policy.limits) };
    } catch (thrown) {
      if (!isHoldfastError(thrown)) throw thrown;
      throw reworded(thrown, `${what} ${thrown.message}`);
    }
  }

  /** With its secrets: as it was written down, where it is one of `own`; else with those in force. */
  #sealed(
    raw: JsonValue,
    own: readonly (JsonValue | undefined)[],
    inForce: readonly unknown[],
  ): JsonValue {
    const { policy } = this.#config;
    return (
      originalOf(policy, raw, own) ?? seal(withoutMarkers(raw, inForce), undefined, policy.limits)
    );
  }
}

/** What a document has that was loaded, and one of an import has not. */
const NO_MARKS = {
  bytes: undefined,
  validator: undefined,
  young: false,
  evidence: undefined,
} as const;
