import type { Loader, LoadRequest, LoadResult } from '@holdfast/core';
import { Attempt, dueAt } from '../combine/attempt.ts';
import type { Endpoint } from '../combine/endpoint.ts';
import { absent, type Failure, noneOf } from '../combine/failures.ts';

/** What a {@link Race} goes by. */
export interface RaceTerms {
  /** Of the loader, for the error. */
  readonly name: string;
  readonly afterMs: number;
  /** Of all endpoints together; undefined where all give JSON. */
  readonly decode: Loader['decode'];
}

/** One load by several endpoints, begun one after the other; the first document wins, and the others are aborted. */
export class Race {
  readonly #endpoints: readonly Endpoint[];
  readonly #request: LoadRequest;
  readonly #terms: RaceTerms;
  readonly #attempts: Attempt<LoadResult>[] = [];
  readonly #failures: Failure[] = [];
  readonly #until: number;
  #over = false;
  #resolve!: (result: LoadResult) => void;
  #reject!: (error: unknown) => void;

  constructor(endpoints: readonly Endpoint[], request: LoadRequest, terms: RaceTerms) {
    this.#endpoints = endpoints;
    this.#request = request;
    this.#terms = terms;
    this.#until = dueAt(request);
  }

  async run(): Promise<LoadResult> {
    const { signal } = this.#request;
    // one listener for all attempts: Node warns of more than ten
    const stop = (): void => this.#abort(signal.reason);
    signal.addEventListener('abort', stop);
    try {
      return await new Promise((resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
        this.#askNext();
      });
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  #askNext(): void {
    const place = this.#attempts.length;
    const endpoint = this.#endpoints[place];
    if (this.#over || endpoint === undefined) return;
    const request = this.#request;
    const { time } = request;
    const deadlineMs = this.#until - time.monotonic();
    if (deadlineMs <= 0 && place > 0) return;
    const load = (signal: AbortSignal) =>
      endpoint.load({ ...request, signal, deadlineMs }, this.#terms.decode);
    const attempt = new Attempt({ time }, load, deadlineMs);
    this.#attempts.push(attempt);
    const { name } = endpoint.loader;
    attempt.result.then(
      (result) =>
        result.kind === 'absent'
          ? this.#failed({ name, status: result.status })
          : this.#won(result),
      (error: unknown) => this.#failed({ name, error }),
    );
    // it ends with the attempt, whose failure asks the next one at once
    if (place + 1 < this.#endpoints.length && this.#terms.afterMs < deadlineMs)
      void this.#waitForNext(attempt.signal);
  }

  async #waitForNext(signal: AbortSignal): Promise<void> {
    const place = this.#attempts.length;
    try {
      await this.#request.time.sleep(this.#terms.afterMs, signal);
    } catch {
      return;
    }
    if (place === this.#attempts.length) this.#askNext();
  }

  #won(result: LoadResult): void {
    if (this.#over) return;
    this.#over = true;
    this.#resolve(result);
    this.#abort(new Error('another one was faster'));
  }

  #abort(reason: unknown): void {
    for (const attempt of this.#attempts) attempt.abort(reason);
  }

  #failed(failure: Failure): void {
    if (this.#over) return;
    const { signal } = this.#request;
    if (signal.aborted) {
      this.#over = true;
      return this.#reject(signal.reason);
    }
    this.#failures.push(failure);
    this.#askNext();
    if (this.#failures.length < this.#attempts.length) return;
    this.#over = true;
    if (this.#failures.every(({ error }) => error === undefined))
      return this.#resolve(absent(this.#failures));
    this.#reject(noneOf(this.#terms.name, this.#failures));
  }
}
