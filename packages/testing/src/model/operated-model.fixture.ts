import { equal } from './documents.fixture.ts';

/** What a document of the model says: each may be there or not. */
export interface Content {
  readonly a?: number;
  readonly b?: number;
  readonly c?: number;
}

/** An override, as the model sees it. */
export interface Laid {
  readonly id: string;
  readonly patch: Content;
  readonly expiresAt: number;
  readonly persist: boolean;
  /** Somebody took it away, in vain so far. */
  readonly unwanted?: boolean;
}

/** What a value is computed from. */
export interface State {
  readonly docs: readonly (Content | undefined)[];
  readonly laid: readonly Laid[];
}

/** What became of a document that did not come into force. */
export type Left =
  | { readonly kind: 'kept' | 'barred'; readonly doc: Content }
  | { readonly kind: 'vetoed'; readonly doc: Content; readonly with: readonly Candidate[] };

type Candidate = { readonly source: number; readonly doc: Content };

/** An earlier version, and what it was computed from. */
interface Past extends State {
  readonly version: number;
}

/** So many earlier versions are kept. */
export const KEPT = 20;

const DEFAULTS: Content = { a: 0, b: 5 };

/** The layers laid over each other; undefined for what the schema or the rule refuses. */
export function valueOf({ docs, laid }: State): Content | undefined {
  const layers = [DEFAULTS, ...docs, ...laid.map(({ patch }) => patch)];
  const value = Object.assign({}, ...layers) as Required<Content>;
  return value.a <= 4 && value.b >= 4 && value.c !== 3 ? value : undefined;
}

/**
 * What a config of two sources with overrides, participants and health checks must do, said as shortly as it can be
 * said: no queue, no events, no sharing. Each method is one thing that happens, from its beginning to its end.
 */
export class OperatedModel implements State {
  docs: readonly (Content | undefined)[] = [undefined, undefined];
  laid: readonly Laid[] = [];
  left: (Left | undefined)[] = [undefined, undefined];
  barred: readonly (readonly Content[])[] = [[], []];
  pinned = false;
  value: Content = valueOf(this)!;
  version = 1;
  /** As far as they are known, the newest first. */
  past: readonly Past[] = [];
  /** The participant vetoes. */
  vetoes = false;
  /** The participant does not consent to what is in force. */
  sick = false;

  /** While these are the same, nothing has changed. */
  get inputs(): readonly unknown[] {
    const laid = this.laid.map(({ id }) => id).join();
    return [...this.docs, laid, this.barred, this.pinned, this.version];
  }

  /** Documents arrive, in one proposal. */
  arrive(arrivals: readonly Candidate[]): void {
    const fit: Candidate[] = [];
    for (const arrival of arrivals) {
      const { source, doc } = arrival;
      if (equal(doc, this.docs[source])) {
        this.left[source] = undefined;
        // what is known of it is news all the same
        this.docs = this.docs.with(source, doc);
      } else if (this.barred[source]!.some((one) => equal(one, doc)))
        this.left[source] = { kind: 'barred', doc };
      else fit.push(arrival);
    }
    if (fit.length > 0) this.#consider(fit);
  }

  /** An override is set; says whether it is in force. */
  override(override: Laid): boolean {
    return this.#change({ docs: this.docs, laid: [...this.laid, override] });
  }

