import { LoadError } from '@holdfast/core';
import { type Fields, onlyField } from '../http/fields.ts';
import { parseRetryAfter } from '../http/retry-after.ts';
import { SLOW_STATUSES } from '../http/slow-statuses.ts';

/** An answer that nobody can watch. */
export interface Unwatchable {
  readonly status: number;
  readonly fields: Fields;
  /** Wall-clock time in milliseconds. */
  readonly now: number;
}

/** What is wrong with an answer that is not what was `wanted`, and how soon it may be another one. */
export function statusError(
  loader: string,
  wanted: string,
  { status, fields, now }: Unwatchable,
): LoadError {
  // of a document 404 says that there is none, of a watch that its URL is wrong
  const slow = status === 404 || SLOW_STATUSES.has(status);
  return new LoadError(`Cannot watch ${loader}: the answer is ${wanted} (status ${status})`, {
    failure: 'status',
    status,
    retryAfterMs: parseRetryAfter(onlyField(fields, 'retry-after'), now),
    ...(slow && { retry: 'slow' }),
  });
}
