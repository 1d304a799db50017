import type { Dispatcher } from 'undici';
import { checkName, checkOptionNames, invalidOption, kindOf } from '../internal/check-options.ts';
import {
  type Credentials,
  type HeaderPlan,
  type HeaderValue,
  planHeaders,
} from './request-headers.ts';
import { type Target, isLoopback, targetOf } from './target.ts';

/** Options of `httpLoader`. Wrong ones throw a `HoldfastError` with code `INVALID_OPTIONS` at construction. */
export interface HttpLoaderOptions {
  /**
   * Where the document is: `http:` or `https:`. User-info in it is sent as basic credentials, and shown nowhere.
   */
  readonly url: string | URL;
  /** Shown in status, events and errors. @default {'http <host>/<path>', without the query} */
  readonly name?: string | undefined;
  /**
   * Sent with each request. Those that the loader needs for itself (conditions, ranges, encodings, framing) are refused.
   * A function that throws, or gives what no header can carry, fails the load with `retry: 'slow'`.
   *
   * @default {{}}
   */
  readonly headers?: Readonly<Record<string, HeaderValue>> | undefined;
  /** Sent as `Authorization: Bearer …`. At most one of it, `headers.authorization` and user-info. @default {none} */
  readonly bearerToken?: HeaderValue | undefined;
  /**
   * What a redirect does: `refuse` fails the load; `same-origin` follows up to 5 within scheme, host and port.
   * Nothing is ever sent to another origin.
   *
   * @default {'refuse'}
   */
  readonly redirects?: 'refuse' | 'same-origin' | undefined;
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
export interface HttpPolicy {
  readonly name: string;
  readonly target: Target;
  readonly headers: HeaderPlan;
  readonly followRedirects: boolean;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'> | undefined;
  readonly proxyFromEnvironment: boolean;
  readonly connectTimeoutMs: number;
  readonly warnings: readonly string[];
}

const OPTION_NAMES: readonly (keyof HttpLoaderOptions)[] = [
  'url',
  'name',
  'headers',
  'bearerToken',
  'redirects',
  'dispatcher',
  'proxyFromEnvironment',
  'connectTimeoutMs',
];

/**
 * Fills in defaults and checks.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the option, and its value where that cannot be secret.
 */
export function resolveHttp(options: HttpLoaderOptions): HttpPolicy {
  checkOptionNames(options, OPTION_NAMES);
  const { redirects = 'refuse', proxyFromEnvironment = true, connectTimeoutMs = 5000 } = options;
  if (redirects !== 'refuse' && redirects !== 'same-origin') {
    throw invalidOption('redirects', "'refuse' or 'same-origin'", kindOf(redirects));
  }
  if (typeof proxyFromEnvironment !== 'boolean') {
    throw invalidOption('proxyFromEnvironment', 'true or false', kindOf(proxyFromEnvironment));
  }
  if (!(connectTimeoutMs >= 1 && connectTimeoutMs <= 300_000)) {
    throw invalidOption('connectTimeoutMs', 'between 1 and 300000', String(connectTimeoutMs));
  }
  const url = parseUrl(options.url);
  const target = targetOf(url);
  const { name = `http ${url.host}${url.pathname}`, dispatcher } = options;
  checkName('name', name);
  if (dispatcher !== undefined && typeof dispatcher?.dispatch !== 'function') {
    throw invalidOption('dispatcher', "one of undici's dispatchers", kindOf(dispatcher));
  }
  const headers = planHeaders({ ...options, userInfo: userInfoOf(url) });
  const warnings = headers.credential ? warningsFor(url, target) : [];
  return {
    name,
    target,
    headers,
    followRedirects: redirects === 'same-origin',
    dispatcher,
    proxyFromEnvironment,
    connectTimeoutMs,
    warnings,
  };
}

function parseUrl(option: unknown): URL {
  const text = option instanceof URL ? option.href : option;
  // the parser would drop them without a word, and read another URL than the one that was written
  const clean = typeof text === 'string' && !/[\p{Cc}\s]/u.test(text);
  const url = clean && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw invalidOption('url', 'an http: or https: URL without blanks', kindOf(option));
  }
  return url;
}

function userInfoOf(url: URL): Credentials | undefined {
  if (url.username === '' && url.password === '') return undefined;
  try {
    return { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  } catch {
    throw invalidOption('url', 'a URL whose user-info is percent-encoded', 'user-info that is not');
  }
}

function warningsFor(url: URL, { hostPort }: Target): readonly string[] {
  if (url.protocol === 'https:' || isLoopback(url)) return [];
  return [
    `A credential is sent to ${hostPort} over http:, for everybody on the way to read: use https:`,
  ];
}
