import {
  type Cache,
  type Clock,
  type CommonConfigOptions,
  type ConfigHandle,
  type ConfigManager,
  type HoldfastEvent,
  LoadError,
  type Validator,
  type Loader,
  type LoadRequest,
  type WatchRequest,
} from '@holdfast/core';
import { createTestManager } from '../create-test-manager.ts';
import type { ManualClock } from '../manual-clock.ts';
import {
  defaults,
  docOf,
  equal,
  plainValidator,
  policy,
  schemas,
  type Terms,
  type Value,
} from './documents.fixture.ts';
import type { Model } from './model.fixture.ts';
import type { World } from './world.fixture.ts';

/** What is put between the engine and the world, or between the engine and the checks, to see that the checks find it. */
export interface Sabotage {
  readonly options?: CommonConfigOptions;
  readonly loader?: (loader: Loader) => Loader;
  readonly cache?: (cache: Cache) => Cache;
  readonly clock?: (clock: ManualClock) => ManualClock;
  readonly handle?: (handle: Handle) => Handle;
}

/** What is looked at of a config. */
export type Handle = Pick<
  ConfigHandle<Value>,
  'current' | 'status' | 'refresh' | 'pause' | 'resume' | 'acceptRefused'
>;

/** One process: a manager with one config. It can be killed: from then on nothing it does reaches the world. */
export class Running {
  readonly terms: Terms;
  readonly handle: Handle;
  readonly manager: ConfigManager;
  alive = true;
  /** A poll was started and has not finished, as the events say. */
  polling = false;
  /** As the events say. */
  state = 'starting';
  /** The validator that the newest watch is told. */
  watchKnows: (() => Validator | undefined) | undefined;
  readonly #world: World;
  readonly #model: Model;
  readonly #deaths = new Set<() => void>();
  #version: number;
  #refreshing = false;
  #asking: AbortSignal | undefined;
  #loads = 0;
  #fewest = Infinity;

