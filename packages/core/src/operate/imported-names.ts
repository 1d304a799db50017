import type { ConfigState } from '../state/config-state.ts';
import type { Override } from '../state/inputs.ts';
import type { OperatedConfig } from './operated-config.ts';
import { operatorOf } from './operator.ts';
import type { ConfigStateDocument, OverrideDocument } from './state-document.ts';

/** What the overrides of a document are called here: a name that this process gave before is that of another one. */
export class ImportedNames {
  readonly #config: OperatedConfig;
  /** All names in the document: whether they were given here before. */
  readonly #given: ReadonlyMap<string, boolean>;
  /** Those of overrides that had to get another one. */
  readonly #own = new Map<string, string>();

  constructor(config: OperatedConfig, { overrides, snapshots }: ConfigStateDocument) {
    this.#config = config;
    const all = [overrides, ...snapshots.map((snapshot) => snapshot.overrides)].flat();
    const operator = operatorOf(config);
    this.#given = new Map(all.map(({ id }) => [id, operator.isGiven(id)]));
  }

  /** The same one for the same name. */
  of(id: string): string {
    let own = this.#own.get(id);
    if (own !== undefined || !this.#given.get(id)) return own ?? id;
    const operator = operatorOf(this.#config);
    do own = operator.nextId('o');
    while (this.#given.has(own));
    this.#own.set(id, own);
    return own;
  }
}

/** What this process has of overrides, or had and remembers: found again by all but their names and patches. */
export class KnownOverrides {
  readonly #byTerms = new Map<string, Set<Override>>();

  constructor(state: ConfigState, { operator }: OperatedConfig) {
    const versions = [state, ...state.history, ...(operator?.snapshots ?? [])];
    // most versions share all of them
    const lists = new Set(versions.map(({ inputs }) => inputs.overrides ?? []));
    for (const one of [...lists].flat()) {
      const terms = termsOf(one);
      const same = this.#byTerms.get(terms) ?? new Set();
      this.#byTerms.set(terms, same.add(one));
    }
  }

  /** Those that this one may be, the most likely first. */
  like(read: OverrideDocument): readonly Override[] {
    const same = [...(this.#byTerms.get(termsOf(read)) ?? [])];
    return same.toSorted((a, b) => Number(b.id === read.id) - Number(a.id === read.id));
  }
}

function termsOf({ at, by, reason, expiresAt, persist }: Omit<OverrideDocument, 'id'>): string {
  return JSON.stringify([at, by, reason, expiresAt, persist]);
}
