import { OptionChecks } from '@holdfast/core/options';
import type { Dispatcher } from 'undici';
import { type CommonOptions, type CommonPolicy, resolveCommon, SECRETS } from '../http/options.ts';

/** Options of `httpLoader`. Wrong ones throw a `HoldfastError` with code `INVALID_OPTIONS` at construction. */
export interface HttpLoaderOptions extends CommonOptions {
  /**
   * undici's way out to the network, e.g. a `Pool` with client certificates. It stays yours: the loader never closes it,
   * and `proxyFromEnvironment` and `connectTimeoutMs` do not apply to it.
   *
   * @default {a pool of the loader's own}
   */
  readonly dispatcher?: Pick<Dispatcher, 'dispatch'> | undefined;
  /** Whether `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` count, in either case. @default {true} */
  readonly proxyFromEnvironment?: boolean | undefined;
  /** Longest wait for a connection, in milliseconds, 1 to 300 000. Keep it under the deadline. @default {5_000} */
  readonly connectTimeoutMs?: number | undefined;
}

/** {@link HttpLoaderOptions} checked and taken apart. */
export interface HttpPolicy extends CommonPolicy {
  readonly dispatcher: Pick<Dispatcher, 'dispatch'> | undefined;
  readonly proxyFromEnvironment: boolean;
  readonly connectTimeoutMs: number;
}

const DIALECT = {
  options: [
    'dispatcher',
    'proxyFromEnvironment',
    'connectTimeoutMs',
  ] satisfies readonly (keyof HttpLoaderOptions)[],
  headers: { 'user-agent': 'holdfast' },
};

/**
 * Fills in defaults and checks.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the option, and its value where that cannot be secret.
 */
export function resolveHttp(options: HttpLoaderOptions): HttpPolicy {
  const check: OptionChecks = new OptionChecks('httpLoader()', SECRETS);
  const common = resolveCommon(options, { check, ...DIALECT });
  const { proxyFromEnvironment = true, connectTimeoutMs = 5000, dispatcher } = options;
  check.flag('proxyFromEnvironment', proxyFromEnvironment);
  check.range('connectTimeoutMs', connectTimeoutMs, 1, 300_000);
  if (dispatcher !== undefined) check.methods('dispatcher', dispatcher, ['dispatch']);
  return { ...common, dispatcher, proxyFromEnvironment, connectTimeoutMs };
}
