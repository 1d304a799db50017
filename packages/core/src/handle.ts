import type { Config } from './config.ts';
import type { Contract, RegisterContractOptions } from './contract.ts';
import { noticeRead } from './state/due-on-read.ts';
import { fingerprint } from './document/fingerprint.ts';
import { type Lazy, lazily } from './lazily.ts';
import type { DeepReadonly } from './document/typed-path.ts';
import { HoldfastError } from './errors.ts';
import { checkOf, type OptionCheck } from './options/check.ts';
import type { OverlaidView, Overrides } from './overlaid-view.ts';
import { closedOutcome, type Outcome } from './outcome.ts';
import type { JsonValue } from './ports/json.ts';
import type * as ReadyModule from './ready.ts';
import type { ReadyOptions } from './ready.ts';
import type { Provenance, Status } from './state/status.ts';
import { loadFeeds } from './feeding.ts';
import { SourceView } from './source-view.ts';
import { statusOf } from './status-of.ts';
import { OperatedView } from './operated-view.ts';
import type { View } from './view.ts';

/** Loaded in the background at the first `register`. */
export const loadReady: Lazy<typeof ReadyModule> = lazily(() => import('./ready.ts'));

/** When `refresh()` does nothing. */
export interface RefreshOptions {
  /**
   * A confirmation that is not older than this, in milliseconds, 0 to Infinity, is good enough; so is the answer to a
   * poll that is under way for no longer. @default {0}
   */
  readonly ifOlderThanMs?: number;
}

/** A config: a {@link View} of its whole value, with a lifecycle. Made by `manager.register`. Not to be frozen. */
// oxlint-disable-next-line typescript/no-explicit-any -- see OverlaidView
export class ConfigHandle<T, Input = any> extends OperatedView<T, DeepReadonly<Input>> {
  /** @internal */
  constructor(config: Config) {
    super(config);
    config.reader = this;
    if (config.snapshot) this.serve(config.snapshot.value);
  }