  /** Overrides are taken away; where they cannot be yet, they go when they can. */
  clear(ids: readonly string[]): boolean {
    const those = this.laid.filter(({ id }) => ids.includes(id));
    if (those.length === 0) return true;
    if (this.#change({ docs: this.docs, laid: this.laid.filter((one) => !those.includes(one)) }))
      return true;
    this.laid = this.laid.map((one) => (those.includes(one) ? { ...one, unwanted: true } : one));
    // of several each is tried alone
    if (those.length > 1) for (const { id } of those) this.#end(id);
    return false;
  }

  /** Time goes on until then, in wall-clock time: overrides end, one after the other. */
  until(now: number): void {
    const ends = this.laid.map(({ expiresAt }) => expiresAt).filter((at) => at <= now);
    for (const at of ends.toSorted((x, y) => x - y)) {
      this.#endDue(at);
      this.settle();
    }
  }

  /**
   * The participant agrees again, and all that waits for it was tried. What of it first is a matter of chance, so that
   * the versions on the way there are not known, only the last one.
   */
  flush(now: number, version: number): void {
    const { past, version: before } = this;
    this.vetoes = false;
    this.retry();
    this.#endDue(now);
    this.settle();
    this.past = past.filter((one) => one.version < before);
    this.version = version;
  }

  /** What was vetoed is tried again, together with what it was vetoed with. */
  retry(): void {
    const withs = new Set(this.left.map((left) => (left?.kind === 'vetoed' ? left.with : [])));
    for (const those of withs) {
      const group = this.left.flatMap((left, source) =>
        left?.kind === 'vetoed' && left.with === those ? [{ source, doc: left.doc }] : [],
      );
      if (group.length > 0) this.#consider(group);
    }
  }

  /** Another process with the same cache. */
  restarted(): OperatedModel {
    const next = new OperatedModel();
    next.laid = this.laid
      .filter(({ persist }) => persist)
      .map((one) => ({ ...one, unwanted: false }));
    next.docs = this.docs;
    next.barred = this.barred;
    next.pinned = this.pinned;
    next.value = valueOf(next)!;
    return next;
  }

  #consider(fit: readonly Candidate[]): void {
    const beside = this.left.flatMap((left, source) =>
      left?.kind === 'kept' && !fit.some((one) => one.source === source)
        ? [{ source, doc: left.doc }]
        : [],
    );
    const all = [...fit, ...beside];
    const together = this.#with(all, this.docs);
    let docs = this.docs;
    const taken: Candidate[] = [];
    if (valueOf({ docs: together, laid: this.laid })) {
      docs = together;
      taken.push(...all);
    } else {
      for (const one of all) {
        const alone = this.#with([one], docs);
        if (valueOf({ docs: alone, laid: this.laid })) {
          docs = alone;
          taken.push(one);
        } else this.left[one.source] = { kind: 'kept', doc: one.doc };
      }
    }
    if (taken.length === 0) return;
    const before = this.docs;
    for (const { source } of taken) this.left[source] = undefined;
    if (this.#change({ docs, laid: this.laid })) return;
    // a veto keeps them; a health check bars them
    if (this.vetoes)
      for (const { source, doc } of taken) this.left[source] = { kind: 'vetoed', doc, with: taken };
    this.docs = before;
  }

  #with(candidates: readonly Candidate[], docs: State['docs']): State['docs'] {
    return candidates.reduce((so, { source, doc }) => so.with(source, doc), docs);
  }

  /** Other inputs: in force, or as before. */
  #change(next: State): boolean {
    const value = valueOf(next);
    if (value === undefined) return false;
    const changed = !equal(value, this.value);
    if (changed && this.vetoes) return false;
    const overrides = next.laid !== this.laid;
    if (changed && this.sick) {
      this.barred = this.barred.map((barred, source) => {
        const doc = next.docs[source];
        return doc === undefined || equal(doc, this.docs[source]) ? barred : [...barred, doc];
      });
      this.pinned ||= this.barred.some((barred) => barred.length > 0);
      this.#leave(this);
      this.#leave(next);
      return false;
    }
    if (changed) this.#leave(this);
    Object.assign(this, { docs: next.docs, laid: next.laid, value });
    if (overrides) this.#retryKept();
    return true;
  }

  /** Another version comes into force. */
  #leave({ docs, laid }: State): void {
    this.past = [{ version: this.version, docs, laid }, ...this.past].slice(0, KEPT);
    this.version += 1;
  }

  #retryKept(): void {
    const kept = this.left.flatMap((left, source) =>
      left?.kind === 'kept' ? [{ source, doc: left.doc }] : [],
    );
    if (kept.length > 0) this.#consider(kept);
  }

  /** What could not go before is tried again with other inputs, after all that came at the same time. */
  settle(): void {
    while (this.laid.some(({ id, unwanted }) => unwanted && this.#end(id)));
  }

  #endDue(now: number): void {
    for (const { id, expiresAt, unwanted } of this.laid) {
      if (expiresAt > now && !unwanted) continue;
      if (this.laid.some((one) => one.id === id) && !this.#end(id)) {
        this.laid = this.laid.map((one) => (one.id === id ? { ...one, unwanted: true } : one));
      }
    }
  }

  #end(id: string): boolean {
    return this.#change({ docs: this.docs, laid: this.laid.filter((one) => one.id !== id) });
  }
}
