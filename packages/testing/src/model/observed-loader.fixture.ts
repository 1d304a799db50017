import {
  LoadError,
  type Loader,
  type LoadRequest,
  type Validator,
  type WatchRequest,
} from '@holdfast/core';
import { docOf, equal, plainValidator, policy } from './documents.fixture.ts';
import type { Model } from './model.fixture.ts';
import type { Running } from './running.fixture.ts';
import type { World } from './world.fixture.ts';

/** Whoever loads. */
type Process = Pick<Running, 'alive' | 'whileAlive' | 'deaths' | 'refreshing'>;

/** The origin's loader as one process uses it, with the model looking over its shoulder. */
export class ObservedLoader {
  readonly loader: Loader;
  /** The validator that the newest watch is told. */
  watchKnows: (() => Validator | undefined) | undefined;
  readonly #origin: Loader;
  readonly #process: Process;
  readonly #world: World;
  readonly #model: Model;
  #asking: AbortSignal | undefined;
  #loads = 0;
  #fewest = Infinity;

  constructor(process: Process, world: World) {
    const { origin, model } = world;
    this.#process = process;
    this.#origin = origin;
    this.#world = world;
    this.#model = model;
    this.loader = {
      ...origin,
      load: (request) => process.whileAlive(() => this.#load(request)),
      watch: (request) => process.whileAlive(async () => this.#watch(request)),
    };
  }

  #violation(text: string): void {
    this.#world.violations.push(text);
  }

  async #load(request: LoadRequest) {
    const model = this.#model;
    const { signal, known } = request;
    if (this.#asking && !this.#asking.aborted) this.#violation('two loads at the same time');
    this.#asking = signal;
    const expected = model.began(known !== undefined);
    if (!equal(plainValidator(known), expected))
      this.#violation(`sent ${JSON.stringify(known)} instead of ${JSON.stringify(expected)}`);
    this.#count();
    const expire = (): void => this.#expired(signal);
    signal.addEventListener('abort', expire);
    try {
      const result = await this.#origin.load(request);
      if (this.#process.alive && !signal.aborted) {
        if (result.kind === 'loaded') model.answered({ kind: 'loaded', doc: docOf(result) });
        else if (result.kind === 'absent') model.answered({ kind: 'failed' });
        else model.answered({ kind: 'unchanged', doNotStore: result.hints?.doNotStore ?? false });
      }
      return result;
    } catch (error) {
      const { retry } = error as Partial<LoadError>;
      if (this.#process.alive && !signal.aborted)
        model.answered({ kind: 'failed', ...(retry && { retry }) });
      throw error;
    } finally {
      signal.removeEventListener('abort', expire);
      if (this.#asking === signal) this.#asking = undefined;
    }
  }

  #expired({ reason }: AbortSignal): void {
    const { clock } = this.#world;
    const model = this.#model;
    if (!this.#process.alive || !(reason instanceof LoadError)) return;
    const ranMs = clock.monotonic() - model.poll!.startedAt;
    if (ranMs !== policy.polling.deadlineMs)
      this.#violation(`a load was given up after ${ranMs} ms`);
    model.answered({ kind: 'failed' });
  }

  /** In any time T at most 2 + T / minIntervalMs requests. */
  #count(): void {
    if (this.#process.refreshing) return;
    this.#loads += 1;
    const ahead = this.#loads - this.#world.clock.monotonic() / policy.polling.minIntervalMs;
    this.#fewest = Math.min(this.#fewest, ahead);
    if (ahead - this.#fewest + 1 > 2 + 1e-9)
      this.#violation('more requests than the minimum interval allows');
  }

  async #watch(request: WatchRequest): Promise<void> {
    const model = this.#model;
    const end = new AbortController();
    const abort = (): void => end.abort(request.signal.reason);
    request.signal.addEventListener('abort', abort);
    this.#process.deaths.add(abort);
    this.watchKnows = () => plainValidator(request.known());
    return this.#origin.watch!({
      ...request,
      signal: end.signal,
      offer: (loaded) => {
        if (!model.closed) model.offered(docOf(loaded));
        request.offer(loaded);
      },
    });
  }
}
