import type { StandardSchemaV1 } from '@standard-schema/spec';
import { Audit } from './audit.ts';
import { Config } from './config.ts';
import { loadCycle } from './cycle/load-cycle.ts';
import type { ManagerContext } from './cycle/context.ts';
import type * as WatchModule from './cycle/watch.ts';
import { HoldfastError } from './errors.ts';
import { EventHub, type HoldfastListener } from './event-hub.ts';
import { EVENT_TYPES, type EventType, type Unsubscribe } from './events.ts';
import { lazily } from './lazily.ts';
import type * as LogModule from './log.ts';
import { ConfigHandle, loadReady, type RefreshOptions } from './handle.ts';
import {
  type AnyConfigOptions,
  type ConfigOptions,
  resolveConfig,
  type UntypedConfigOptions,
} from './options/config.ts';
import { OptionCheck } from './options/check.ts';
import { loadOperations } from './operate/load-operations.ts';
import { type ManagerOptions, type ManagerPolicy, resolveManager } from './options/manager.ts';
import { OperatedManager, type Registered } from './operated-manager.ts';
import type { Outcome } from './outcome.ts';
import type { DeepReadonly } from './document/typed-path.ts';
import type { Logger } from './ports/logger.ts';
import { loadFeeds } from './feeding.ts';
import { Scheduler } from './schedule/scheduler.ts';
import { Delay } from './schedule/delay.ts';
import { createLoaderTime } from './schedule/loader-time.ts';
import { type ManagerSummary, summaryOf } from './summary.ts';

/** Loaded where there is a logger. */
export const loadLog: () => Promise<typeof LogModule> = lazily(() => import('./log.ts'));

/** Loaded where a loader can be watched. */
export const loadWatch: () => Promise<typeof WatchModule> = lazily(
  () => import('./cycle/watch.ts'),
);

/** So much later than it should the event of a state that came with time alone may be. */
const SWEEP_MS = 60_000;

/** Holds configs: one scheduler, one event stream, one cache for all of them. Made by {@link createConfigManager}. */
export class ConfigManager extends OperatedManager {
  /** What changed values, when, by whom and why. */
  readonly audit: Audit;
  readonly #context: ManagerContext;
  readonly #entries: Map<string, Registered>;
  #sweep: Delay | undefined;
  #closed = false;

