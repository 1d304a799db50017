import { LoadError, type LoadFailure, type Retry } from '@holdfast/core';
import { printable } from '../internal/printable.ts';

/** Where and when a request failed. */
export interface TransportFault {
  /** Name of the loader. */
  readonly loader: string;
  /** Host and port of the origin. */
  readonly hostPort: string;
  /** What failed. @default {'load'} */
  readonly doing?: 'load' | 'watch' | undefined;
  /** Whether any byte of an answer had come. */
  readonly answered: boolean;
  /** What people are told where the transport hides its reasons; a request that got no answer then had no connection. */
  readonly untold?: string | undefined;
}

/** An answer had come, if one that cannot be read. What is not in capitals is Bun's. */
const GARBLED =
  /^(?:HPE_|(?:HTTPParserError|UND_ERR_(?:HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH)|Malformed_HTTP_Response|Invalid(?:ContentLength|HTTPResponse)|UnsupportedTransferEncoding)$)/;
const TLS =
  /^(?:CERT_|CRL_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|EPROTO$|UND_ERR_PRX_TLS)/;
/** What OpenSSL makes of an answer in plain HTTP, by its version. */
const NO_TLS = /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/;
const TIMEOUT = /^(?:ETIMEDOUT|UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT)$/;
const LOST = /^(?:ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|ConnectionClosed)$/;
const CONNECT = /^(?:E(?!RR_)[A-Z_]+|ConnectionRefused|FailedToOpenSocket)$/;

/** Errors whose messages name addresses and reasons only. Any other may quote a URL, a header or the body. */
const CLEAN = /^(?:E(?!RR_)[A-Z_]+$|UND_ERR_|HPE_)/;

/**
 * Wraps what undici, a socket or a foreign dispatcher failed with. The only place that does. The error itself is not
 * kept: it can hold the body, the URL or credentials; its code, and its message where that is clean, are.
 */
export function transportError(error: unknown, fault: TransportFault): LoadError {
  const { code, reason } = facts(error);
  const proxy = /\b(?:Proxy response|Proxy Authentication)\D*(\d{3})/.exec(reason);
  if (proxy) return proxyError(Number(proxy[1]), fault);
  const { failure, retry, what } = classify(code, fault);
  const why = reason === '' || reason.includes(code) ? reason || code : `${reason}, ${code}`;
  return new LoadError(
    `Cannot ${fault.doing ?? 'load'} ${fault.loader}: ${what} ${fault.hostPort} (${why || (fault.untold ?? 'unknown error')})`,
    { failure, retry, cause: Object.assign(new Error(why), { code }) },
  );
}

interface Verdict {
  readonly failure: LoadFailure;
  readonly retry: Retry;
  readonly what: string;
}

function classify(code: string, { answered, untold }: TransportFault): Verdict {
  if (TLS.test(code)) {
    const what = NO_TLS.test(code) ? 'no TLS (plain http?) at' : 'no trusted connection to';
    return { failure: 'tls', retry: 'slow', what };
  }
  if (TIMEOUT.test(code))
    return { failure: 'timeout', retry: 'backoff', what: 'no connection in time to' };
  if (answered || GARBLED.test(code))
    return { failure: 'body', retry: 'backoff', what: 'broken answer of' };
  if (LOST.test(code)) return { failure: 'connect', retry: 'now', what: 'connection lost to' };
  const connect = CONNECT.test(code) || (code === '' && untold !== undefined);
  if (connect) return { failure: 'connect', retry: 'backoff', what: 'no connection to' };
  return { failure: 'other', retry: 'backoff', what: 'no HTTP answer of' };
}

function proxyError(
  status: number,
  { loader, hostPort, doing = 'load' }: TransportFault,
): LoadError {
  const why = status === 407 ? 'it wants credentials' : 'it refused';
  const message = `Cannot ${doing} ${loader}: the proxy gave no way to ${hostPort}: ${why} (status ${status})`;
  return new LoadError(message, {
    failure: 'status',
    status,
    retry: status === 407 || status === 403 ? 'slow' : 'backoff',
  });
}

function facts(error: unknown): { readonly code: string; readonly reason: string } {
  if (!(error instanceof Error)) return { code: '', reason: '' };
  // connecting to several addresses fails with a list of errors and no message
  const [first] = error instanceof AggregateError ? error.errors : [];
  const told = error.message === '' && first instanceof Error ? first : error;
  // undici's parser errors have clean messages, and often no code
  const parser = error.name === 'HTTPParserError';
  const given = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const code = given === '' && parser ? error.name : given;
  // OpenSSL's message is its code once more, among numbers
  const clean = parser || CLEAN.test(code) || (TLS.test(code) && !code.startsWith('ERR_SSL_'));
  return { code: printable(code), reason: clean ? printable(told.message, 200) : '' };
}