  constructor(world: World, terms: Terms, { options, loader, cache, clock, handle }: Sabotage) {
    const none = <T>(part: T): T => part;
    this.terms = terms;
    this.#world = world;
    this.#model = world.model;
    this.#version = terms.defaults === 'all' ? 1 : 0;
    const source = this.#observed(world.origin);
    const { manager } = createTestManager({
      seed: terms.seed,
      clock: (clock ?? none)(this.#clock()),
      cache: (cache ?? none)(world.cacheOf(this, source)),
    });
    manager.on('*', (event) => this.alive && this.#heard(event));
    this.manager = manager;
    const schema = schemas[terms.schema];
    const lowest = defaults[terms.defaults];
    const registered = manager.register('app', {
      ...policy,
      ...options,
      polling: { ...policy.polling, ...options?.polling },
      loader: (loader ?? none)(source),
      schema,
      ...(lowest && { defaults: lowest }),
    });
    this.handle = (handle ?? none)(registered as Handle);
  }

  kill(): void {
    this.alive = false;
    for (const die of this.#deaths) die();
  }

  /** What a dead process began never ends. */
  async whileAlive<T>(run: () => Promise<T>): Promise<T> {
    const result = this.alive ? await run() : undefined;
    return this.alive ? (result as T) : new Promise<T>(() => {});
  }

  #violation(text: string): void {
    this.#world.violations.push(text);
  }

  #clock(): ManualClock {
    const { clock } = this.#world;
    const model = this.#model;
    const setTimer: Clock['setTimer'] = (ms, callback, options) => {
      const cancel = (): void => {
        timer.cancel();
        this.#deaths.delete(cancel);
      };
      const fire = (): void => {
        this.#deaths.delete(cancel);
        model.waking();
        callback();
        // a load begins right after, and a document that waited comes into force after that
        void Promise.resolve().then(() => model.woke());
      };
      const timer = clock.setTimer(this.alive ? ms : Infinity, fire, options);
      if (this.alive) this.#deaths.add(cancel);
      else timer.cancel();
      return { cancel };
    };
    return { ...clock, setTimer };
  }

  /** The origin's loader, with the model looking over its shoulder. */
  #observed(origin: Loader): Loader {
    return {
      ...origin,
      load: (request) => this.whileAlive(() => this.#load(origin, request)),
      watch: (request) => this.whileAlive(async () => this.#watch(origin, request)),
    };
  }

  async #load(origin: Loader, request: LoadRequest) {
    const model = this.#model;
    const { signal, known } = request;
    if (this.#asking && !this.#asking.aborted) this.#violation('two loads at the same time');
    this.#asking = signal;
    const expected = model.began();
    if (!equal(plainValidator(known), expected))
      this.#violation(`sent ${JSON.stringify(known)} instead of ${JSON.stringify(expected)}`);
    this.#count();
    const expire = (): void => this.#expired(signal);
    signal.addEventListener('abort', expire);
    try {
      const result = await origin.load(request);
      if (this.alive && !signal.aborted) {
        if (result.kind === 'loaded') model.answered({ kind: 'loaded', doc: docOf(result) });
        else if (result.kind === 'absent') model.answered({ kind: 'failed' });
        else model.answered({ kind: 'unchanged', doNotStore: result.hints?.doNotStore ?? false });
      }
      return result;
    } catch (error) {
      const { retry } = error as Partial<LoadError>;
      if (this.alive && !signal.aborted)
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
    if (!this.alive || !(reason instanceof LoadError)) return;
    const ranMs = clock.monotonic() - model.poll!.startedAt;
    if (ranMs !== policy.polling.deadlineMs)
      this.#violation(`a load was given up after ${ranMs} ms`);
    model.answered({ kind: 'failed' });
  }

  /** In any time T at most 2 + T / minIntervalMs requests. */
  #count(): void {
    if (this.#refreshing) return;
    this.#loads += 1;
    const ahead = this.#loads - this.#world.clock.monotonic() / policy.polling.minIntervalMs;
    this.#fewest = Math.min(this.#fewest, ahead);
    if (ahead - this.#fewest + 1 > 2 + 1e-9)
      this.#violation('more requests than the minimum interval allows');
  }

  async #watch(origin: Loader, request: WatchRequest): Promise<void> {
    const model = this.#model;
    const end = new AbortController();
    const abort = (): void => end.abort(request.signal.reason);
    request.signal.addEventListener('abort', abort);
    this.#deaths.add(abort);
    this.watchKnows = () => plainValidator(request.known());
    return origin.watch!({
      ...request,
      signal: end.signal,
      offer: (loaded) => {
        if (!model.closed) model.offered(docOf(loaded));
        request.offer(loaded);
      },
    });
  }

  #heard(event: HoldfastEvent): void {
    if (this.#model.closed && event.type !== 'status.changed')
      this.#violation(`${event.type} after close`);
    switch (event.type) {
      case 'poll.started':
        if (this.polling) this.#violation('poll.started twice');
        this.polling = true;
        this.#refreshing = event.trigger === 'refresh';
        return;
      case 'poll.finished':
        if (!this.polling) this.#violation('poll.finished without poll.started');
        if (event.outcome.kind !== this.#model.outcome)
          this.#violation(`poll.finished ${event.outcome.kind} instead of ${this.#model.outcome}`);
        this.polling = false;
        return;
      case 'config.changed':
        if (event.version !== (this.#version += 1))
          this.#violation(`config.changed to version ${event.version}`);
        return;
      case 'status.changed':
        if (event.previous !== this.state || event.state === this.state)
          this.#violation(
            `status.changed from ${event.previous} to ${event.state}, it was ${this.state}`,
          );
        this.state = event.state;
        return;
      case 'document.refused':
      case 'document.held':
      case 'breaker.changed':
      case 'cache.failed':
      case 'audit.failed':
      case 'config.warned':
      case 'listener.failed':
      case 'history.rolledback':
      case 'override.cleared':
      case 'override.set':
      case 'reload.completed':
      case 'reload.failed':
      case 'reload.participant.finished':
      case 'reload.participant.started':
      case 'reload.rolledback':
      case 'reload.started':
      case 'reload.validated':
    }
  }
}
