import type { LoadRequest, LoadResult, Loader } from '@holdfast/core';
import { readAnswer } from './http/answer.ts';
import { type Connection, openConnection } from './http/connection.ts';
import { acceptedEncodings } from './http/content-encoding.ts';
import { exchange } from './http/exchange.ts';
import { type HttpLoaderOptions, type HttpPolicy, resolveHttp } from './http/options.ts';
import { redirectOf } from './http/redirect.ts';
import { headersFor } from './http/request-headers.ts';
import type { Target } from './http/target.ts';
import { conditionsFor } from './http/validator.ts';

export type { HttpLoaderOptions } from './http/options.ts';
export type { HeaderValue } from './http/request-headers.ts';

/** What {@link httpLoader} gives. */
export interface HttpLoader extends Loader {
  /** What is legal but dangerous in the options, for people: a credential over plain http, for one. */
  readonly warnings: readonly string[];
}

/**
 * Reads a document over HTTP/1.1 with undici.
 *
 * It keeps connections, and nothing about documents: conditions (`If-None-Match`, `If-Modified-Since`) are made from
 * what the engine holds, byte for byte as the server gave it. The only time limit on a whole load is the signal's.
 * Sockets that idle never hold a process open. Importing this module loads neither undici nor zlib: the first load does.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the option and never a secret.
 */
export function httpLoader(options: HttpLoaderOptions): HttpLoader {
  const policy = resolveHttp(options);
  const { name, target, warnings } = policy;
  const source = new HttpSource(policy);
  return {
    name,
    key: target.href,
    origin: target.origin,
    warnings,
    load: (request) => source.load(request),
    close: () => source.close(),
  };
}

/** One step of a load: a resource, and how many redirects led to it. */
interface Visit {
  readonly connection: Connection;
  readonly request: LoadRequest;
  /** The user's headers, as they are for this load. */
  readonly own: readonly string[];
  readonly target: Target;
  readonly hops: number;
}

class HttpSource {
  readonly #policy: HttpPolicy;
  #connection: Connection | undefined;
  #encodings: readonly string[] = [];

  constructor(policy: HttpPolicy) {
    this.#policy = policy;
  }

  async load(request: LoadRequest): Promise<LoadResult> {
    const { name, headers } = this.#policy;
    const { signal } = request;
    signal.throwIfAborted();
    // an await that waits for nothing would still cost on every poll
    const own =
      headers.asked.length === 0 ? headers.fixed : await headersFor(headers, name, signal);
    const open = this.#connection;
    const connection = open && !open.retired ? open.use() : await this.#open();
    try {
      signal.throwIfAborted();
      return await this.#ask({ connection, request, own, target: this.#policy.target, hops: 0 });
    } finally {
      connection.release();
    }
  }

  /** Asks one resource, and where that redirects, the next one. */
  async #ask(visit: Visit): Promise<LoadResult> {
    const { name: loader, followRedirects: follow } = this.#policy;
    const { connection, request, own, target, hops } = visit;
    const conditions = conditionsFor(request.known, target);
    const answer = await exchange(connection, {
      loader,
      target,
      headers: [...own, ...this.#encodings, ...conditions],
      signal: request.signal,
      maxWireBytes: request.limits.maxWireBytes,
    });
    const next = redirectOf(answer, target, { loader, follow, hops });
    if (next) return this.#ask({ ...visit, target: next, hops: hops + 1 });
    return readAnswer(answer, { loader, target, conditional: conditions.length > 0, request });
  }

  async #open(): Promise<Connection> {
    const [opened, encodings] = await Promise.all([
      openConnection(this.#policy),
      acceptedEncodings(),
    ]);
    this.#encodings = ['accept-encoding', encodings];
    // another load may have been faster
    if (!this.#connection || this.#connection.retired) this.#connection = opened;
    return this.#connection.use();
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.destroy();
  }
}
