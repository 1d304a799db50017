import { OptionChecks } from '@holdfast/core/options';
import { type CommonOptions, type CommonPolicy, resolveCommon, SECRETS } from '../http/options.ts';
import { type EncodingPolicy, OF_THE_PLATFORM, OURS } from './encodings.ts';
import type { FetchFunction, FetchInit } from './fetch-init.ts';
import { acceptsInit, droppedHeaders } from './platform.ts';

/**
 * Options of `fetchLoader`. Wrong ones throw a `HoldfastError` with code `INVALID_OPTIONS` at construction. On a page, a
 * relative `url` is one of that page.
 */
export interface FetchLoaderOptions extends CommonOptions {
  /** Whether a browser adds the user's cookies and other credentials of the origin. @default {'omit'} */
  readonly credentials?: 'omit' | 'same-origin' | 'include' | undefined;
  /**
   * Sends the requests instead, e.g. to add what `fetch` knows and this loader does not. It has to pass `init` on, above
   * all `signal`, `redirect` and `cache`.
   *
   * @default {the platform's, looked up at each request}
   */
  readonly fetch?: FetchFunction | undefined;
}

/** {@link FetchLoaderOptions} checked and taken apart. */
export interface FetchPolicy extends CommonPolicy {
  readonly fetch: FetchFunction | undefined;
  readonly encodings: EncodingPolicy;
  /** The same for each request. */
  readonly init: Pick<FetchInit, 'cache' | 'credentials' | 'redirect'>;
}

const OWN = ['credentials', 'fetch'] satisfies readonly (keyof FetchLoaderOptions)[];

/**
 * Fills in defaults and checks, also what this platform can do.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the option, and its value where that cannot be secret.
 */
export function resolveFetch(options: FetchLoaderOptions): FetchPolicy {
  const { location } = globalThis as { readonly location?: { readonly href?: string } };
  const check = new OptionChecks('fetchLoader()', SECRETS);
  const common = resolveCommon(options, { check, options: OWN, headers: {}, base: location?.href });
  const { credentials = 'omit', fetch: own } = options;
  const { target, headers, warnings } = common;
  check.oneOf('credentials', credentials, ['omit', 'same-origin', 'include']);
  if (own !== undefined) check.callable('fetch', own);
  else if (typeof globalThis.fetch !== 'function') {
    throw check.fail('fetch', 'a function, where the platform has none', own);
  }
  const ownCredentials = acceptsInit(target, { credentials });
  if (!ownCredentials && credentials !== 'omit') {
    throw check.fail('credentials', '"omit" on this platform', credentials);
  }
  const dropped = droppedHeaders(target, headers.names);
  const ours = droppedHeaders(target, ['accept-encoding']).length === 0;
  return {
    ...common,
    fetch: own,
    encodings: ours ? OURS : OF_THE_PLATFORM,
    init: {
      redirect: 'manual',
      ...(ownCredentials && { credentials }),
      ...(acceptsInit(target, { cache: 'no-store' }) && { cache: 'no-store' }),
    },
    warnings: [...warnings, ...dropped.map(warningAbout)],
  };
}

function warningAbout(header: string): string {
  return `The header "${header}" is never sent: this platform keeps it to itself`;
}
