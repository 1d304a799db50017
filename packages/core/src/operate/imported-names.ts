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

/** Whether they are one, as far as it is known without their patches; their names may differ. */
export function isSame(own: Override, read: OverrideDocument): boolean {
  const keys = ['at', 'by', 'reason', 'expiresAt', 'persist'] as const;
  return keys.every((key) => own[key] === read[key]);
}
