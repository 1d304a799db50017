import {
  type Cache,
  type Clock,
  type CommonConfigOptions,
  type ConfigHandle,
  type ConfigManager,
  type HoldfastEvent,
  type Validator,
  type Loader,
} from '@holdfast/core';
import { createTestManager } from '../create-test-manager.ts';
import type { ManualClock } from '../manual-clock.ts';
import { defaults, policy, schemas, type Terms, type Value } from './documents.fixture.ts';
import type { Model } from './model.fixture.ts';
import { ObservedLoader } from './observed-loader.fixture.ts';
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
  /** The poll under way was started by `refresh()`, as the events say. */
  refreshing = false;
  /** Called when it is killed. */
  readonly deaths = new Set<() => void>();
  readonly #world: World;
  readonly #model: Model;
  readonly #observed: ObservedLoader;
  #version: number;

  constructor(world: World, terms: Terms, { options, loader, cache, clock, handle }: Sabotage) {
    const none = <T>(part: T): T => part;
    this.terms = terms;
    this.#world = world;
    this.#model = world.model;
    this.#version = terms.defaults === 'all' ? 1 : 0;
    this.#observed = new ObservedLoader(this, world);
    const source = this.#observed.loader;
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

  /** The validator that the newest watch is told. */
  get watchKnows(): (() => Validator | undefined) | undefined {
    return this.#observed.watchKnows;
  }

  kill(): void {
    this.alive = false;
    for (const die of this.deaths) die();
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
        this.deaths.delete(cancel);
      };
      const fire = (): void => {
        this.deaths.delete(cancel);
        model.waking();
        callback();
        // a load begins right after, and a document that waited comes into force after that
        void Promise.resolve().then(() => model.woke());
      };
      const timer = clock.setTimer(this.alive ? ms : Infinity, fire, options);
      if (this.alive) this.deaths.add(cancel);
      else timer.cancel();
      return { cancel };
    };
    return { ...clock, setTimer };
  }

  #heard(event: HoldfastEvent): void {
    if (this.#model.closed && event.type !== 'status.changed')
      this.#violation(`${event.type} after close`);
    switch (event.type) {
      case 'poll.started':
        if (this.polling) this.#violation('poll.started twice');
        this.polling = true;
        this.refreshing = event.trigger === 'refresh';
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
      case 'watch.changed':
      case 'cache.failed':
      case 'audit.failed':
      case 'config.warned':
      case 'listener.failed':
      case 'history.rolledback':
      case 'override.cleared':
      case 'override.set':
      case 'pin.changed':
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
