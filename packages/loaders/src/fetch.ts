import { type FetchLoaderOptions, resolveFetch } from './fetch/options.ts';
import { FetchTransport } from './fetch/transport.ts';
import { watchFor } from './fetch/watch.ts';
import { ask } from './http/ask.ts';
import type { HttpLoader } from './http/http-loader.ts';
import { headersFor } from './http/request-headers.ts';
import { printed } from './internal/printed.ts';

export type { FetchFunction, FetchInit } from './fetch/fetch-init.ts';
export type { FetchLoaderOptions } from './fetch/options.ts';
export type { HttpLoader } from './http/http-loader.ts';
export type { HeaderValue } from './http/request-headers.ts';

/**
 * Reads a document over HTTP with the platform's own `fetch`: for browsers, workers, functions, Bun and Deno. It means
 * the same as `httpLoader`, but for what a platform keeps to itself: docs/fetch-loader.md has the list.
 *
 * No HTTP cache answers for the origin, and no cookie is sent unless `credentials` says so. In a browser the loop is
 * poked when the network comes back (`online`) and when the page is seen again (`visibilitychange`).
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the option and never a secret.
 */
export function fetchLoader(options: FetchLoaderOptions): HttpLoader {
  const policy = resolveFetch(options);
  const { name, target, headers, warnings } = policy;
  const transport = new FetchTransport(policy);
  const watch = watchFor(globalThis);
  return {
    ...printed,
    name,
    key: target.href,
    origin: target.origin,
    warnings,
    async load(request) {
      const { signal } = request;
      signal.throwIfAborted();
      const own = await headersFor(headers, name, signal);
      return ask({ policy, transport, request, own, target, hops: 0 });
    },
    ...(watch && { watch }),
  };
}
