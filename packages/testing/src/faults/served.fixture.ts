import type { JsonValue } from '@holdfast/core';
import type { HttpLoaderOptions } from '@holdfast/loaders/http';
import { configServer } from '@holdfast/testing/config-server';
import type { ConfigServer } from '@holdfast/testing/config-server';
import { type Trial, type TrialOptions } from './always.fixture.ts';
import { overHttp, viaHttp } from './http.fixture.ts';

const PATH = '/app.json';

/** A real server of one document, and a config of it that the line above all faults is held against. */
export interface Served<T> extends AsyncDisposable {
  readonly app: Trial<T>;
  readonly server: ConfigServer;
  /** From now on the server has this: strings and bytes as they are, anything else as JSON. No tag: each poll gets it. */
  serve(document: unknown, headers?: Readonly<Record<string, string>>): void;
}

/** What is not the same for all that is served. */
export interface ServedOptions<T> extends Omit<TrialOptions<T>, 'loader'> {
  readonly http?: Partial<HttpLoaderOptions>;
}

/** Serves `first`, and waits until it is in force. */
export async function served<T = unknown>(
  first: JsonValue,
  { http, ...options }: ServedOptions<T> = {},
): Promise<Served<T>> {
  const server = await configServer({ documents: { [PATH]: first } });
  const app = overHttp<T>(viaHttp(http), server.url(PATH), options);
  await app.holds(first);
  return {
    app,
    server,
    serve: (document, headers = {}) => server.set(PATH, document, { etag: false, headers }),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await server.close();
    },
  };
}
