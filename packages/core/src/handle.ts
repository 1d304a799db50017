import type { Config } from './config.ts';
import type * as Describe from './describe.ts';
import { fingerprint } from './document/fingerprint.ts';
import { HoldfastError } from './errors.ts';
import { lazily } from './lazily.ts';
import { MAX_WAIT_MS, OptionCheck } from './options/check.ts';
import type * as AcceptRefused from './operate/accept-refused.ts';
import type { AcceptOptions } from './operate/accept-refused.ts';
import { closedOutcome, type Outcome } from './outcome.ts';
import type { JsonValue } from './ports/json.ts';
import { Delay } from './schedule/timers.ts';
import { isRecent } from './state/health.ts';
import { type ReadinessFacts, readiness } from './state/readiness.ts';
import { type Provenance, provenanceOf, type Status } from './state/status.ts';
import { SourceView } from './source-view.ts';
import { statusOf } from './status-of.ts';
import { View } from './view.ts';
import { Wakeup } from './wakeup.ts';

/** Loaded where there is something to tell people. */
export const loadDescribe: () => Promise<typeof Describe> = lazily(() => import('./describe.ts'));

/** How `ready()` waits. */
export interface ReadyOptions {
  /** `origin`: only a confirmation by the source will do. @default {'any'} */
  readonly from?: 'any' | 'origin';
  /** Longest wait in milliseconds. @default {readyTimeoutMs of the config} */
  readonly timeoutMs?: number;
}

/** When `refresh()` does nothing. */
export interface RefreshOptions {
  /** A confirmation that is not older than this, in milliseconds, is good enough. @default {0} */
  readonly ifOlderThanMs?: number;
}

/** Loaded on first use. */
export const loadAcceptRefused: () => Promise<typeof AcceptRefused> = lazily(
  () => import('./operate/accept-refused.ts'),
);

/** A config: a {@link View} of its whole value, with a lifecycle. Made by `manager.register`. Not to be frozen. */
export class ConfigHandle<T> extends View<T> {
  readonly #config: Config;

  /** @internal */
  constructor(config: Config) {
    super(config);
    this.#config = config;
    config.reader = this;
    if (config.snapshot) this.serve(config.snapshot.value);
  }

  /**
   * Makes the value a property of its own: applications read `current` again and again, and nothing is faster than a
   * plain property. Until the first value the accessor of the view answers, with `NO_VALUE`.
   *
   * @internal
   */
  serve(value: unknown): void {
    const descriptor = { value, enumerable: true, configurable: true };
    if (Reflect.defineProperty(this, 'current', descriptor)) return;
    const cause = new TypeError('the handle was frozen, so that its current cannot follow');
    this.#config.context.events.failed(this.name, 'serving the value', cause);
  }

  /** Name of the config. */
  get name(): string {
    return this.#config.policy.name;
  }

