/**
 * Machine-readable reason of a {@link HoldfastError}. Append only: removing one is a breaking change.
 *
 * - `INVALID_OPTIONS` an option is wrong; thrown at construction, names option, value and what is allowed
 * - `NO_VALUE` `current` was read before there was any value
 * - `READY_TIMEOUT` `ready()` waited its time; `cause` is the last failure or refusal
 * - `CLOSED` the config or its manager was closed, or the transaction is over
 * - `LOAD_FAILED` the source could not be read; see {@link LoadError}
 * - `BREAKER_OPEN` the source was not asked: its origin failed again and again, and is left alone for a while
 * - `DECODE_FAILED` the document is not valid UTF-8 or not valid JSON, or its loader could not decode it
 * - `UNTRUSTED` the document has no valid signature or digest, or has expired, or an older one came in the place of a newer
 * - `CONFLICT` what was to be published is based on another version than the one that is there
 * - `PUBLISH_FAILED` a document could not be published
 * - `LIMIT_EXCEEDED` the document is beyond a limit (size, depth, keys, forbidden key); or there are too many snapshots
 * - `MIGRATION_FAILED` a step of `migrations` did not give a document of its version
 * - `VERSION_REFUSED` the document has a version that `accepts` does not take
 * - `SCHEMA_FAILED` the schema refused the document
 * - `REMOVED_TOO_MUCH` the document lost more of its keys than `maxRemoved` allows
 * - `WENT_BACK` the document is older than the one in force, by its `monotonic` path
 * - `CHECK_FAILED` a rule of the application, or a contract of one of its modules, refused the value
 * - `VETOED` a participant would not have the change
 * - `NOT_FOUND` there is no version or snapshot of that name
 * - `CACHE_FAILED` the cache could not be read or written; never harms the value in force
 * - `AUDIT_FAILED` an audit record could not be written; never harms the value in force
 * - `LISTENER_FAILED` a listener, selector or watch threw; never harms anything else
 */
export type ErrorCode =
  | 'INVALID_OPTIONS'
  | 'NO_VALUE'
  | 'READY_TIMEOUT'
  | 'CLOSED'
  | 'LOAD_FAILED'
  | 'BREAKER_OPEN'
  | 'DECODE_FAILED'
  | 'UNTRUSTED'
  | 'CONFLICT'
  | 'PUBLISH_FAILED'
  | 'LIMIT_EXCEEDED'
  | 'MIGRATION_FAILED'
  | 'VERSION_REFUSED'
  | 'SCHEMA_FAILED'
  | 'REMOVED_TOO_MUCH'
  | 'WENT_BACK'
  | 'CHECK_FAILED'
  | 'VETOED'
  | 'NOT_FOUND'
  | 'CACHE_FAILED'
  | 'AUDIT_FAILED'
  | 'LISTENER_FAILED';

/** Found on every error of any copy of this package, see {@link isHoldfastError}. */
const BRAND: unique symbol = Symbol.for('holdfast.error') as never;

/** Base of every error of this SDK. Branch on `code`, never on `message`. */
export class HoldfastError extends Error {
  override readonly name: string = 'HoldfastError';
  /** Machine-readable reason: branch on it. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    // an absent cause is no cause: printed errors would show `[cause]: undefined`
    super(message, options?.cause === undefined ? undefined : options);
    this.code = code;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/**
 * How soon another try makes sense.
 *
 * - `now` the connection died before any byte of an answer, or the answer was about a document that nobody
 *   holds: one second try at once, unless the poll before this one failed; then like `backoff`
 * - `backoff` it may pass by itself: wait, longer at each failure
 * - `slow` somebody has to mend it (401, 403, 404, TLS): the longest wait, but never the end of polling
 */
export type Retry = 'now' | 'backoff' | 'slow';

/** What kind of trouble kept a document away; decides nothing but what people and breakers are told. */
export type LoadFailure = 'connect' | 'timeout' | 'tls' | 'status' | 'absent' | 'body' | 'other';

/** What a {@link LoadError} says beside its message. */
export interface LoadErrorOptions extends ErrorOptions {
  /** How soon another try makes sense. @default {'backoff'} */
  readonly retry?: Retry;
  /** The least wait that the source asked for, in milliseconds. It can only lengthen the wait. */
  readonly retryAfterMs?: number | undefined;
  /** What kind of trouble it was. @default {'other'} */
  readonly failure?: LoadFailure;
  /** Status of the answer, where the transport has one. */
  readonly status?: number | undefined;
}

/** The source could not be read. Loaders throw it; the last good document stays in force. */
export class LoadError extends HoldfastError {
  override readonly name = 'LoadError';
  /** How soon another try makes sense. */
  readonly retry: Retry;
  /** The least wait that the source asked for, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** What kind of trouble it was. */
  readonly failure: LoadFailure;
  /** Status of the answer, where there was one. */
  readonly status: number | undefined;

  constructor(message: string, options: LoadErrorOptions = {}) {
    super('LOAD_FAILED', message, options);
    this.retry = options.retry ?? 'backoff';
    this.retryAfterMs = options.retryAfterMs;
    this.failure = options.failure ?? 'other';
    this.status = options.status;
  }
}

/** Whether `error` is one of ours, even when two copies of this package met in one process. */
export function isHoldfastError(error: unknown): error is HoldfastError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** Whether `error` is a {@link LoadError}, of any copy of this package. */
export function isLoadError(error: unknown): error is LoadError {
  return isHoldfastError(error) && error.code === 'LOAD_FAILED';
}

/** The message of anything that was thrown, for use inside another message. Never throws itself. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  try {
    if (thrown instanceof Error) {
      const { message, name }: { message: unknown; name: unknown } = thrown;
      if (typeof message === 'string' && message !== '') return message;
      if (typeof name === 'string') return name;
    }
  } catch {
    // an error whose message cannot be read
  }
  return `a thrown ${thrown === null ? 'null' : typeof thrown}`;
}
