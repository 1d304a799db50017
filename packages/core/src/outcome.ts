import { HoldfastError } from './errors.ts';

/** How one proposal, such as the answer of a poll, ended. */
export type Outcome =
  /** The source still has what is in force. */
  | { readonly kind: 'unchanged' }
  /** A new document is in force. `changed` is false when the value it gives is the one that was there. */
  | { readonly kind: 'accepted'; readonly version: number; readonly changed: boolean }
  /** The document failed a check; everything is as it was. */
  | { readonly kind: 'refused'; readonly error: HoldfastError }
  /**
   * The document waits: for the window of `updates` to open, at this wall-clock time in milliseconds, or without one for
   * `unpin()`.
   */
  | { readonly kind: 'held'; readonly until?: number | undefined }
  /** A participant would not have it; everything is as it was. A document is tried again later. */
  | { readonly kind: 'vetoed'; readonly error: HoldfastError }
  /** There was no document to look at. */
  | { readonly kind: 'failed'; readonly error: HoldfastError };

/** What made a config change or a poll start. */
export type Trigger =
  | 'defaults'
  | 'cache'
  | 'poll'
  | 'refresh'
  | 'push'
  /** The window of `updates` opened. */
  | 'window'
  /** Something else changed, so that a document that was kept is tried again. */
  | 'retry'
  /** `acceptRefused()`, `pin()`, `unpin()`. */
  | 'operator'
  /** What was pinned away is tried again. */
  | 'unpin'
  /** An override was set or cleared. */
  | 'override'
  /** An override came to its end, or could be cleared at last. */
  | 'expiry'
  | 'rollback'
  | 'import';

/** What a closed config answers. */
export function closedOutcome(config: string): Extract<Outcome, { kind: 'failed' }> {
  const error = new HoldfastError('CLOSED', `Config ${JSON.stringify(config)} is closed`);
  return { kind: 'failed', error };
}
