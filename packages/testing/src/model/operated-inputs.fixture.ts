import { equal } from './documents.fixture.ts';
import {
  type Candidate,
  type Content,
  type Laid,
  type Left,
  type Next,
  type Past,
  type Pin,
  type PinKind,
  type State,
  valueOf,
} from './operated-value.fixture.ts';

/** So many earlier versions are kept. */
export const KEPT = 20;

/** Of each source. */
const MOST_BARRED = 20;

/** What becomes of the documents of two sources, and of other inputs, given overrides, pins, participants and health checks. */
export class InputsModel implements State {
  docs: readonly (Content | undefined)[] = [undefined, undefined];
  laid: readonly Laid[] = [];
  left: (Left | undefined)[] = [undefined, undefined];
  /** What was in force before the restart, and is to be again. */
  cached: readonly (Left | undefined)[] = [undefined, undefined];
  barred: Pin['barred'] = [[], []];
  pinned: Pin['pinned'];
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
      } else if (equal(doc, this.cached[source]?.doc)) {
        this.left[source] = undefined;
        fit.push({ ...arrival, cached: true });
      } else fit.push(arrival);
    }
    this.consider(fit);
  }

  /** What was vetoed is tried again, together with what it was vetoed with. */
  retry(): void {
    this.consider(this.#again('vetoed'));
    const withs = new Set(this.left.map((left) => (left?.kind === 'vetoed' ? left.with : [])));
    for (const those of withs) {
      const group = this.left.flatMap((left, source) =>
        left?.kind === 'vetoed' && left.with === those ? [{ source, doc: left.doc }] : [],
      );
      this.consider(group);
    }
  }

  protected consider(candidates: readonly Candidate[]): void {
    const fit = candidates.filter((one) => !this.#bar(one));
    if (fit.length === 0) return;
    const beside = this.left.flatMap((left, source): readonly Candidate[] => {
      const last = this.cached[source];
      if (fit.some((one) => one.source === source)) return [];
      if (last && fit.some(({ cached }) => cached))
        return [{ source, doc: last.doc, cached: true }];
      if (left?.kind === 'kept') return [{ source, doc: left.doc }];
      return last?.kind === 'kept' ? [{ source, doc: last.doc, cached: true }] : [];
    });
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
        } else this.#wait(one, { kind: 'kept', doc: one.doc });
      }
    }
    if (taken.length === 0) return;
    const { docs: before, cached } = this;
    for (const one of taken) {
      this.#wait(one, undefined);
      this.#wait({ ...one, cached: true }, undefined);
    }
    if (this.change({ docs, laid: this.laid })) return;
    for (const { source } of taken) this.cached = this.cached.with(source, cached[source]);
    // a veto keeps them; a health check bars them
    if (this.vetoes)
      for (const one of taken) this.#wait(one, { kind: 'vetoed', doc: one.doc, with: taken });
    this.docs = before;
  }

  #bar({ source, doc, cached }: Candidate): boolean {
    const barred = this.barred[source]!.some((one) => equal(one, doc));
    // what was in force before the restart is what is pinned
    if (!barred && (this.pinned !== 'all' || cached)) return false;
    if (cached) this.cached = this.cached.with(source, undefined);
    if (!cached || !this.left[source]) this.left[source] = { kind: 'barred', doc };
    return true;
  }

  /** What was in force before the restart waits in a place of its own. */
  #wait({ source, cached }: Candidate, left: Left | undefined): void {
    if (cached) this.cached = this.cached.with(source, left);
    else this.left[source] = left;
  }

  #with(candidates: readonly Candidate[], docs: State['docs']): State['docs'] {
    return candidates.reduce((so, { source, doc }) => so.with(source, doc), docs);
  }

  /** What becomes of other inputs. */
  verdict(next: Next): 'refused' | 'sick' | 'fit' {
    const value = valueOf(next);
    if (value === undefined) return 'refused';
    if (equal(value, this.value)) return 'fit';
    if (this.vetoes) return 'refused';
    // the way back is nothing to ask about
    return this.sick && !next.isBack ? 'sick' : 'fit';
  }

  /** Other inputs are in force, all checks agree. */
  take(next: Next): void {
    const { docs, laid, pin } = next;
    const value = valueOf(next)!;
    // who brings documents has tried all of them
    const retries = laid !== this.laid || pin !== undefined;
    if (!equal(value, this.value)) this.#leave(this);
    Object.assign(this, { docs, laid, value, ...pin });
    const anew = pin?.pinned === 'all';
    this.left = this.left.map((one, source) =>
      one && equal(one.doc, docs[source]) ? undefined : one,
    );
    this.cached = this.cached.map((one, source) => (anew || docs[source] ? undefined : one));
    if (retries) this.retryKept();
  }

  /** Other inputs were in force, and a health check took them back. */
  takeBack(next: Next): void {
    if (equal(valueOf(next), this.value)) return;
    this.#leave(this);
    this.#leave(next);
  }

  /** Other inputs: in force, or as before. */
  protected change(next: Next): boolean {
    const verdict = this.verdict(next);
    if (verdict === 'fit') this.take(next);
    if (verdict === 'sick') {
      Object.assign(this, this.pinOf(next, { to: this, kind: 'document' }));
      this.takeBack(next);
    }
    return verdict === 'fit';
  }

  /** Of documents that are left, those that were in force and have to go are barred. */
  protected pinOf(from: Next, { to, kind }: { to: State; kind: PinKind }): Pin {
    const { barred: already, pinned: before }: Pin = from.pin ?? this;
    const barred = already.map((those, source) => {
      const doc = from.docs[source];
      const others = those.filter((one) => !equal(one, doc));
      const all = doc ? [...others, doc] : others;
      return all.filter((one) => !equal(one, to.docs[source])).slice(-MOST_BARRED);
    });
    const nothing = barred.every(({ length }) => length === 0);
    const pinned = kind === 'document' && nothing ? undefined : kind;
    return { barred, pinned: before === 'all' ? 'all' : pinned };
  }

  /** Another version comes into force. */
  #leave({ docs, laid }: State): void {
    this.past = [{ version: this.version, docs, laid }, ...this.past].slice(0, KEPT);
    this.version += 1;
  }

  protected retryKept(): void {
    this.consider(this.#again('kept'));
    this.consider(this.those('kept'));
  }

  #again(kind: Left['kind']): readonly Candidate[] {
    return this.cached.flatMap((one, source) =>
      one?.kind === kind ? [{ source, doc: one.doc, cached: true }] : [],
    );
  }

  protected those(kind: Left['kind']): readonly Candidate[] {
    return this.left.flatMap((left, source) =>
      left?.kind === kind ? [{ source, doc: left.doc }] : [],
    );
  }
}
