import { MAX_WAIT_MS, OptionChecks } from '@holdfast/core/options';
import type { HttpLoaderOptions } from '../http.ts';
import { SECRETS } from '../http/options.ts';
import { checkLoader } from '../internal/check-loader.ts';

type NotOfConnections = 'redirects' | 'maxConnectionAgeMs' | 'compression' | 'keepHeaders';

/**
 * What `httpLoader` takes and a push connection does not: each one is new, lasts as long as its watch, and brings no answer
 * that is kept.
 */
export const NOT_OF_CONNECTIONS: readonly NotOfConnections[] = [
  'redirects',
  'maxConnectionAgeMs',
  'compression',
  'keepHeaders',
];

/** How a push connection is made: as that of `httpLoader`. */
export interface ConnectionOptions extends Omit<
  HttpLoaderOptions,
  NotOfConnections | 'url' | 'name'
> {
  /** What tells of changes: `http:` or `https:`. User-info in it is sent as basic credentials, and shown nowhere. */
  readonly url: string | URL;
  /** Of the connection, in its errors. @default {'http <host>/<path>', without the query} */
  readonly name?: string | undefined;
}

/** The checks of a decorator; refuses what is no loader. @throws {HoldfastError} `INVALID_OPTIONS` */
export function checksFor(owner: string, loader: unknown): OptionChecks {
  const check: OptionChecks = new OptionChecks(owner, ['loader', 'tls', ...SECRETS]);
  checkLoader(check, 'loader', loader);
  return check;
}

/** Checks for how long a connection may say nothing. Less than a second would end each one. */
export function checkSilence(check: OptionChecks, silenceMs: number): void {
  check.range('silenceMs', silenceMs, 1_000, MAX_WAIT_MS);
}
