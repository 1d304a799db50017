/** What a {@link ConfigServer} can do wrong. Durations in milliseconds. */
export type ConfigServerFault =
  /** Nobody listens on the port, and every open connection is closed: a dead process. For the whole server, until healed. */
  | { readonly kind: 'refuse' }
  /** The connection is reset (RST) before any byte of an answer. */
  | { readonly kind: 'reset' }
  /** Headers with the right Content-Length and the right ETag, half of the body, then the end of the connection. */
  | { readonly kind: 'cut' }
  /** The body comes byte by byte, one every `everyMs`. @default everyMs {200} */
  | { readonly kind: 'drip'; readonly everyMs?: number }
  /** Silence until the client gives up: at once, after the headers, or after half of the body. @default after {'request'} */
  | { readonly kind: 'hang'; readonly after?: 'request' | 'headers' | 'half' }
  /** Any status but 1xx, with `body` as text/plain; `retryAfter` is the header's value. @default body {the status} */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly retryAfter?: string | number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Sends the client to `to` (a `Location` header as it is). @default status {302} */
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: number }
  /** A page of HTML with status 200, as captive portals send. @default type {'text/html'} */
  | { readonly kind: 'wrong-type'; readonly type?: string }
  /** Little brotli that becomes `bytes` of valid JSON, 1 to 2^30. @default bytes {64 MiB} */
  | { readonly kind: 'bomb'; readonly bytes?: number }
  /** 304 without body or validator, also to a request that had no condition. */
  | { readonly kind: 'not-modified' };

/** Faults that can be named without saying more. */
export type PlainFault = Exclude<ConfigServerFault['kind'], 'status' | 'redirect'>;

/** Which requests a fault meets. */
export interface FaultOptions {
  /** How many requests it meets; `Infinity` until `heal()`. @default {Infinity} */
  readonly times?: number;
  /** Only requests for this path. @default {every path} */
  readonly path?: string;
}

/** A fault that a request can meet: all but those of the whole server. */
export type RequestFault = Exclude<ConfigServerFault, { kind: 'refuse' }>;

/** The faults that wait for requests, in the order in which they were set. */
export class FaultQueue {
  #waiting: { readonly fault: RequestFault; readonly path: string | undefined; times: number }[] =
    [];

  add(fault: RequestFault, { times = Infinity, path }: FaultOptions): void {
    this.#waiting.push({ fault, path, times });
  }

  /** The fault that the next request for `path` meets. */
  take(path: string): RequestFault | undefined {
    const next = this.#waiting.find((each) => each.path === undefined || each.path === path);
    if (!next) return undefined;
    next.times -= 1;
    if (next.times <= 0) this.#waiting = this.#waiting.filter((each) => each !== next);
    return next.fault;
  }

  clear(): void {
    this.#waiting = [];
  }
}