  get #config(): Config {
    return ConfigHandle.configOf(this);
  }

  /**
   * Makes the value a property of its own: applications read `current` again and again, and nothing is faster than a
   * plain property. Until the first value the accessor of the view answers, with `NO_VALUE`.
   *
   * @internal
   */
  serve(value: unknown): void {
    if (this.#config.dueOnRead) return;
    // not enumerable: a handle that is printed, or copied into a log line, must not show what may hold secrets
    const descriptor = { value, configurable: true };
    if (Reflect.defineProperty(this, 'current', descriptor)) return;
    const cause = new TypeError('the handle was frozen: its current cannot follow');
    this.#config.context.events.failed(this.name, 'serving the value', cause);
  }

  /**
   * Takes that property away, so that the next read is noticed.
   *
   * @internal
   */
  withdraw(): void {
    Reflect.deleteProperty(this, 'current');
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
   * within the longest wait of its source and `deadlineMs` is good enough at once: ask for `from: 'origin'`, which polls
   * now, to be sure. Holds the process open meanwhile.
   *
   * @throws {HoldfastError} `READY_TIMEOUT` when there is no value by then; its cause is the last failure. A later call
   * can succeed. `CLOSED` when the config is closed. `INVALID_OPTIONS` for wrong options.
   */
  ready(options: ReadyOptions = {}): Promise<{ readonly from: Provenance }> {
    const { scheduler } = this.#config.context;
    scheduler.hold();
    const promise = loadReady()
      .then(({ waitUntilReady }) => waitUntilReady(this.#config, options))
      .finally(() => scheduler.release());
    // whoever does not look at the promise must not lose the process to it
    promise.catch(() => {});
    return promise;
  }

  /**
   * Polls now, whatever the schedule says but an open circuit breaker, and resolves with the outcome; a failure is one of
   * them. The request starts after this call, so that whoever calls it after a publish sees what was published. Calls of
   * one tick share it.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` for wrong options; rejects with nothing else.
   */
  refresh(options?: RefreshOptions): Promise<Outcome> {
    const config = this.#config;
    const plain = options === undefined && config.sources.length === 1 && !config.closed;
    if (!plain) return this.#refreshAll(options);
    noticeRead(config);
    return config.sources[0]!.refresh();
  }

  /** What is rare has a function of its own: all that an async function may need is paid for at each call. */
  async #refreshAll(options: RefreshOptions | undefined): Promise<Outcome> {
    const ifOlderThanMs = options === undefined ? 0 : this.#refreshTerms(options);
    const config = this.#config;
    if (config.closed) return closedOutcome(this.name);
    noticeRead(config);
    const error = config.feeding && (await config.feeding.try());
    if (error) return { kind: 'failed', error };
    if (config.closed) return closedOutcome(this.name);
    return loadFeeds.loaded!.refreshAll(config, ifOlderThanMs);
  }

  #refreshTerms(options: RefreshOptions): number {
    const check: OptionCheck = checkOf(this.#config.policy, 'refresh');
    check.object('options', options, ['ifOlderThanMs'] satisfies (keyof RefreshOptions)[]);
    const { ifOlderThanMs = 0 } = options;
    check.range('ifOlderThanMs', ifOlderThanMs, 0, Infinity);
    return ifOlderThanMs;
  }

  /**
   * What is known counts as old from now on, whatever its age: the next read, `ready()` or `refresh()` polls. For those
   * who were told of news, or were frozen meanwhile. What is in force stays so.
   */
  invalidate(): void {
    this.#config.invalidated = true;
    loadFeeds.loaded?.invalidate(this.#config);
  }

  /**
   * Stops the scheduled polls. `refresh()` still works, and a document that is pushed still arrives; a push that only says
   * that there is one waits for `resume()`.
   */
  pause(): void {
    this.#config.paused = true;
    for (const source of this.#config.sources) source.pause();
  }

  /** Polls again, at once unless the minimum interval forbids it. */
  resume(): void {
    this.#config.paused = false;
    noticeRead(this.#config);
    for (const source of this.#config.sources) source.resume();
  }

  /**
   * The config as it would be with `overrides` laid over its documents (objects merge, all else replaces), checked by
   * its schema: for one tenant, one request. Such a view follows the config as any other, changes it for nobody else,
   * and shares with it whatever the overrides do not touch. Equal overrides give the same view, as long as it is one of
   * the thousand that were asked for last.
   *
   * A later document that the overrides do not go with leaves the view as it was; `listener.failed` tells.
   *
   * @throws {HoldfastError} `SCHEMA_FAILED` when the schema refuses them, or is asynchronous; `CHECK_FAILED` when a rule or
   * a required contract does; before there is a value, reading the view throws. `INVALID_OPTIONS` for what is no JSON or
   * beyond `limits`. `NO_VALUE` in the first moments of a process, while this part of the engine is being loaded:
   * `ready()` waits for it, too.
   */
  with(overrides: Overrides<Input>): OverlaidView<T, Input> {
    const { loaded } = loadReady;
    if (loaded) return loaded.withOverrides(this.#config, [], overrides);
    const text = `with() of config ${JSON.stringify(this.name)} is still being loaded: await ready()`;
    throw new HoldfastError('NO_VALUE', text);
  }

  /**
   * Registers what a module needs of this config, and gives it its part: a view of what the contract's schema makes of
   * it. Where `required`, documents that the contract refuses are refused.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS`; `SCHEMA_FAILED` when it is required and refuses what is in force.
   */
  contract<Out>(
    contract: Contract<Out>,
    options: RegisterContractOptions = {},
  ): View<DeepReadonly<Out>> {
    const config = this.#config;
    // what createContract() gave
    checkOf(config.policy, 'contract').methods('contract', contract, ['register']);
    return contract.register(config, options);
  }

  /**
   * SHA-256 of the canonical text of what the schema was given: equal in two processes that serve the same config. Browsers
   * have it on https: and localhost only.
   *
   * @throws {HoldfastError} `NO_VALUE` before there is a value
   */
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
}
