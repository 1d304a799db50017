import { ask } from './http/ask.ts';
import type { HttpLoader } from './http/http-loader.ts';
import { printed } from './internal/printed.ts';
import { HttpClient } from './undici/http-client.ts';
import { type HttpLoaderOptions, resolveHttp } from './undici/options.ts';

export type { HttpLoaderOptions } from './undici/options.ts';
export type { HttpTlsOptions, PemValue } from './undici/tls-material.ts';
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
  const client = new HttpClient(policy);
  return {
    ...printed,
    name,
    key: target.href,
    origin: target.origin,
    warnings,
    load: (request) =>
      client.send(request, (transport, own) =>
        ask({ policy, transport, request, own, target, hops: 0 }),
      ),
    close: () => client.close(),
  };
}
