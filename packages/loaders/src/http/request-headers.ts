import { LoadError } from '@holdfast/core';
import { kindOf, type OptionChecks } from '@holdfast/core/options';
import { printable } from '../internal/printable.ts';
import { untilAborted } from '../internal/until-aborted.ts';

/** A value that stays as it is, or a function that is asked before each load, e.g. for a token that rotates. */
export type HeaderValue = string | (() => string | Promise<string>);

/** User-info of a URL, decoded. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** What the user wants to be sent. */
interface HeaderWishes {
  readonly headers?: Readonly<Record<string, HeaderValue>> | undefined;
  readonly bearerToken?: HeaderValue | undefined;
  readonly userInfo?: Credentials | undefined;
}

/** Which headers each request bears. */
export interface HeaderPlan {
  /** Those that never change, name and value by turns. */
  readonly fixed: readonly string[];
  /** Those that are asked for before each load. */
  readonly asked: readonly AskedHeader[];
  /** Names of all of them, in lower case. */
  readonly names: readonly string[];
  /** Whether one of them looks like a credential. */
  readonly credential: boolean;
}

interface AskedHeader {
  readonly option: string;
  readonly name: string;
  readonly prefix: string;
  readonly ask: () => string | Promise<string>;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Whether a header may have this name (RFC 9110 §5.1). */
export function isFieldName(name: unknown): name is string {
  return typeof name === 'string' && TOKEN.test(name);
}

const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const BEARER = /^[\x21-\x7e]+$/;
const CREDENTIAL = /^(?:cookie|.*(?:auth|token|secret|password|api-?key).*)$/;

const ACCEPT = ['accept', 'application/json, */*;q=0.5'] as const;

/** The loader's own business: another value would break framing, decoding, or the meaning of a 304. */
const RESERVED = new Set(
  (
    'accept-encoding connection content-length expect if-match if-modified-since if-none-match if-range ' +
    'if-unmodified-since keep-alive proxy-authorization proxy-connection range te trailer transfer-encoding upgrade'
  ).split(' '),
);

/**
 * Checks the headers and sorts them once into those that stay and those that are asked for. Those of `given` are sent
 * unless the user gives others.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`; never tells a value.
 */
export function planHeaders(
  { headers = {}, bearerToken, userInfo }: HeaderWishes,
  given: { readonly headers: Readonly<Record<string, string>>; readonly check: OptionChecks },
): HeaderPlan {
  const { check } = given;
  const own = planOwn(headers, check);
  const used = [own.has('authorization'), bearerToken !== undefined, userInfo !== undefined];
  if (used.filter(Boolean).length > 1) {
    const rule = 'the only one of bearerToken, headers.authorization and user-info in the URL';
    const option = bearerToken === undefined ? 'url' : 'bearerToken';
    throw check.fail(option, rule, undefined, 'one of several');
  }
  const all = new Map([ACCEPT, ...Object.entries(given.headers), ...own]);
  if (bearerToken !== undefined) {
    all.set('authorization', plan({ option: 'bearerToken', value: bearerToken, check }));
  }
  if (userInfo) all.set('authorization', basic(userInfo));
  return {
    fixed: [...all].flatMap(([name, value]) => (typeof value === 'string' ? [name, value] : [])),
    asked: [...all.values()].filter((value) => typeof value !== 'string'),
    names: [...all.keys()],
    credential: [...all.keys()].some((name) => CREDENTIAL.test(name)),
  };
}

function planOwn(headers: unknown, check: OptionChecks): Map<string, string | AskedHeader> {
  if (typeof headers !== 'object' || headers === null || Symbol.iterator in headers) {
    throw check.fail('headers', 'an object of names and values', headers);
  }
  const own = new Map<string, string | AskedHeader>();
  for (const [written, value] of Object.entries(headers)) {
    const name = written.toLowerCase();
    // not shown: a whole line, with the credential in it, is a mistake that people make
    if (!isFieldName(name)) {
      const shown = `a name of ${written.length} characters`;
      throw check.fail('headers', 'named by letters, digits and -', written, shown);
    }
    const option = `headers.${written}`;
    if (RESERVED.has(name)) {
      throw check.fail(option, 'left to the loader', value, 'a header of your own');
    }
    if (own.has(name)) throw check.fail(option, 'given once', value, 'given twice');
    own.set(name, plan({ option, name, value: value as HeaderValue, check }));
  }
  return own;
}

/**
 * The headers of one load, name and value by turns; only needed where some have to be asked for.
 *
 * @throws {LoadError} `retry: 'slow'` when a function failed or gave what no header can carry. Its message tells neither
 * the value nor what the function threw, which may well hold the token.
 */
export async function headersFor(
  { fixed, asked }: HeaderPlan,
  loader: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const pairs = asked.map(async (header) => [header.name, await askFor(header, loader)]);
  return [...fixed, ...(await untilAborted(Promise.all(pairs), signal)).flat()];
}

async function askFor({ option, prefix, ask }: AskedHeader, loader: string): Promise<string> {
  const fail = (what: string): LoadError =>
    new LoadError(`Cannot load ${loader}: "${option}" ${what}`, { retry: 'slow' });
  let value: unknown;
  try {
    value = await ask();
  } catch (error) {
    const { name = kindOf(error), code = '' }: { name?: string; code?: string } =
      error instanceof Error ? error : {};
    throw fail(`failed with ${printable(`${name} ${code}`.trim())}`);
  }
  const legal = prefix === '' ? VALUE : BEARER;
  if (typeof value === 'string' && legal.test(value)) return prefix + value;
  throw fail(`gave ${kindOf(value)}, which no header can carry`);
}

interface OwnHeader {
  readonly option: string;
  readonly name?: string;
  readonly value: HeaderValue;
  readonly check: OptionChecks;
}

function plan({ option, name = 'authorization', value, check }: OwnHeader): string | AskedHeader {
  const bearer = option === 'bearerToken';
  const prefix = bearer ? 'Bearer ' : '';
  if (typeof value === 'function') return { option, name, prefix, ask: value };
  if (typeof value === 'string' && (bearer ? BEARER : VALUE).test(value)) return prefix + value;
  const rule = bearer ? 'visible ASCII characters' : 'Latin-1 text without control characters';
  throw check.fail(option, `${rule}, or a function that gives them`, value);
}

function basic({ user, password }: Credentials): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
