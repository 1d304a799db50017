import { InputsModel } from './operated-inputs.fixture.ts';
import {
  type Laid,
  type Next,
  type PinKind,
  type Saved,
  type State,
  valueOf,
} from './operated-value.fixture.ts';

/**
 * What a config of two sources with overrides, participants and health checks must do, said as shortly as it can be
 * said: no queue, no events, no sharing. Each method is one thing that happens, from its beginning to its end.
 */
export class OperatedModel extends InputsModel {
  /** Snapshots, which a restart forgets. */
  readonly saved: Saved[] = [];

  /** An override is set; says whether it is in force. */
  override(override: Laid): boolean {
    return this.change({ docs: this.docs, laid: [...this.laid, override] });
  }

  /** Overrides are taken away; where they cannot be yet, they go when they can. */
  clear(ids: readonly string[]): boolean {
    const those = this.laid.filter(({ id }) => ids.includes(id));
    if (those.length === 0) return true;
    if (this.change({ docs: this.docs, laid: this.laid.filter((one) => !those.includes(one)) }))
      return true;
    this.laid = this.laid.map((one) => (those.includes(one) ? { ...one, unwanted: true } : one));
    // of several some may go
    if (those.length > 1) this.#end(those);
    return false;
  }

  /** What is in force gets a name. */
  save(id: string): void {
    this.saved.push({ id, docs: this.docs, laid: this.laid });
  }

  /** The version of a number, or the snapshot of an id. */
  earlier(to: number | string): State | undefined {
    return typeof to === 'number'
      ? this.past.find(({ version }) => version === to)
      : this.saved.find(({ id }) => id === to);
  }

  /** An earlier version is to be in force again; says whether it is. */
  rollback(to: number | string, kind: PinKind, now: number): boolean {
    const past = this.earlier(to);
    if (past === undefined) return false;
    const { docs, laid } = this;
    return this.change(this.back({ docs, laid }, past, { kind, now }));
  }

  /** What going back from somewhere would come to. */
  back(from: Next, to: State, { kind, now }: { kind: PinKind; now: number }): Next {
    const alive = to.laid.filter(({ expiresAt }) => expiresAt > now);
    // only what is there, and somebody wants away, stays unwanted
    const laid = alive.map(
      (one) => this.laid.find(({ id }) => id === one.id) ?? { ...one, unwanted: false },
    );
    return { docs: to.docs, laid, pin: this.pinOf(from, { to, kind }), isBack: true };
  }

  /** Whatever comes is to stay away. */
  pin(): void {
    // who pins again says so anew
    const cached = [undefined, undefined];
    Object.assign(this, { pinned: 'all', barred: [...this.barred], cached });
    this.retryKept();
  }

  /** What was kept away is tried again. */
  unpin(): void {
    if (this.pinned) {
      Object.assign(this, { pinned: undefined, barred: [[], []] });
      this.retryKept();
    }
    this.consider(this.those('barred'));
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

  /** Another process with the same cache, in which a participant may veto what that gives back. */
  restarted(vetoes: boolean): OperatedModel {
    const next = new OperatedModel();
    next.laid = this.laid
      .filter(({ persist }) => persist)
      .map((one) => ({ ...one, unwanted: false }));
    next.barred = this.barred;
    next.pinned = this.pinned;
    next.vetoes = vetoes;
    if (!vetoes) next.docs = this.docs;
    next.value = valueOf(next)!;
    const documents = vetoes ? this.docs : [];
    next.consider(documents.flatMap((doc, source) => (doc ? [{ source, doc, cached: true }] : [])));
    return next;
  }

  /** What could not go before is tried again with other inputs, after all that came at the same time. */
  settle(): void {
    let left: number;
    do {
      left = this.laid.length;
      this.#end(this.laid.filter(({ unwanted }) => unwanted));
    } while (this.laid.length < left);
  }

  #endDue(now: number): void {
    this.#end(this.laid.filter(({ expiresAt, unwanted }) => expiresAt <= now && !unwanted));
  }

  /** Together, or else by halves. */
  #end(due: readonly Laid[]): void {
    const ids = due.map(({ id }) => id);
    const laid = this.laid.filter(({ id }) => !ids.includes(id));
    if (due.length === 0 || this.change({ docs: this.docs, laid })) return;
    if (due.length === 1) {
      const [id] = ids;
      this.laid = this.laid.map((one) => (one.id === id ? { ...one, unwanted: true } : one));
      return;
    }
    const half = due.length >> 1;
    this.#end(due.slice(0, half));
    this.#end(due.slice(half));
  }
}
