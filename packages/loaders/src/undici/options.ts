import type { LookupFunction } from 'node:net';
import { MAX_WAIT_MS, OptionChecks } from '@holdfast/core/options';
import type { Dispatcher } from 'undici';
import { type HttpTlsOptions, isPem } from './tls-material.ts';
import {
  type CommonOptions,
  type CommonPolicy,
  type Dialect,
  resolveCommon,
  SECRETS,
} from '../http/options.ts';

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
  /**
   * A connection that is older is not used for another load, in milliseconds, 1 to 2 147 483 647: so that a change of DNS
   * is followed where answers come, whatever they say. Where none comes, or not whole, the next connection is a new one, with
   * a new look at DNS, in any case.
   * @default {however old it is}
   */
  readonly maxConnectionAgeMs?: number | undefined;
  /** Looks host names up, as `lookup` of `net.connect` does. Not for what a proxy is asked. @default {`lookup` of `node:dns`} */
  readonly lookup?: LookupFunction | undefined;
  /** Whether answers may come compressed. A `Content-Digest` can only be checked of those that do not. @default {true} */
  readonly compression?: boolean | undefined;
  /** Certificates of the connection to the origin. @default {those that the platform trusts, and none of its own} */
  readonly tls?: HttpTlsOptions | undefined;
}

/** {@link HttpLoaderOptions} checked and taken apart. */
export interface HttpPolicy extends CommonPolicy {
  readonly dispatcher: Pick<Dispatcher, 'dispatch'> | undefined;
  readonly proxyFromEnvironment: boolean;
  readonly connectTimeoutMs: number;
  readonly maxConnectionAgeMs: number;
  readonly lookup: LookupFunction | undefined;
  readonly tls: HttpTlsOptions | undefined;
  readonly compression: boolean;
}

/** How a user of undici differs from `httpLoader`. */
type HttpDialect = Omit<Dialect, 'base'>;

const OPTION_NAMES: readonly (keyof HttpLoaderOptions)[] = [
  'dispatcher',
  'proxyFromEnvironment',
  'connectTimeoutMs',
  'compression',
  'maxConnectionAgeMs',
  'lookup',
  'tls',
];

/**
 * Fills in defaults and checks.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the option, and its value where that cannot be secret.
 */
export function resolveHttp(options: HttpLoaderOptions): HttpPolicy {
  const check: OptionChecks = new OptionChecks('httpLoader()', [...SECRETS, 'tls']);
  return resolveHttpAs(options, { check, options: [], headers: {} });
}

/** As {@link resolveHttp}, for all who send requests with undici. */
export function resolveHttpAs(options: HttpLoaderOptions, dialect: HttpDialect): HttpPolicy {
  const check: OptionChecks = dialect.check;
  const common = resolveCommon(options, {
    ...dialect,
    options: [
      ...OPTION_NAMES.filter((name) => !dialect.without?.includes(name)),
      ...dialect.options,
    ],
    headers: { 'user-agent': 'holdfast', ...dialect.headers },
  });
  const { proxyFromEnvironment = true, connectTimeoutMs = 5000, dispatcher } = options;
  const { compression = true } = options;
  const { maxConnectionAgeMs = Infinity, lookup, tls } = options;
  check.flag('proxyFromEnvironment', proxyFromEnvironment);
  check.flag('compression', compression);
  check.range('connectTimeoutMs', connectTimeoutMs, 1, 300_000);
  if (options.maxConnectionAgeMs !== undefined)
    check.range('maxConnectionAgeMs', maxConnectionAgeMs, 1, MAX_WAIT_MS);
  if (lookup !== undefined) check.callable('lookup', lookup);
  if (dispatcher !== undefined) check.methods('dispatcher', dispatcher, ['dispatch']);
  if (tls !== undefined) checkTls(tls, check, common.target.origin);
  for (const option of ['maxConnectionAgeMs', 'lookup', 'tls'] as const) {
    const given = options[option];
    if (dispatcher !== undefined && given !== undefined)
      throw check.fail(option, 'left out when "dispatcher" is given', given);
  }
  return {
    ...common,
    dispatcher,
    proxyFromEnvironment,
    connectTimeoutMs,
    compression,
    maxConnectionAgeMs,
    lookup,
    tls,
  };
}

function checkTls(tls: HttpTlsOptions, check: OptionChecks, origin: string): void {
  check.object('tls', tls, ['ca', 'cert', 'key'] satisfies (keyof HttpTlsOptions)[]);
  const given = Object.entries(tls).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (isPem(value) || typeof value === 'function') continue;
    throw check.fail(`tls.${name}`, 'a text in PEM, or a function that gives one', value);
  }
  if ((tls.cert === undefined) !== (tls.key === undefined))
    throw check.fail('tls', 'both cert and key, or neither', tls);
  if (!origin.startsWith('https:'))
    throw check.fail('tls', 'left out, since the URL is not https:', tls);
}
