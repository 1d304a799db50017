import type { Loader } from '@holdfast/core';
import { CatchUp } from './push/catch-up.ts';
import { checksFor } from './push/options.ts';
import { watchedBy } from './push/watched-by.ts';
import { resolveEvents, type ServerSentEventsOptions } from './sse/options.ts';
import { EventStream } from './sse/event-stream.ts';

export type { ServerSentEventsOptions } from './sse/options.ts';
export type { ConnectionOptions } from './push/options.ts';

/**
 * Gives a loader a watch over Server-Sent Events: each event has the document read again, within the minimum interval.
 * Polls go on as the safety net, further apart while the stream stands. A stream that ends, also cleanly, is begun again
 * after a backoff; what `retry:` says does not count.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the option and never a secret.
 */
export function serverSentEvents(loader: Loader, options: ServerSentEventsOptions): Loader {
  const policy = resolveEvents(options, checksFor('serverSentEvents()', loader));
  const events = new EventStream(policy);
  return watchedBy(loader, {
    watch: (request) => events.watch(request),
    ...(policy.documentsPushed && { catchUp: new CatchUp() }),
    warnings: policy.warnings,
  });
}
