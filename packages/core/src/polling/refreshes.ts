import type { Outcome } from '../outcome.ts';
import type { Scheduler } from '../schedule/scheduler.ts';

type Resolve = (outcome: Outcome) => void;

/** The `refresh()` calls of one source: those that the poll under way answers, and those it began too early for. */
export class Refreshes {
  readonly #scheduler: Scheduler;
  #served: Resolve[] = [];
  #asked: Resolve[] = [];

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Whether somebody waits for a poll that has not begun. */
  get pending(): boolean {
    return this.#asked.length > 0;
  }

  /** Holds the process open until the answer. */
  ask(resolve: Resolve): void {
    this.#scheduler.hold();
    this.#asked.push(resolve);
  }

  /** The poll under way is good enough. Holds the process open until the answer. */
  join(resolve: Resolve): void {
    this.#scheduler.hold();
    this.#served.push(resolve);
  }

  /** A poll begins: it answers everybody who asked before. */
  begin(): void {
    this.#served = this.#asked;
    this.#asked = [];
  }

  /** The poll says nothing: who waited for it waits for the next one. */
  carryOver(): void {
    this.#asked = [...this.#served, ...this.#asked];
    this.#served = [];
  }

  /** Answers everybody. */
  end(outcome: Outcome): void {
    this.carryOver();
    this.begin();
    this.answer(outcome);
  }

  answer(outcome: Outcome): void {
    const served = this.#served;
    this.#served = [];
    for (const resolve of served) {
      this.#scheduler.release();
      resolve(outcome);
    }
  }
}

/** One function for all sources: a refresh makes no closure of its own. */
export function startRefresh(source: { startRefresh(): void }): void {
  source.startRefresh();
}
