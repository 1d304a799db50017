import type { Loader } from '@holdfast/core';
import { CatchUp } from './push/catch-up.ts';
import { checksFor } from './push/options.ts';
import { watchedBy } from './push/watched-by.ts';
import { type WebSocketOptions, resolveWebSocket } from './websocket/options.ts';
import { SocketWatch } from './websocket/socket-watch.ts';

export type { ConnectionOptions } from './push/options.ts';
export type {
  OverrideTarget,
  SocketMessage,
  SocketOverrideOptions,
  WebSocketOptions,
} from './websocket/options.ts';

/**
 * Gives a loader a watch over a WebSocket: a message has the document read again, within the minimum interval, or brings
 * it. Polls go on as the safety net, further apart while the connection stands. One that ends is begun again after a
 * backoff with jitter.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the option and never a secret.
 */
export function webSocketMessages(loader: Loader, options: WebSocketOptions): Loader {
  const policy = resolveWebSocket(options, checksFor('webSocketMessages()', loader));
  const socket = new SocketWatch(policy);
  return watchedBy(loader, {
    watch: (request) => socket.watch(request),
    ...(policy.acceptDocuments && { catchUp: new CatchUp() }),
    warnings: policy.warnings,
  });
}
