import { OptionChecks } from '@holdfast/core/options';
import { type CommonOptions, type CommonPolicy, resolveCommon, SECRETS } from '../http/options.ts';
import { type EncodingPolicy, OF_THE_PLATFORM, OURS } from './encodings.ts';
import type { FetchFunction, FetchInit } from './fetch-init.ts';
import { takenOf } from './platform.ts';

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

const ENCODING = 'accept-encoding';
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
  const asked = { credentials, cache: 'no-store' } as const;
  const taken = takenOf(target, asked, [...headers.names, ENCODING]);
  if (!('credentials' in taken.init) && credentials !== 'omit') {
    throw check.fail('credentials', '"omit" on this platform', credentials);
  }
  const dropped = headers.names.filter((name) => taken.dropped.includes(name));
  return {
    ...common,
    fetch: own,
    encodings: taken.dropped.includes(ENCODING) ? OF_THE_PLATFORM : OURS,
    init: { redirect: 'manual', ...taken.init },
    warnings: [...warnings, ...dropped.map(warningAbout)],
  };
}

function warningAbout(header: string): string {
  return `The header "${header}" is never sent: this platform keeps it to itself`;
}
