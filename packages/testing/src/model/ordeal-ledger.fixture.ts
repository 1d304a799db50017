/** What a call may do to what operators set, by its name: an override, or `PIN`. */
export type Deed = 'brings' | 'takes' | 'either' | 'nothing';

/** That something is pinned. */
export const PIN = 'pin';

/** A call from its beginning to its end. */
export interface Undertaking {
  readonly deed: (name: string) => Deed;
  /** What was under way at the same time, whose order nobody knows. */
  readonly beside: Set<Undertaking>;
}

/** What is to be so. */
interface Entry {
  readonly there: boolean;
  /** A restart keeps it so. */
  readonly kept: boolean;
}

/** Nothing brings it back by itself. */
export const GONE: Entry = { there: false, kept: true };

/** What operators of one config were told: what they set is there, and what they took away is not, until they say so. */
export class OrdealLedger {
  readonly #entries = new Map<string, Entry>();
  readonly #names = new Set<string>();
  readonly #underWay = new Set<Undertaking>();

  /** A call begins. Gives what ends it, whatever came of it. */
  begin(deed: Undertaking['deed']): Undertaking {
    const undertaking: Undertaking = { deed, beside: new Set(this.#underWay) };
    for (const other of this.#underWay) other.beside.add(undertaking);
    this.#underWay.add(undertaking);
    for (const [name, { there }] of this.#entries)
      if (mayUndo(undertaking, name, there)) this.#entries.delete(name);
    return undertaking;
  }

  end(undertaking: Undertaking): void {
    this.#underWay.delete(undertaking);
  }

  /** The call that ends has brought it, or is why it is not there. */
  note({ beside }: Undertaking, name: string, entry: Entry): void {
    this.#names.add(name);
    if (![...beside].some((other) => mayUndo(other, name, entry.there)))
      this.#entries.set(name, entry);
  }

  /** The call that ends took away all of these. */
  noteTaken(undertaking: Undertaking, isTaken: (name: string) => boolean): void {
    for (const name of [...this.#names].filter(isTaken)) this.note(undertaking, name, GONE);
  }

  /** Another process begins, or what was kept could not be read, and may be written over. */
  forget(which: 'not kept' | 'kept'): void {
    for (const [name, { there, kept }] of this.#entries)
      if (there && kept === (which === 'kept')) this.#entries.delete(name);
  }

  /** What is not as it was promised, given what is there. */
  brokenBy(names: readonly string[]): readonly string[] {
    return [...this.#entries]
      .filter(([name, { there }]) => names.includes(name) !== there)
      .map(([name, { there }]) => `${name} is ${there ? 'gone' : 'there again'}`);
  }
}

function mayUndo({ deed }: Undertaking, name: string, there: boolean): boolean {
  return [there ? 'takes' : 'brings', 'either'].includes(deed(name));
}
