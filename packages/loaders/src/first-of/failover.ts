import { isLoadError, type LoadError } from '@holdfast/core';
import type { Loaded, Loader, LoadRequest, LoadResult, WatchRequest } from '@holdfast/core';
import { Attempt, dueAt } from '../combine/attempt.ts';
import type { Endpoint } from '../combine/endpoint.ts';
import { absent, type Failure, noneOf, reasonsOf } from '../combine/failures.ts';
import {
  afterAnswer,
  afterFailure,
  askingOrder,
  type EndpointHealth,
  type FailoverPolicy,
  shareMs,
  WELL,
} from './health.ts';

/** Where the endpoints come from: a list, or DNS. */
export interface EndpointSource {
  /** In the order of preference. @throws {LoadError} when there is none. */
  list(request: LoadRequest, limitMs: number): Promise<readonly Endpoint[]>;
  /** None of them gave the document. */
  allFailed(): void;
  close(): Promise<void>;
}

/** What {@link Failover} needs. */
export interface FailoverOptions extends FailoverPolicy {
  readonly name: string;
  /** Of all endpoints together; undefined where all give JSON. */
  readonly decode: Loader['decode'];
  readonly random: () => number;
}

/** A look at DNS for a watch may take so long. */
const WATCH_LIMIT_MS = 10_000;

/** Asks endpoints in turn. It remembers how it goes with them, and nothing about documents. */
export class Failover {
  readonly #options: FailoverOptions;
  readonly #source: EndpointSource;
  readonly #healths = new WeakMap<Endpoint, EndpointHealth>();
  readonly #watches = new Map<Attempt<void>, Endpoint>();
  /** Who gave the last answer. */
  #serving: Endpoint | undefined;

  constructor(source: EndpointSource, options: FailoverOptions) {
    this.#source = source;
    this.#options = options;
  }

  async load(request: LoadRequest): Promise<LoadResult> {
    const { signal, time } = request;
    signal.throwIfAborted();
    const until = dueAt(request);
    // a look at DNS leaves half of the time for the endpoints
    const endpoints = await this.#source.list(request, shareMs(until - time.monotonic(), 2));
    const failures: Failure[] = [];
    const without: Endpoint[] = [];
    const order = this.#order(endpoints, time.monotonic());
    for (const [i, endpoint] of order.entries()) {
      const { name } = endpoint.loader;
      const limitMs = shareMs(until - time.monotonic(), order.length - i);
      try {
        const result = await this.#ask(endpoint, request, limitMs);
        if (result.kind !== 'absent') {
          const told = this.#switched(endpoint, endpoints[0]!, failures);
          this.#answered(endpoint, without, time.monotonic());
          return told === undefined
            ? result
            : { ...result, hints: { ...result.hints, warning: told } };
        }
        failures.push({ name, status: result.status });
        without.push(endpoint);
      } catch (error) {
        // who was still asked when the time was over had all that was left
        if (!signal.aborted || isTimeout(signal.reason))
          this.#failed(endpoint, error, time.monotonic());
        signal.throwIfAborted();
        failures.push({ name, error });
      }
    }
    if (without.length === order.length) return absent(failures);
    this.#source.allFailed();
    throw noneOf(this.#options.name, failures);
  }

  /** The watch of whoever is asked first now; ends when another one serves, so that the engine begins a new one. */
  async watch(request: WatchRequest): Promise<void> {
    const { signal, time } = request;
    signal.throwIfAborted();
    const ask = { signal, time, limits: request.limits };
    const endpoints = await this.#source.list(ask, WATCH_LIMIT_MS);
    signal.throwIfAborted();
    const order = this.#order(endpoints, time.monotonic());
    const endpoint = order.find(({ loader }) => loader.watch !== undefined);
    if (endpoint === undefined) return;
    const serves = (): boolean => (this.#serving ?? endpoints[0]) === endpoint;
    const offering = {
      ...request,
      // of one that does not serve it may be older than what is in force
      offer: (loaded: Loaded) => (serves() ? request.offer(loaded) : request.changed()),
    };
    const watch = new Attempt<void>(request, (own) => endpoint.watch({ ...offering, signal: own }));
    this.#watches.set(watch, endpoint);
    try {
      await watch.result;
    } catch (error) {
      if (error !== MOVED) throw error;
    } finally {
      this.#watches.delete(watch);
    }
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  #order(endpoints: readonly Endpoint[], now: number): readonly Endpoint[] {
    const healths = endpoints.map((endpoint) => this.#healths.get(endpoint) ?? WELL);
    return askingOrder(healths, now).map((place) => endpoints[place]!);
  }

  /** A connection that died while it idled says nothing about who was well: it is asked once more, at once. */
  async #ask(endpoint: Endpoint, request: LoadRequest, limitMs: number): Promise<LoadResult> {
    const ask = (deadlineMs: number): Promise<LoadResult> => {
      const share = { ...request, deadlineMs };
      const load = (signal: AbortSignal) =>
        endpoint.load({ ...share, signal }, this.#options.decode);
      return new Attempt(request, load, deadlineMs).result;
    };
    const wasWell = (this.#healths.get(endpoint) ?? WELL).failures === 0;
    const began = request.time.monotonic();
    try {
      return await ask(limitMs);
    } catch (error) {
      const spentMs = request.time.monotonic() - began;
      const again = wasWell && isLoadError(error) && error.retry === 'now' && spentMs < limitMs / 2;
      if (!again) throw error;
      request.signal.throwIfAborted();
      return ask(limitMs - spentMs);
    }
  }

  /** What is to be told where another endpoint serves than before; before all, that was the first. */
  #switched(endpoint: Endpoint, first: Endpoint, failures: readonly Failure[]): string | undefined {
    const before = this.#serving ?? first;
    if (endpoint === before) return undefined;
    const { name } = endpoint.loader;
    if (endpoint === first) return `${name} serves again`;
    const why = failures.length === 0 ? '' : `: ${reasonsOf(failures)}`;
    return `${name} serves in the place of ${before.loader.name}${why}`;
  }

  #answered(endpoint: Endpoint, without: readonly Endpoint[], now: number): void {
    // who has no document that another one has, is not well
    for (const other of without) this.#failed(other, undefined, now);
    const health = this.#healths.get(endpoint);
    if (health) this.#healths.set(endpoint, afterAnswer(this.#options, health, now));
    if (this.#serving === endpoint) return;
    this.#serving = endpoint;
    for (const [watch, watched] of this.#watches)
      if (watched !== endpoint && endpoint.loader.watch) watch.abort(MOVED);
  }

  #failed(endpoint: Endpoint, error: unknown, now: number): void {
    const { retryAfterMs }: Partial<LoadError> = isLoadError(error) ? error : {};
    const facts = { now, random: this.#options.random(), retryAfterMs };
    const health = this.#healths.get(endpoint) ?? WELL;
    this.#healths.set(endpoint, afterFailure(this.#options, health, facts));
  }
}

function isTimeout(reason: unknown): boolean {
  return isLoadError(reason) && reason.failure === 'timeout';
}

/** Ends a watch whose endpoint serves no more. */
const MOVED = new Error('another endpoint serves');