  /** How it goes: where the value came from, how old it is, what went wrong last, when the next poll is. */
  get status(): Status {
    return statusOf(this.#config);
  }

  /**
   * Waits for a value that is as good as can be had, and says what it stands on: `origin` once the source confirmed it;
   * `cache` or `defaults` when the source was tried and failed, or at the time-out. A cached document that was confirmed
   * within `intervalMs` is good enough at once: ask for `from: 'origin'`, which polls now, to be sure. Holds the process
   * open meanwhile.
   *
   * @throws {HoldfastError} `READY_TIMEOUT` when there is no value by then; its cause is the last failure. A later call
   * can succeed. `CLOSED` when the config is closed. `INVALID_OPTIONS` for wrong options.
   */
  ready(options: ReadyOptions = {}): Promise<{ readonly from: Provenance }> {
    const promise = this.#waitUntilReady(options);
    // whoever does not look at the promise must not lose the process to it
    promise.catch(() => {});
    return promise;
  }

  /**
   * Polls now, whatever the schedule says, and resolves with the outcome; never rejects. The request starts after this
   * call, so that whoever calls it after a publish sees what was published. Calls of one tick share it.
   */
  refresh({ ifOlderThanMs = 0 }: RefreshOptions = {}): Promise<Outcome> {
    const { closed, sources } = this.#config;
    if (closed) return Promise.resolve(closedOutcome(this.name));
    if (ifOlderThanMs > 0) {
      const { ageMs = Infinity } = this.status;
      if (ageMs < ifOlderThanMs) return Promise.resolve({ kind: 'unchanged' });
    }
    // what the outcomes of several sources amount to comes with several sources
    return sources[0]!.refresh();
  }

  /** Stops the scheduled polls; `refresh()` still works, and what is pushed still arrives. */
  pause(): void {
    this.#config.paused = true;
    for (const source of this.#config.sources) source.pause();
  }

  /** Polls again, at once unless the minimum interval forbids it. */
  resume(): void {
    this.#config.paused = false;
    for (const source of this.#config.sources) source.resume();
  }

  /**
   * Takes the document that was refused for losing more keys than `maxRemoved` allows. It must still fit the schema.
   * Resolves with the outcome: `unchanged` when no document waits.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` without `by` or `reason`.
   */
  async acceptRefused(options: AcceptOptions): Promise<Outcome> {
    const { acceptRefused } = await loadAcceptRefused();
    return acceptRefused(this.#config, options);
  }

  /** SHA-256 of the canonical text of what the schema was given: equal in two processes that serve the same config. */
  async fingerprint(): Promise<string> {
    void this.current; // NO_VALUE, if so
    return fingerprint(this.#config.snapshot!.merged as JsonValue);
  }

  /** The raw document of a source, for loaders that are made of other configs. @throws {HoldfastError} `INVALID_OPTIONS` */
  source(name?: string): SourceView {
    return new SourceView(this.#config, name);
  }

  /** Stops polling for good; resolves when the cache is written. `current` goes on to answer. Any number of times. */
  async close(): Promise<void> {
    this.#config.context.scheduler.hold();
    try {
      await this.#config.close();
    } finally {
      this.#config.context.scheduler.release();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #waitUntilReady(options: ReadyOptions): Promise<{ from: Provenance }> {
    const { wanted, timeoutMs } = this.#readyTerms(options);
    const config = this.#config;
    const { clock, scheduler } = config.context;
    scheduler.hold();
    const wakeup = new Wakeup();
    let timedOut = false;
    const timeout = new Delay(scheduler, () => {
      timedOut = true;
      wakeup.wake();
    }).start(clock.monotonic() + timeoutMs);
    const off = config.onSettled.add(wakeup.wake);
    // whoever wants the origin does not want to wait for the schedule
    if (wanted === 'origin') for (const source of config.sources) void source.refresh();
    try {
      for (;;) {
        if (config.closed)
          throw new HoldfastError('CLOSED', `Config ${JSON.stringify(this.name)} is closed`);
        const facts = readinessFacts(config);
        const from = readiness(timedOut ? { ...facts, recent: true } : facts, wanted);
        if (from) return { from };
        if (timedOut) throw (await loadDescribe()).readyTimeout(config, { wanted, timeoutMs });
        await wakeup.sleep();
      }
    } finally {
      timeout.cancel();
      off();
      scheduler.release();
    }
  }

  #readyTerms(options: ReadyOptions): { wanted: 'any' | 'origin'; timeoutMs: number } {
    const check: OptionCheck = new OptionCheck(`ready() of config ${JSON.stringify(this.name)}`);
    check.object('options', options, ['from', 'timeoutMs'] satisfies (keyof ReadyOptions)[]);
    const { from: wanted = 'any', timeoutMs = this.#config.policy.readyTimeoutMs } = options;
    if (wanted !== 'any' && wanted !== 'origin')
      throw check.fail('from', '"any" or "origin"', wanted);
    check.range('timeoutMs', timeoutMs, 0, MAX_WAIT_MS);
    return { wanted, timeoutMs };
  }
}

function readinessFacts(config: Config): ReadinessFacts {
  const now = config.context.clock.monotonic();
  return {
    hasValue: config.snapshot !== undefined,
    sources: config.sources.map((source) => ({
      from: provenanceOf(config.factsOf(source)),
      settled: source.settled,
    })),
    recent: config.sources.every(
      ({ health, policy, index }) =>
        config.documentOf(index) && isRecent(health, now, policy.polling.intervalMs),
    ),
  };
}
