import { kindOf, MAX_NAME_LENGTH, type OptionChecks } from '@holdfast/core/options';
import { checkOptions } from '../internal/check-options.ts';
import {
  type Credentials,
  type HeaderPlan,
  type HeaderValue,
  isFieldName,
  planHeaders,
} from './request-headers.ts';
import { type Target, isLoopback, targetOf } from './target.ts';

/** What every loader over HTTP can be told. */
export interface CommonOptions {
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
   * Further headers of answers that are kept with the document, also in caches, for a check to read: such as one that
   * bears a signature. Those that RFC 9421 and RFC 9530 need are kept anyway.
   *
   * @default {[]}
   */
  readonly keepHeaders?: readonly string[] | undefined;
}

/** {@link CommonOptions} checked and taken apart. */
export interface CommonPolicy {
  readonly name: string;
  readonly target: Target;
  readonly headers: HeaderPlan;
  readonly followRedirects: boolean;
  readonly keepHeaders: readonly string[];
  readonly warnings: readonly string[];
}

/** How one loader differs from the others. */
export interface Dialect {
  /** Of its options; with {@link SECRETS}. */
  readonly check: OptionChecks;
  /** Names of its own options. */
  readonly options: readonly string[];
  /** Headers that it sends unless the user gives others. */
  readonly headers: Readonly<Record<string, string>>;
  /** Common ones that it does not take. */
  readonly without?: readonly string[];
  /** What a relative URL is resolved against, where there is such a thing. */
  readonly base?: string | undefined;
  /** What its URL must be. @default {'an http: or https: URL'} */
  readonly urls?: string;
}

/** Options that may hold a credential: no message shows their values. */
export const SECRETS: readonly (keyof CommonOptions)[] = ['url', 'headers', 'bearerToken'];

const OPTION_NAMES: readonly (keyof CommonOptions)[] = [
  'url',
  'name',
  'headers',
  'bearerToken',
  'redirects',
  'keepHeaders',
];

const DEADLINE = 'the time for a load is polling.deadlineMs of register()';
const INTERVAL = 'how often it is read is polling.intervalMs of register()';
const TIMES_ELSEWHERE = {
  timeout: DEADLINE,
  timeoutMs: DEADLINE,
  deadlineMs: DEADLINE,
  interval: INTERVAL,
  intervalMs: INTERVAL,
};

/** Names in a query that bear a credential: `?token=`, `?api_key=`, `?X-Amz-Signature=`, … */
const CREDENTIAL =
  /auth|token|secret|passw|credential|api[-_]?key|(?:^|[-_.])(?:key|sig|signature)$/i;

/**
 * Fills in defaults and checks.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the option, and its value where that cannot be secret.
 */
export function resolveCommon(options: CommonOptions, dialect: Dialect): CommonPolicy {
  const check: OptionChecks = dialect.check;
  checkOptions(check, options, {
    example: '{ url }',
    elsewhere: TIMES_ELSEWHERE,
    known: [...OPTION_NAMES.filter((name) => !dialect.without?.includes(name)), ...dialect.options],
  });
  const { redirects = 'refuse', headers: own, bearerToken, keepHeaders = [] } = options;
  check.oneOf('redirects', redirects, ['refuse', 'same-origin']);
  check.list('keepHeaders', keepHeaders, (item, header) => {
    if (!isFieldName(header)) throw check.fail(item, 'the name of a header', header);
  });
  const url = parseUrl(options.url, dialect);
  const target = targetOf(url);
  const { name = `http ${url.host}${url.pathname}`.slice(0, MAX_NAME_LENGTH) } = options;
  check.name('name', name);
  const wishes = { headers: own, bearerToken, userInfo: userInfoOf(url, check) };
  const headers = planHeaders(wishes, dialect);
  return {
    name,
    target,
    headers,
    followRedirects: redirects === 'same-origin',
    keepHeaders: keepHeaders.map((header) => header.toLowerCase()),
    warnings: [...warningsFor(url, target, headers), ...warningsOfUnset(options)],
  };
}

function parseUrl(option: unknown, { check, base, urls = 'an http: or https: URL' }: Dialect): URL {
  const text = option instanceof URL ? option.href : option;
  // the parser would drop them without a word, and read another URL than the one that was written
  const clean = typeof text === 'string' && !/[\p{Cc}\s]/u.test(text);
  const url = clean && URL.canParse(text, base) ? new URL(text, base) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const shown = clean ? kindOf(option) + lackOf(text) : undefined;
    throw check.fail('url', `${urls} without blanks`, option, shown);
  }
  return url;
}

/** What a text lacks that was meant as a URL. */
function lackOf(text: string): string {
  if (text.includes('://')) return '';
  const relative = /^[./]/.test(text);
  return relative ? ', relative, which only a page can resolve' : ' without http:// or https://';
}

function userInfoOf(url: URL, check: OptionChecks): Credentials | undefined {
  if (url.username === '' && url.password === '') return undefined;
  try {
    return { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  } catch {
    throw check.fail('url', 'a URL whose user-info is percent-encoded', url, 'one that is not');
  }
}

/** Who names it means to send it: most likely an environment variable is not set. */
function warningsOfUnset(options: CommonOptions): readonly string[] {
  const unset = 'bearerToken' in options && options.bearerToken === undefined;
  return unset ? ['"bearerToken" is given, but undefined: requests go without it'] : [];
}

function warningsFor(url: URL, { hostPort }: Target, headers: HeaderPlan): readonly string[] {
  if (url.protocol === 'https:' || isLoopback(url)) return [];
  const inQuery = [...url.searchParams.keys()].some((name) => CREDENTIAL.test(name));
  if (!headers.credential && !inQuery) return [];
  const what = headers.credential ? 'A credential' : 'A credential in the query of the URL';
  return [
    `${what} is sent to ${hostPort} over plain http:, where everybody on the way can read it: use https:`,
  ];
}
