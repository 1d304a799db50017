import type { Loader } from '@holdfast/core';
import { type LongPollingOptions, resolveLongPolling } from './long-poll/options.ts';
import { watchByLongPolls } from './long-poll/watch.ts';
import { checksFor } from './push/options.ts';
import { watchedBy } from './push/watched-by.ts';

export type { LongPollingOptions } from './long-poll/options.ts';
export type { ConnectionOptions } from './push/options.ts';

/**
 * Gives a loader a watch by long polls: requests that the server answers when something changes, or after `waitMs`. Each
 * change has the document read again, within the minimum interval; polls go on as the safety net, further apart.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the option and never a secret.
 */
export function longPolling(loader: Loader, options: LongPollingOptions): Loader {
  const policy = resolveLongPolling(options, checksFor('longPolling()', loader));
  return watchedBy(loader, {
    watch: (request) => watchByLongPolls(policy, request),
    warnings: policy.warnings,
  });
}
