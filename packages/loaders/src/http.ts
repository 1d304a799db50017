import type { LoadRequest, LoadResult } from '@holdfast/core';
import { ask } from './http/ask.ts';
import type { HttpLoader } from './http/http-loader.ts';
import { headersFor } from './http/request-headers.ts';
import { type Connection, openConnection } from './undici/connection.ts';
import { asksForTls, sameTls, type TlsMaterial, tlsMaterial } from './undici/tls-material.ts';
import { type HttpLoaderOptions, type HttpPolicy, resolveHttp } from './undici/options.ts';

export type { HttpLoaderOptions, HttpTlsOptions, PemValue } from './undici/options.ts';
export type { HttpLoader } from './http/http-loader.ts';
export type { HeaderValue } from './http/request-headers.ts';

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

class HttpSource {
  readonly #policy: HttpPolicy;
  #connection: Connection | undefined;
  /** Monotonic. */
  #openedAt = 0;

  constructor(policy: HttpPolicy) {
    this.#policy = policy;
  }

  async load(request: LoadRequest): Promise<LoadResult> {
    const policy = this.#policy;
    const { name, headers, target } = policy;
    const { signal } = request;
    signal.throwIfAborted();
    // an await that waits for nothing would still cost on every poll
    const own =
      headers.asked.length === 0 ? headers.fixed : await headersFor(headers, name, signal);
    const tls = asksForTls(policy) ? await tlsMaterial(policy, signal) : undefined;
    const open = this.#connection;
    if (open) this.#retireOutdated(open, request, tls);
    const transport = open && !open.retired ? open.use() : await this.#open(request, tls);
    try {
      signal.throwIfAborted();
      return await ask({ policy, transport, request, own, target, hops: 0 });
    } finally {
      transport.release();
    }
  }

  #retireOutdated(open: Connection, { time }: LoadRequest, tls: TlsMaterial | undefined): void {
    const { maxConnectionAgeMs } = this.#policy;
    const tooOld =
      maxConnectionAgeMs < Infinity && time.monotonic() - this.#openedAt > maxConnectionAgeMs;
    if (tooOld || (tls && !sameTls(tls, open.tls))) open.retire();
  }

  async #open({ signal, time }: LoadRequest, tls: TlsMaterial | undefined): Promise<Connection> {
    const policy = this.#policy;
    const opened = await openConnection(policy, tls ?? (await tlsMaterial(policy, signal)));
    // another load may have been faster
    if (!this.#connection || this.#connection.retired) {
      this.#connection = opened;
      this.#openedAt = time.monotonic();
    }
    return this.#connection.use();
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.destroy();
  }
}