  /** @internal */
  constructor(policy: ManagerPolicy) {
    const { clock, random, cache, cacheKeys, environment, logger } = policy;
    const entries: Map<string, Registered> = new Map();
    super(entries, clock);
    this.#entries = entries;
    const events = new EventHub(clock);
    const scheduler = new Scheduler(clock, (sleptMs) => this.#lostTime(sleptMs));
    const time = createLoaderTime(clock, scheduler);
    const services = { clock, random, scheduler, time, events, environment };
    this.#context = {
      ...services,
      cache,
      cacheKeys,
      pools: undefined,
      maxConcurrentPolls: policy.maxConcurrentPolls,
      reloads: 0,
      breakers: new Map(),
      breakerFailures: policy.breakerFailures,
      watches: lazily(async () => new (await loadWatch()).Watches(services)),
      audit: lazily(async () => new (await loadCycle()).AuditTrail(services, policy.audit)),
    };
    this.audit = new Audit(this.#context.audit);
    if (logger) this.#logTo(logger);
  }

  /**
   * Registers a config and begins to poll it. Its value is typed by the schema, or by the type argument.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` for wrong options and a name that is taken; `CLOSED` after close.
   */
  register<T = unknown>(
    name: string,
    options: UntypedConfigOptions<T>,
  ): ConfigHandle<DeepReadonly<T>, T>;
  register<S extends StandardSchemaV1>(
    name: string,
    options: ConfigOptions<S>,
  ): ConfigHandle<DeepReadonly<StandardSchemaV1.InferOutput<S>>, StandardSchemaV1.InferInput<S>>;
  register(name: string, options: AnyConfigOptions): ConfigHandle<unknown> {
    const policy = resolveConfig(name, options);
    if (this.#closed)
      throw new HoldfastError(
        'CLOSED',
        `Cannot register ${JSON.stringify(name)}: the manager is closed`,
      );
    if (this.#entries.has(name)) {
      throw new OptionCheck('register()').fail('name', 'one that no other config has', name);
    }
    // so that the first document needs no disk or network that is down by then
    if (this.#entries.size === 0) {
      for (const load of [loadFeeds, loadCycle, loadReady]) load().catch(() => {});
      this.#sweepLater();
    }
    const config = new Config(policy, this.#context);
    const handle = new ConfigHandle<unknown>(config);
    this.#entries.set(name, { config, handle });
    if (!policy.lazy) config.start();
    return handle;
  }

  /**
   * The handle of a config; undefined where there is none of this name.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` when `name` is no text.
   */
  get(name: string): ConfigHandle<unknown> | undefined {
    if (typeof name !== 'string') throw new OptionCheck('get()').fail('name', 'a text', name);
    return this.#entries.get(name)?.handle;
  }

  /** All handles, in order of registration. */
  configs(): readonly ConfigHandle<unknown>[] {
    return Array.from(this.#entries.values(), ({ handle }) => handle);
  }

  /** Closes a config and forgets its name; says whether there was one. Its handle goes on to answer `current`. */
  async unregister(name: string): Promise<boolean> {
    const entry = this.#entries.get(name);
    if (!entry) return false;
    // the name is free when the cache is written: two configs of one name must not write one record
    await entry.handle.close();
    this.#entries.delete(name);
    return true;
  }

  /**
   * Refreshes the configs of these names, or all; gives the outcomes by name.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` for wrong arguments, and a name that is not registered; rejects with nothing
   * else.
   */
  async refresh(
    names?: readonly string[],
    options: RefreshOptions = {},
  ): Promise<ReadonlyMap<string, Outcome>> {
    // at once: calls of one tick share their requests
    const known = [...this.#entries.keys()];
    const wanted: readonly string[] = names ?? known;
    const wrong = Array.isArray(wanted)
      ? wanted.filter((name) => !this.#entries.has(name))
      : [names];
    if (wrong.length > 0)
      throw new OptionCheck('refresh()').fail(
        'names',
        `a list of configs (${known.join(', ')})`,
        wrong[0],
      );
    const asked = wanted.map(async (name) => {
      const outcome = await this.#entries.get(name)!.handle.refresh(options);
      return [name, outcome] as const;
    });
    return new Map(await Promise.all(asked));
  }

  /**
   * Closes the circuit breaker of an origin (scheme, host and port), or all of them: polls that were put off follow as
   * soon as their minimum intervals allow. For operators who know that it is up again.
   */
  async resetBreakers(origin?: string): Promise<void> {
    (await loadOperations()).resetBreakers(this.#context, this.#configs, origin);
  }

  /** How it goes with all configs. */
  summary(): ManagerSummary {
    const at = this.#context.clock.now();
    const configs = this.configs().map(({ status }) => status);
    return summaryOf(configs, { at, closed: this.#closed });
  }

  /**
   * Listens to events of one type, or to all with `'*'`. A listener that throws harms nothing.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` for a type that there is not, or a listener that is no function.
   */
  on<K extends EventType = EventType>(type: K | '*', listener: HoldfastListener<K>): Unsubscribe {
    const check: OptionCheck = new OptionCheck('on()');
    if (type !== '*' && !EVENT_TYPES.includes(type))
      throw check.fail('type', `"*" or one of ${EVENT_TYPES.join(', ')}`, type);
    check.callable('listener', listener);
    return this.#context.events.on(type, listener);
  }

  /** Closes all configs; resolves when every cache is written. Any number of times. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#sweep?.cancel();
    // or each config would leave its slot to one that is closed a moment later
    this.#context.pools?.slots.close();
    const closing = this.configs().map((handle) => handle.close());
    await Promise.all([...closing, this.#context.audit.loaded?.close()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #configs(): readonly Config[] {
    return Array.from(this.#entries.values(), ({ config }) => config);
  }

  /** Log lines are loaded when there is a logger: the first ones are written later, of the state of their event. */
  #logTo(logger: Logger): void {
    const log = lazily(async () => new (await loadLog()).EventLog(logger));
    this.#context.events.on('*', async (event) => {
      const status = this.get(event.config)?.status;
      (log.loaded ?? (await log())).write(event, status);
    });
  }

  /** A state can change with time alone. */
  #sweepLater(): void {
    const { clock, scheduler } = this.#context;
    this.#sweep ??= new Delay(scheduler, () => {
      for (const config of this.#configs) config.noticeState();
      if (!this.#closed) this.#sweepLater();
    });
    this.#sweep.start(clock.monotonic() + SWEEP_MS);
  }

  #lostTime(sleptMs: number): void {
    if (sleptMs > 0)
      loadOperations()
        .then(({ probeSoon }) => probeSoon(this.#context))
        .catch(() => {});
    for (const { sources } of this.#configs) for (const source of sources) source.lostTime(sleptMs);
  }
}

/**
 * Makes a manager. Nothing happens before the first `register`.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the option, the value and what is allowed.
 */
export function createConfigManager(options: ManagerOptions = {}): ConfigManager {
  return new ConfigManager(resolveManager(options));
}
