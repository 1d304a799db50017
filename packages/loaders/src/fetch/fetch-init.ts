/** What each request says beside its URL. */
export interface FetchInit {
  /** By lower-case name. */
  readonly headers: Record<string, string>;
  /** Aborts at the deadline. */
  readonly signal: AbortSignal;
  /** The loader decides about redirects, and follows none to another origin. */
  readonly redirect: 'manual';
  /** Absent where the platform has no cookies. */
  readonly credentials?: 'omit' | 'same-origin' | 'include';
  /** A 304 is for us, not for the cache of a browser. Absent where the platform has no such cache. */
  readonly cache?: 'no-store';
}

/** What is used of `fetch`. */
export type FetchFunction = (url: string, init: FetchInit) => Promise<Response>;
