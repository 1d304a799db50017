import { type Change, type ErrorCode, formatPath, HoldfastError } from '@holdfast/core';

/** What a {@link PublishError} says beside its message. */
interface PublishFacts {
  readonly status?: number | undefined;
  readonly mayHaveWorked?: boolean;
  readonly changes?: readonly Change[] | undefined;
  readonly etag?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A document was not published, or nobody knows whether it was. Its code is `CONFLICT` where somebody else was faster, and
 * `PUBLISH_FAILED` otherwise.
 */
export class PublishError extends HoldfastError {
  override readonly name = 'PublishError';
  /** Of the answer, where there was one. */
  readonly status: number | undefined;
  /** No answer came, or one that leaves it open: `read()` tells what is there now. */
  readonly mayHaveWorked: boolean;
  /**
   * Of a conflict: what publishing would change in the document that is there now. Absent where that could not be read.
   * Secrets in it are hidden.
   */
  readonly changes: readonly Change[] | undefined;
  /** Of a conflict: entity tag of the document that is there now. */
  readonly etag: string | undefined;

  constructor(code: ErrorCode, message: string, facts: PublishFacts = {}) {
    super(code, message, { cause: facts.cause });
    this.status = facts.status;
    this.mayHaveWorked = facts.mayHaveWorked ?? false;
    this.changes = facts.changes;
    this.etag = facts.etag;
  }
}

const MOST_SHOWN = 5;

/** The paths of changes, for a message: values may be secret, and are in `changes`. */
export function pathsOf(changes: readonly Change[]): string {
  if (changes.length === 0) return 'nothing: what is there is the same already';
  const shown = changes.slice(0, MOST_SHOWN).map(({ path }) => formatPath(path));
  const rest = changes.length - shown.length;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

const REASONS: Readonly<Record<number, string>> = {
  202: 'it accepted the document, to be written later or never',
  401: 'it wants other credentials',
  403: 'these credentials may not write',
  404: 'there is no such place',
  405: 'it does not take this method',
  409: 'the document conflicts with what it has',
  413: 'the document is too long for it',
  415: 'it does not take this type of document',
  422: 'it does not take this document',
  428: 'it wants another condition than the one that was sent',
  429: 'it is asked too often',
};

/** What a status says that does not tell of a document in its place. */
export function reasonOf(status: number): string {
  const reason = REASONS[status];
  if (reason !== undefined) return reason;
  if (status < 300) return 'a success which says nothing of what is written';
  if (status === 304) return 'an answer that no write can have';
  if (status < 400) return 'a redirect, which is never followed with a document';
  return status >= 500 ? 'it failed' : 'it did not take the document';
}
